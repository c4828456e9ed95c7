#include "graph/element_type.h"

#include <array>
#include <utility>

namespace diolkos::graph {
namespace {

// TensorProto.DataType of onnx.proto.
constexpr std::array<std::pair<std::int64_t, DType>, 13> kCodes{{{1, DType::float32},
                                                                 {2, DType::uint8},
                                                                 {3, DType::int8},
                                                                 {4, DType::uint16},
                                                                 {5, DType::int16},
                                                                 {6, DType::int32},
                                                                 {7, DType::int64},
                                                                 {9, DType::boolean},
                                                                 {10, DType::float16},
                                                                 {11, DType::float64},
                                                                 {12, DType::uint32},
                                                                 {13, DType::uint64},
                                                                 {16, DType::bfloat16}}};

}  // namespace

std::optional<DType> dtype_of_onnx(std::int64_t code) {
  for (const auto& [number, dtype] : kCodes)
    if (number == code) return dtype;
  return std::nullopt;
}

std::int64_t onnx_of_dtype(DType dtype) {
  for (const auto& [number, candidate] : kCodes)
    if (candidate == dtype) return number;
  return 0;
}

}  // namespace diolkos::graph
