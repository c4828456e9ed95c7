#include "runtime/buffers.h"

#include <algorithm>

namespace diolkos::runtime {
namespace {

constexpr std::size_t kAlignment = 64;

std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

bool alive_together(const Buffer& a, const Buffer& b) {
  return a.first_step <= b.last_step && b.first_step <= a.last_step;
}

// `placed` is sorted by offset.
std::size_t lowest_gap(const Buffer& buffer, const std::vector<const Buffer*>& placed) {
  std::size_t offset = 0;
  for (const Buffer* other : placed) {
    if (!alive_together(buffer, *other)) continue;
    if (offset + aligned(buffer.bytes) <= other->offset) break;
    offset = std::max(offset, other->offset + aligned(other->bytes));
  }
  return offset;
}

}  // namespace

std::size_t place_buffers(std::vector<Buffer>& buffers) {
  std::vector<Buffer*> waiting;
  for (Buffer& buffer : buffers)
    if (buffer.place == Buffer::Place::arena) waiting.push_back(&buffer);
  std::stable_sort(waiting.begin(), waiting.end(), [](const Buffer* a, const Buffer* b) { return a->bytes > b->bytes; });
  std::vector<const Buffer*> placed;
  std::size_t size = 0;
  for (Buffer* buffer : waiting) {
    buffer->offset = lowest_gap(*buffer, placed);
    size = std::max(size, buffer->offset + aligned(buffer->bytes));
    placed.insert(std::upper_bound(placed.begin(), placed.end(), buffer,
                                   [](const Buffer* a, const Buffer* b) { return a->offset < b->offset; }),
                  buffer);
  }
  return size;
}

}  // namespace diolkos::runtime
