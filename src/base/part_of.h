// [0, count) cut into parts that differ by one at most: how work is shared out.
#pragma once

#include <cstdint>

namespace diolkos {

struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;  // behind the last
};

// Part `index` of `parts`: each begins where the one before it ends. Parts are empty where there are more than `count`.
inline Range part_of(std::int64_t count, std::int64_t parts, std::int64_t index) {
  return {count * index / parts, count * (index + 1) / parts};
}

}  // namespace diolkos
