#include "base/checksum.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

namespace diolkos {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr std::size_t kLanes = 8;
// Odd, so that multiplying loses nothing: xxHash's primes (Collet, 2012).
constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87u;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4Fu;

// Each step can be undone for a known word, and so can the lane for known others.
std::uint64_t step(std::uint64_t lane, std::uint64_t word) { return std::rotl((lane ^ word) * kPrime1, 29); }

std::uint64_t of_chunk(std::span<const std::byte> bytes, std::uint64_t seed) {
  std::uint64_t lanes[kLanes];
  for (std::size_t i = 0; i < kLanes; ++i) lanes[i] = seed + i * kPrime2;
  std::size_t at = 0;
  for (; at + sizeof(lanes) <= bytes.size(); at += sizeof(lanes)) {
    std::uint64_t words[kLanes];
    std::memcpy(words, bytes.data() + at, sizeof(words));
    for (std::size_t i = 0; i < kLanes; ++i) lanes[i] = step(lanes[i], words[i]);
  }
  std::uint64_t rest[kLanes] = {};
  if (at < bytes.size()) std::memcpy(rest, bytes.data() + at, bytes.size() - at);
  std::uint64_t sum = bytes.size() * kPrime2;
  for (std::size_t i = 0; i < kLanes; ++i) sum = step(sum, step(lanes[i], rest[i]));
  return sum ^ (sum >> 32);
}

}  // namespace

std::uint64_t checksum(std::span<const std::byte> bytes, ThreadPool& pool) {
  std::vector<std::uint64_t> chunks((bytes.size() + kChunk - 1) / kChunk);
  pool.parallel_for(static_cast<std::int64_t>(chunks.size()), [&](std::int64_t item, int) {
    const auto index = static_cast<std::size_t>(item);
    const std::size_t at = index * kChunk;
    chunks[index] = of_chunk(bytes.subspan(at, std::min(kChunk, bytes.size() - at)), index);
  });
  return of_chunk(std::as_bytes(std::span(chunks)), bytes.size());
}

std::uint64_t checksum(std::size_t size, FunctionRef<void(std::size_t at, std::span<std::byte> to)> read) {
  std::vector<std::uint64_t> chunks;
  std::vector<std::byte> buffer(std::min(kChunk, size));
  for (std::size_t at = 0; at < size; at += kChunk) {
    const std::span<std::byte> bytes = std::span(buffer).first(std::min(kChunk, size - at));
    read(at, bytes);
    chunks.push_back(of_chunk(bytes, chunks.size()));
  }
  return of_chunk(std::as_bytes(std::span(chunks)), size);
}

}  // namespace diolkos
