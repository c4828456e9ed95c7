#include "live/sink_addresses.h"

#include <gmock/gmock.h>

namespace diolkos::live {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(SinkAddresses, WhatIsSecretIsNotShown) {
  EXPECT_EQ(public_name("http://0.0.0.0:8080?token=WORD&quality=80"), "http://0.0.0.0:8080");
  EXPECT_EQ(public_name("gst:a ! rtspclientsink location=rtsp://user:secret@host/x"),
            "gst:a ! rtspclientsink location=rtsp://…@host/x");
  EXPECT_EQ(public_name("seen.ndjson?masks=rle"), "seen.ndjson?masks=rle");
}

TEST(SinkAddresses, FilesAreNumberedBySource) {
  const std::vector<std::string> all{"http://:1", "out/masked.mp4", "masks/", "seen.ndjson?masks=none",
                                     "gst:a ! b location=x{source}"};
  EXPECT_EQ(sinks_of(all, 0, 1).value(), all);
  EXPECT_THAT(sinks_of(all, 1, 2).value(), ElementsAre("http://:1", "out/masked-1.mp4", "masks/1/",
                                                       "seen.ndjson?masks=none", "gst:a ! b location=x1"));
  EXPECT_THAT(sinks_of({"masks"}, 0, 2).value(), ElementsAre("masks/0/"));
  EXPECT_THAT(sinks_of({"gst:fakesink"}, 0, 2).error().message, HasSubstr("put {source}"));
}

}  // namespace
}  // namespace diolkos::live
