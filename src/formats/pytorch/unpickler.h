// A restricted unpickler: Python's pickle machine (protocols 2 to 5) over plain values. It builds numbers, texts,
// lists, tuples, dicts, and records of tensors and storages; it imports nothing and calls nothing.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "formats/pytorch/pickle_value.h"

namespace diolkos::formats::pytorch {

struct Unpickled {
  Value root;
  std::size_t end;  // the first byte after it
};

// Reads the pickle that begins at `begin` of the heap's source. Errors say at which byte of the source.
Result<Unpickled> unpickle(Heap& heap, std::size_t begin = 0);

}  // namespace diolkos::formats::pytorch
