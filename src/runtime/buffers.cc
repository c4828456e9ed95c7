#include "runtime/buffers.h"

#include <algorithm>

namespace diolkos::runtime {
namespace {

constexpr std::size_t kAlignment = 64;

std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

// Placed buffers by the steps in which they live. A buffer alive with another is alive in that one's first step or
// begins later: the former are in the lists from the step's leaf to the root of a segment tree, the latter in lists by
// first step. Networks of many short-lived values are so placed without looking at all pairs.
class Placed {
 public:
  explicit Placed(std::size_t steps) : steps_(steps), living_(2 * steps), beginning_(steps) {}

  void insert(const Buffer& buffer) {
    const auto first = static_cast<std::size_t>(buffer.first_step), last = static_cast<std::size_t>(buffer.last_step);
    beginning_[first].push_back(&buffer);
    for (std::size_t left = first + steps_, right = last + steps_ + 1; left < right; left /= 2, right /= 2) {
      if (left % 2 == 1) living_[left++].push_back(&buffer);
      if (right % 2 == 1) living_[--right].push_back(&buffer);
    }
  }

  // Those that are alive in some step of `buffer`, by offset; good until the next call.
  const std::vector<const Buffer*>& alive_with(const Buffer& buffer) {
    const auto first = static_cast<std::size_t>(buffer.first_step), last = static_cast<std::size_t>(buffer.last_step);
    found_.clear();
    for (std::size_t node = first + steps_; node > 0; node /= 2) append(living_[node]);
    for (std::size_t step = first + 1; step <= last; ++step) append(beginning_[step]);
    std::ranges::sort(found_, {}, &Buffer::offset);
    return found_;
  }

 private:
  using List = std::vector<const Buffer*>;
  void append(const List& more) { found_.insert(found_.end(), more.begin(), more.end()); }

  std::size_t steps_;
  std::vector<List> living_, beginning_;
  List found_;
};

// `alive` is sorted by offset.
std::size_t lowest_gap(const Buffer& buffer, const std::vector<const Buffer*>& alive) {
  std::size_t offset = 0;
  for (const Buffer* other : alive) {
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
  std::stable_sort(waiting.begin(), waiting.end(),
                   [](const Buffer* a, const Buffer* b) { return a->bytes > b->bytes; });
  int last_step = 0;
  for (const Buffer* buffer : waiting) last_step = std::max(last_step, buffer->last_step);
  Placed placed(static_cast<std::size_t>(last_step) + 1);
  std::size_t size = 0;
  for (Buffer* buffer : waiting) {
    buffer->offset = lowest_gap(*buffer, placed.alive_with(*buffer));
    size = std::max(size, buffer->offset + aligned(buffer->bytes));
    placed.insert(*buffer);
  }
  return size;
}

}  // namespace diolkos::runtime
