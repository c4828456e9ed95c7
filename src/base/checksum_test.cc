#include "base/checksum.h"

#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace diolkos {
namespace {

std::vector<std::byte> some_bytes(std::size_t count) {
  std::mt19937 engine(7);
  std::vector<std::byte> bytes(count);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine() & 255);
  return bytes;
}

TEST(Checksum, EveryByteAndTheLengthCount) {
  ThreadPool pool(1);
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{64}, std::size_t{65}, std::size_t{200}}) {
    std::vector<std::byte> bytes = some_bytes(size);
    std::set<std::uint64_t> seen{checksum(bytes, pool)};
    for (std::byte& byte : bytes) {
      byte ^= std::byte{1};
      EXPECT_TRUE(seen.insert(checksum(bytes, pool)).second);
      byte ^= std::byte{1};
    }
    bytes.push_back(std::byte{0});
    EXPECT_TRUE(seen.insert(checksum(bytes, pool)).second);
  }
}

TEST(Checksum, DoesNotDependOnThreadsButOnOrder) {
  ThreadPool one(1);
  ThreadPool three(3);
  std::vector<std::byte> bytes = some_bytes((std::size_t{5} << 20) + 3);
  const std::uint64_t sum = checksum(bytes, one);
  EXPECT_EQ(checksum(bytes, three), sum);
  std::swap_ranges(bytes.begin(), bytes.begin() + (1 << 20), bytes.begin() + (2 << 20));
  EXPECT_NE(checksum(bytes, three), sum);
}

TEST(Checksum, OfNothing) {
  ThreadPool pool(2);
  EXPECT_EQ(checksum({}, pool), checksum({}, pool));
}

TEST(Checksum, IsTheSameReadInParts) {
  ThreadPool pool(2);
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{1} << 20, (std::size_t{3} << 20) + 7}) {
    const std::vector<std::byte> bytes = some_bytes(size);
    const auto read = [&](std::size_t at, std::span<std::byte> to) {
      std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), to.size(), to.begin());
    };
    EXPECT_EQ(checksum(bytes.size(), read), checksum(bytes, pool)) << size;
  }
}

}  // namespace
}  // namespace diolkos
