// Once it runs, nothing is allocated for a frame.
#include <cstdlib>
#include <new>

#include "live/frame_line.h"
#include "live/test_run.h"

namespace {
std::atomic<long> allocations = 0;
}

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace diolkos::live {
namespace {

TEST_F(LivePipeline, NothingIsAllocatedForAFrameOnceItRuns) {
  script_.frames = 1200;
  long before = 0, after = 0;
  add(true, View::overlay);
  sink().on_frame = [&](const Frame& frame) {
    if (frame.captured.index == 200) before = allocations;
    if (frame.captured.index == 1100) after = allocations;
  };
  sink().values.reserve(4096);
  sink(1).values.reserve(4096);
  ASSERT_TRUE(run());
  EXPECT_LE(after - before, 20);
}

TEST(FrameLine, OfPlainNamesAllocatesNothing) {
  Frame frame;
  frame.captured.name = "000042";
  frame.segmentation.map.reshape(64, 48, segmentation::PixelFormat::gray);
  for (int y = 0; y < 48; ++y) std::fill_n(frame.segmentation.map.row(y), 64, static_cast<std::uint8_t>(y / 12 * 4));
  frame.shares = segmentation::shares_of(frame.segmentation);
  for (const MaskForm form : {MaskForm::none, MaskForm::rle}) {
    FrameLine line(0, segmentation::ClassNames::voc(), form);
    std::string text;
    text.reserve(1 << 16);
    line.write(frame, text);
    const long before = allocations;
    for (int i = 0; i < 10; ++i) line.write(frame, text);
    EXPECT_EQ(allocations, before) << text;
  }
}

}  // namespace
}  // namespace diolkos::live
