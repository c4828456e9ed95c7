// A TensorFlow Lite model as a plain struct: one subgraph, NHWC, operators in execution order. What lowering makes, the
// quantizer rewrites, the checker judges, the writer turns into bytes and the reader makes of bytes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/tensor.h"

namespace diolkos::tflite {

enum class Builtin : std::int32_t {
#define DIOLKOS_TFLITE_OP(name, text, code, options) name = code,
#include "formats/tflite/builtin_list.inc"
#undef DIOLKOS_TFLITE_OP
};

std::string_view name_of(Builtin builtin);            // "CONV_2D"
std::optional<Builtin> builtin_of(std::int32_t code);  // nullopt for operators that we do not know

enum class Padding : std::int8_t { same = 0, valid = 1 };
enum class Activation : std::int8_t { none = 0, relu = 1, relu_n1_to_1 = 2, relu6 = 3, tanh = 4, sign_bit = 5 };
std::string_view name_of(Activation activation);

// The fields of TFLite's option tables. An operator uses those of its own table; the others keep their defaults.
struct Options {
  Padding padding = Padding::valid;
  Activation activation = Activation::none;
  std::int32_t stride_h = 1, stride_w = 1;
  std::int32_t dilation_h = 1, dilation_w = 1;
  std::int32_t filter_h = 0, filter_w = 0;  // of pools
  std::int32_t depth_multiplier = 0;
  std::int32_t axis = 0;
  std::int32_t block_size = 0;
  std::int32_t num_splits = 0;
  std::int32_t begin_mask = 0, end_mask = 0, ellipsis_mask = 0, new_axis_mask = 0, shrink_axis_mask = 0;
  bool keep_dims = false;
  bool align_corners = false;
  bool half_pixel_centers = false;
  bool pot_scale_int16 = true;  // of ADD and SUB
  bool mirror_symmetric = false;
  float beta = 1.0f;
  float alpha = 0.0f;
  DType in_type = DType::undefined, out_type = DType::undefined;  // of CAST, ARG_MAX and ARG_MIN
  std::vector<std::int32_t> shape;  // of RESHAPE and SQUEEZE
};

// real = scale * (stored - zero_point); one scale, or one for each index of `axis`.
struct Quantization {
  std::vector<float> scales;
  std::vector<std::int64_t> zero_points;
  int axis = 0;
  bool operator==(const Quantization&) const = default;
};

struct Range {
  float low = 0;
  float high = 0;
};

struct TensorInfo {
  std::string name;
  DType dtype = DType::float32;
  Shape shape;
  std::optional<Quantization> quantization;
  Tensor data;  // defined for constants
  bool is_constant() const { return data.defined(); }
};

inline constexpr int kNoTensor = -1;  // an optional input that is absent

struct Operator {
  Builtin builtin{};
  std::vector<int> inputs;
  std::vector<int> outputs;
  Options options;

  int input(std::size_t index) const { return index < inputs.size() ? inputs[index] : kNoTensor; }
  int output() const { return outputs.front(); }
};

struct Port {
  std::string name;  // in the signature: the original network's name
  int tensor = 0;
};

struct Model {
  std::vector<TensorInfo> tensors;
  std::vector<Operator> operators;
  std::vector<Port> inputs;
  std::vector<Port> outputs;
  std::string description;
  std::map<std::string, std::string> metadata;

  const TensorInfo& tensor(int index) const { return tensors[static_cast<std::size_t>(index)]; }
  TensorInfo& tensor(int index) { return tensors[static_cast<std::size_t>(index)]; }
  int add_tensor(TensorInfo info);
  int find_tensor(std::string_view name) const;  // kNoTensor where there is none
};

// "operator 12 (CONV_2D) 'layer1.0.conv1'": how messages name an operator; the name is its first output's.
std::string describe(const Model& model, std::size_t op);

// Multiply-adds of convolutions and fully connected layers.
std::int64_t multiply_adds(const Model& model, const Operator& op);
std::int64_t multiply_adds(const Model& model);

// Leaves out constants and tensors that nothing reads or makes; order is kept.
void drop_unused_tensors(Model& model);

}  // namespace diolkos::tflite
