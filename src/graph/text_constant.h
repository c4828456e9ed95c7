// Constants in the text form: a list of all elements, splat(v), or seeded(n).
#pragma once

#include <cstdint>
#include <string>

#include "graph/graph.h"
#include "graph/text_cursor.h"

namespace diolkos::graph {

// "[1, 2.5, …]", or "splat(v)" where all of two or more elements are the same bits.
void write_elements(std::string& text, const Tensor& tensor);

// Elements that are not spelled out may take `budget` bytes in all; it shrinks.
Result<Tensor> read_elements(TextCursor& cursor, DType dtype, const Shape& shape, std::uint64_t& budget);

// The same numbers for the same seed on any machine: floats uniform in [-1, 1), integers over their whole range.
Result<Tensor> seeded_tensor(DType dtype, const Shape& shape, std::uint64_t seed, std::uint64_t limit_bytes);

// A number as read from a text into one element of `dtype` at `target`.
Status read_number(TextCursor& cursor, DType dtype, std::byte* target);

}  // namespace diolkos::graph
