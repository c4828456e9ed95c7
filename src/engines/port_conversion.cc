#include "engines/port_conversion.h"

#include <cmath>
#include <limits>
#include <type_traits>

#include <fmt/format.h>

#include "base/half.h"

namespace diolkos::engines {
namespace {

// An image as batch x channels x pixels; all in one channel where the layout does not matter.
struct Extent {
  std::int64_t batch = 1, channels = 1, pixels = 1;
};

Extent extent_of(const Port& port) {
  if (port.layout != Layout::nhwc || port.shape.rank() != 4) return {1, 1, port.shape.elements()};
  return {port.shape[0], port.shape[3], port.shape[1] * port.shape[2]};
}

// Calls convert(nchw index, nhwc index) for each element, in the order of the runtime's memory.
template <class Convert>
void for_each(const Extent& extent, Convert convert) {
  std::int64_t theirs = 0;
  for (std::int64_t n = 0; n < extent.batch; ++n)
    for (std::int64_t p = 0; p < extent.pixels; ++p)
      for (std::int64_t c = 0; c < extent.channels; ++c)
        convert(static_cast<std::size_t>((n * extent.channels + c) * extent.pixels + p),
                static_cast<std::size_t>(theirs++));
}

template <class T>
T quantize(float value, float inverse_scale, float zero_point) {
  constexpr float kLow = std::numeric_limits<T>::min();
  constexpr float kHigh = std::numeric_limits<T>::max();
  const float stored = std::nearbyint(value * inverse_scale) + zero_point;
  if (std::isnan(stored)) return static_cast<T>(zero_point);
  return static_cast<T>(std::fmin(std::fmax(stored, kLow), kHigh));
}

template <class T>
void quantize_all(const Tensor& ours, const Port& port, Tensor& theirs) {
  const auto from = ours.as<float>();
  const auto to = theirs.mutable_as<T>();
  const float inverse = 1.0f / port.scale;
  const auto zero_point = static_cast<float>(port.zero_point);
  for_each(extent_of(port), [&](std::size_t a, std::size_t b) { to[b] = quantize<T>(from[a], inverse, zero_point); });
}

template <class T>
void dequantize_all(const Tensor& theirs, const Port& port, Tensor& ours) {
  const auto from = theirs.as<T>();
  const auto to = ours.mutable_as<float>();
  for_each(extent_of(port), [&](std::size_t a, std::size_t b) {
    to[a] = port.scale * static_cast<float>(static_cast<std::int32_t>(from[b]) - port.zero_point);
  });
}

template <class Word>
void reorder(const Tensor& from, const Port& port, Tensor& to, bool to_theirs) {
  const auto* source = reinterpret_cast<const Word*>(from.data());
  auto* target = reinterpret_cast<Word*>(to.mutable_data());
  for_each(extent_of(port), [&](std::size_t a, std::size_t b) {
    if (to_theirs) target[b] = source[a];
    else target[a] = source[b];
  });
}

void reorder(const Tensor& from, const Port& port, Tensor& to, bool to_theirs) {
  switch (size_of(port.dtype)) {
    case 1: return reorder<std::uint8_t>(from, port, to, to_theirs);
    case 2: return reorder<std::uint16_t>(from, port, to, to_theirs);
    case 4: return reorder<std::uint32_t>(from, port, to, to_theirs);
    default: return reorder<std::uint64_t>(from, port, to, to_theirs);
  }
}

bool is_half(DType dtype) { return dtype == DType::float16 || dtype == DType::bfloat16; }
bool is_quantized(const Port& port) {
  return port.scale != 0 && (port.dtype == DType::int8 || port.dtype == DType::uint8 || port.dtype == DType::int16);
}

}  // namespace

Port float_form(const Port& port) {
  Port ours = port;
  if (is_half(port.dtype) || is_quantized(port)) {
    ours.dtype = DType::float32;
    ours.scale = 0;
    ours.zero_point = 0;
  }
  return nchw_form(ours);
}

Port nchw_form(const Port& port) {
  Port ours = port;
  if (port.layout == Layout::nhwc && port.shape.rank() == 4) {
    ours.layout = Layout::nchw;
    ours.shape = Shape{port.shape[0], port.shape[3], port.shape[1], port.shape[2]};
  }
  ours.bytes = static_cast<std::size_t>(ours.shape.elements()) * size_of(ours.dtype);
  return ours;
}

bool needs_conversion(const Port& theirs, const Port& ours) {
  return theirs.dtype != ours.dtype || theirs.layout != ours.layout;
}

void to_runtime(const Tensor& ours, const Port& port, Tensor& theirs) {
  if (ours.dtype() == port.dtype) return reorder(ours, port, theirs, true);
  if (is_quantized(port)) {
    if (port.dtype == DType::int8) return quantize_all<std::int8_t>(ours, port, theirs);
    if (port.dtype == DType::uint8) return quantize_all<std::uint8_t>(ours, port, theirs);
    return quantize_all<std::int16_t>(ours, port, theirs);
  }
  const auto from = ours.as<float>();
  auto* to = reinterpret_cast<std::uint16_t*>(theirs.mutable_data());
  const bool brain = port.dtype == DType::bfloat16;
  for_each(extent_of(port), [&](std::size_t a, std::size_t b) {
    to[b] = brain ? float_to_bfloat16(from[a]) : float_to_half(from[a]);
  });
}

void from_runtime(const Tensor& theirs, const Port& port, Tensor& ours) {
  if (ours.dtype() == port.dtype) return reorder(theirs, port, ours, false);
  if (is_quantized(port)) {
    if (port.dtype == DType::int8) return dequantize_all<std::int8_t>(theirs, port, ours);
    if (port.dtype == DType::uint8) return dequantize_all<std::uint8_t>(theirs, port, ours);
    return dequantize_all<std::int16_t>(theirs, port, ours);
  }
  const auto from = theirs.as_half_bits();
  const auto to = ours.mutable_as<float>();
  const bool brain = port.dtype == DType::bfloat16;
  for_each(extent_of(port), [&](std::size_t a, std::size_t b) {
    to[a] = brain ? bfloat16_to_float(from[b]) : half_to_float(from[b]);
  });
}

std::string count_differs(std::size_t got, std::string_view what, std::size_t expected) {
  return fmt::format("got {} {} tensors, expected {}", got, what, expected);
}

std::string tensor_differs(const Port& port, const Tensor& tensor, std::string_view what) {
  return fmt::format("{} '{}': got {} {}, expected {} {}", what, port.name, name_of(tensor.dtype()),
                     to_string(tensor.shape()), name_of(port.dtype), to_string(port.shape));
}

}  // namespace diolkos::engines
