// Where the values of a plan live: in the arena, where buffers that are never needed at once share bytes; in the
// caller's tensors; or in constants made while planning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/aligned_floats.h"

namespace diolkos::runtime {

using BufferId = std::int32_t;
inline constexpr BufferId kNoBuffer = -1;

struct Buffer {
  enum class Place { arena, input, output, constant };
  Place place = Place::arena;
  std::size_t bytes = 0;
  int first_step = 0;                      // that writes it
  int last_step = 0;                       // that uses it
  std::size_t offset = 0;                  // in the arena
  std::size_t index = 0;                   // of the session's input or output
  const std::byte* constant = nullptr;
};

// Gives every buffer in the arena its offset; the arena's size is returned. Largest first, each at the lowest offset
// where it meets no placed buffer that is alive at the same time.
std::size_t place_buffers(std::vector<Buffer>& buffers);

}  // namespace diolkos::runtime
