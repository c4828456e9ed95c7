// The header of a .npy file: a Python dict literal, {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/dtype.h"
#include "base/result.h"
#include "base/shape.h"

namespace diolkos::formats {

struct NpyHeader {
  DType dtype = DType::undefined;
  bool fortran_order = false;
  Shape shape;
};

// The literal alone: keys in any order, each exactly once.
Result<NpyHeader> parse_npy_header(std::string_view literal);
// A whole version-1 preamble, magic included, padded to a multiple of 64 bytes. Not for bfloat16.
std::string npy_preamble(DType dtype, const Shape& shape);

inline constexpr std::string_view kNpyMagic{"\x93NUMPY", 6};

}  // namespace diolkos::formats
