#include "formats/tflite/element_type.h"

namespace diolkos::tflite {
namespace {

struct Entry {
  DType dtype;
  std::int8_t code;
};

constexpr Entry kEntries[] = {
    {DType::float32, 0}, {DType::float16, 1}, {DType::int32, 2},    {DType::uint8, 3},   {DType::int64, 4},
    {DType::boolean, 6}, {DType::int16, 7},   {DType::int8, 9},     {DType::float64, 10}, {DType::uint64, 12},
    {DType::uint32, 15}, {DType::uint16, 16}, {DType::bfloat16, 18},
};

}  // namespace

std::optional<DType> dtype_of_code(std::int8_t code) {
  for (const Entry& entry : kEntries)
    if (entry.code == code) return entry.dtype;
  return std::nullopt;
}

std::optional<std::int8_t> code_of_dtype(DType dtype) {
  for (const Entry& entry : kEntries)
    if (entry.dtype == dtype) return entry.code;
  return std::nullopt;
}

}  // namespace diolkos::tflite
