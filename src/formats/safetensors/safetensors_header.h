// The JSON header: {"NAME": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …, "__metadata__": {…}}.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/dtype.h"
#include "base/result.h"
#include "base/shape.h"

namespace diolkos::formats {

struct SafetensorsEntry {
  std::string name;
  DType dtype = DType::undefined;
  Shape shape;
  std::uint64_t begin = 0;  // in bytes from the end of the header
  std::uint64_t end = 0;
};

// Entries in the header's order, each complete: its bytes are those that its type and shape take. Metadata is skipped.
Result<std::vector<SafetensorsEntry>> parse_safetensors_header(std::string_view json);

}  // namespace diolkos::formats
