#include "runtime/buffers.h"

#include <random>

#include <gtest/gtest.h>

namespace diolkos::runtime {
namespace {

TEST(PlaceBuffers, LiveTogetherNeverOverlapAndTheSizeIsBetweenPeakAndSum) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    std::vector<Buffer> buffers(1 + random() % 40);
    std::size_t sum = 0;
    for (Buffer& buffer : buffers) {
      buffer.bytes = random() % 5000;
      buffer.first_step = static_cast<int>(random() % 30);
      buffer.last_step = buffer.first_step + static_cast<int>(random() % 8);
      sum += (buffer.bytes + 63) / 64 * 64;
    }
    const std::size_t size = place_buffers(buffers);
    EXPECT_LE(size, sum);
    std::size_t peak = 0;
    for (int step = 0; step < 40; ++step) {
      std::size_t alive = 0;
      for (const Buffer& buffer : buffers)
        if (buffer.first_step <= step && step <= buffer.last_step) alive += buffer.bytes;
      peak = std::max(peak, alive);
    }
    EXPECT_GE(size, peak);
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      const Buffer& a = buffers[i];
      EXPECT_EQ(a.offset % 64, 0u);
      EXPECT_LE(a.offset + a.bytes, size);
      for (std::size_t j = 0; j < i; ++j) {
        const Buffer& b = buffers[j];
        if (a.first_step > b.last_step || b.first_step > a.last_step || a.bytes == 0 || b.bytes == 0) continue;
        EXPECT_TRUE(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset) << "seed " << seed;
      }
    }
  }
}

TEST(PlaceBuffers, OthersAreLeftAlone) {
  std::vector<Buffer> buffers(2);
  buffers[0].place = Buffer::Place::input;
  buffers[0].bytes = 1000;
  buffers[1].bytes = 100;
  EXPECT_EQ(place_buffers(buffers), 128u);
  EXPECT_EQ(buffers[1].offset, 0u);
}

}  // namespace
}  // namespace diolkos::runtime
