#include "video/camera_trouble.h"

#include <cerrno>

#include <gmock/gmock.h>

namespace diolkos::video {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(CameraTrouble, IsToldByItsCause) {
  EXPECT_THAT(camera_trouble("/dev/video977"),
              AnyOf(StartsWith("there is no /dev/video977; none is connected"),
                    StartsWith("there is no /dev/video977; there are /dev/video")));
  EXPECT_EQ(camera_trouble("/dev/null"), "/dev/null is no camera");
  EXPECT_THAT(camera_trouble("/dev"), HasSubstr("directory"));
}

TEST(CameraTrouble, WhatOnlyACameraCanCause) {
  EXPECT_THAT(camera_trouble(EACCES, "/dev/video0"), HasSubstr("may not read /dev/video0; add them to the group"));
  EXPECT_EQ(camera_trouble(EBUSY, "/dev/video0"), "another program uses /dev/video0");
  EXPECT_THAT(camera_trouble(ENODEV, "/dev/video0"), StartsWith("there is no /dev/video0"));
}

}  // namespace
}  // namespace diolkos::video
