// The seven files that onnx2tf makes of one network, by its names.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace diolkos::quantize {

enum class Variant {
  float32,
  float16,             // weights in half precision, arithmetic in float32
  dynamic_range,       // int8 weights, activations quantized by the runtime as they come
  integer,             // int8 inside, float at both ends
  full_integer,        // int8 inside and at both ends
  integer_int16,       // int16 activations and int8 weights inside, float at both ends
  full_integer_int16,  // the same, int16 at both ends
};

inline constexpr std::array<Variant, 7> kVariants{
    Variant::float32,      Variant::float16,       Variant::dynamic_range,     Variant::integer,
    Variant::full_integer, Variant::integer_int16, Variant::full_integer_int16};

// "float32", "full_integer_quant_with_int16_act": a file is STEM_SUFFIX.tflite.
std::string_view suffix_of(Variant variant);
// By suffix, or by the short names of the command line: float32, float16, dynamic_range, integer, full_integer,
// integer_int16, full_integer_int16.
std::optional<Variant> variant_named(std::string_view name);
std::string_view short_name_of(Variant variant);

bool needs_calibration(Variant variant);
bool has_int16_activations(Variant variant);
bool has_float_ends(Variant variant);

}  // namespace diolkos::quantize
