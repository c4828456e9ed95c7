#include "runtime/buffers.h"

#include <algorithm>
#include <functional>
#include <numeric>
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

// The rule as it is written: every placed buffer is looked at.
std::vector<std::size_t> plainly_placed(const std::vector<Buffer>& buffers) {
  const auto up = [](std::size_t bytes) { return (bytes + 63) / 64 * 64; };
  std::vector<std::size_t> order(buffers.size()), offsets(buffers.size()), placed;
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return buffers[i].bytes; });
  for (const std::size_t i : order) {
    const Buffer& buffer = buffers[i];
    std::size_t offset = 0;
    for (const std::size_t j : placed) {
      if (buffer.first_step > buffers[j].last_step || buffers[j].first_step > buffer.last_step) continue;
      if (offset + up(buffer.bytes) <= offsets[j]) break;
      offset = std::max(offset, offsets[j] + up(buffers[j].bytes));
    }
    offsets[i] = offset;
    placed.push_back(i);
    std::ranges::stable_sort(placed, {}, [&](std::size_t j) { return offsets[j]; });
  }
  return offsets;
}

TEST(PlaceBuffers, EachIsAtTheLowestOffsetThatIsFree) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const unsigned steps = 1 + random() % 50;
    std::vector<Buffer> buffers(1 + random() % 60);
    for (Buffer& buffer : buffers) {
      buffer.bytes = random() % 3000;
      buffer.first_step = static_cast<int>(random() % steps);
      buffer.last_step = buffer.first_step + static_cast<int>(random() % (random() % 8 == 0 ? steps : 4));
    }
    const std::vector<std::size_t> expected = plainly_placed(buffers);
    place_buffers(buffers);
    for (std::size_t i = 0; i < buffers.size(); ++i) EXPECT_EQ(buffers[i].offset, expected[i]) << "seed " << seed;
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
