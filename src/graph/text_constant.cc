#include "graph/text_constant.h"

#include <charconv>
#include <cstring>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "base/half.h"

namespace diolkos::graph {
namespace {

template <class T>
T load(const std::byte* element) {
  T value;
  std::memcpy(&value, element, sizeof(T));
  return value;
}

void write_element(std::string& text, DType dtype, const std::byte* element) {
  const auto put = [&](auto value) { fmt::format_to(std::back_inserter(text), "{}", value); };
  switch (dtype) {
    case DType::undefined: return;
    case DType::float32: return put(load<float>(element));
    case DType::float16: return put(half_to_float(load<std::uint16_t>(element)));
    case DType::bfloat16: return put(bfloat16_to_float(load<std::uint16_t>(element)));
    case DType::float64: return put(load<double>(element));
    case DType::int8: return put(static_cast<int>(load<std::int8_t>(element)));
    case DType::uint8: return put(static_cast<int>(load<std::uint8_t>(element)));
    case DType::int16: return put(load<std::int16_t>(element));
    case DType::uint16: return put(load<std::uint16_t>(element));
    case DType::int32: return put(load<std::int32_t>(element));
    case DType::uint32: return put(load<std::uint32_t>(element));
    case DType::int64: return put(load<std::int64_t>(element));
    case DType::uint64: return put(load<std::uint64_t>(element));
    case DType::boolean: return put(load<std::uint8_t>(element) != 0);
  }
}

bool all_the_same(const Tensor& tensor) {
  const std::size_t size = size_of(tensor.dtype());
  return tensor.bytes() > size && std::memcmp(tensor.data(), tensor.data() + size, tensor.bytes() - size) == 0;
}

template <class T>
Status parse_into(const TextCursor& cursor, std::string_view digits, std::byte* target) {
  T value{};
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failure != std::errc() || end != digits.data() + digits.size())
    return cursor.error(fmt::format("'{}' is not a {} or out of its range", digits, name_of(dtype_of<T>)));
  std::memcpy(target, &value, sizeof(T));
  return {};
}

Status parse_half(const TextCursor& cursor, std::string_view digits, std::byte* target, std::uint16_t (*round)(float)) {
  float value = 0;
  TRY(parse_into<float>(cursor, digits, reinterpret_cast<std::byte*>(&value)));
  const std::uint16_t bits = round(value);
  std::memcpy(target, &bits, sizeof(bits));
  return {};
}

// SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

void put_random(DType dtype, std::uint64_t bits, std::byte* target) {
  const float unit = static_cast<float>(bits >> 40) * 0x1p-23f - 1.0f;  // 24 bits: exact
  const auto put = [&](auto value) { std::memcpy(target, &value, sizeof(value)); };
  switch (dtype) {
    case DType::float32: return put(unit);
    case DType::float64: return put(static_cast<double>(unit));
    case DType::float16: return put(float_to_half(unit));
    case DType::bfloat16: return put(float_to_bfloat16(unit));
    case DType::boolean: return put(static_cast<std::uint8_t>(bits >> 63));
    default: bits >>= 64 - 8 * size_of(dtype); std::memcpy(target, &bits, size_of(dtype));  // little-endian
  }
}

Result<Tensor> read_splat(TextCursor& cursor, DType dtype, const Shape& shape, std::uint64_t budget) {
  auto made = Tensor::zeros(dtype, shape, budget);
  if (!made) return cursor.error(made.error().message);
  std::uint64_t element = 0;
  TRY(read_number(cursor, dtype, reinterpret_cast<std::byte*>(&element)));
  TRY(cursor.expect(")"));
  const std::size_t size = size_of(dtype);
  for (std::byte* at = made->mutable_data(); at != made->data() + made->bytes(); at += size)
    std::memcpy(at, &element, size);
  return made;
}

Result<Tensor> read_list(TextCursor& cursor, DType dtype, const Shape& shape) {
  std::vector<std::byte> elements;
  const std::size_t size = size_of(dtype);
  while (cursor.peek() != ']') {
    if (!elements.empty()) TRY(cursor.expect(","));
    elements.resize(elements.size() + size);
    TRY(read_number(cursor, dtype, elements.data() + elements.size() - size));
  }
  TRY(cursor.expect("]"));
  const auto expected = shape.checked_elements();
  if (!expected || static_cast<std::uint64_t>(*expected) != elements.size() / size)
    return cursor.error(fmt::format("{} elements, expected those of {}", elements.size() / size, to_string(shape)));
  TRY_ASSIGN(Tensor tensor, Tensor::zeros(dtype, shape));
  if (!elements.empty()) std::memcpy(tensor.mutable_data(), elements.data(), elements.size());
  return tensor;
}

}  // namespace

void write_elements(std::string& text, const Tensor& tensor) {
  if (all_the_same(tensor)) {
    text += "splat(";
    write_element(text, tensor.dtype(), tensor.data());
    text += ')';
    return;
  }
  text += '[';
  const std::size_t size = size_of(tensor.dtype());
  for (std::int64_t i = 0; i < tensor.elements(); ++i) {
    if (i != 0) text += ", ";
    write_element(text, tensor.dtype(), tensor.data() + static_cast<std::size_t>(i) * size);
  }
  text += ']';
}

Result<Tensor> read_elements(TextCursor& cursor, DType dtype, const Shape& shape, std::uint64_t& budget) {
  if (cursor.take("[")) return read_list(cursor, dtype, shape);
  Result<Tensor> made = Tensor();
  if (cursor.take("splat(")) {
    made = read_splat(cursor, dtype, shape, budget);
  } else if (cursor.take("seeded(")) {
    TRY_ASSIGN(const std::int64_t seed, cursor.integer());
    TRY(cursor.expect(")"));
    made = seeded_tensor(dtype, shape, static_cast<std::uint64_t>(seed), budget);
    if (!made) return cursor.error(made.error().message);
  } else {
    return cursor.error("expected the elements: [v, …], splat(v) or seeded(n)");
  }
  if (made) budget -= made->bytes();
  return made;
}

Result<Tensor> seeded_tensor(DType dtype, const Shape& shape, std::uint64_t seed, std::uint64_t limit_bytes) {
  TRY_ASSIGN(Tensor tensor, Tensor::zeros(dtype, shape, limit_bytes));
  const std::size_t size = size_of(dtype);
  std::uint64_t state = seed;
  for (std::int64_t i = 0; i < tensor.elements(); ++i)
    put_random(dtype, next_random(state), tensor.mutable_data() + static_cast<std::size_t>(i) * size);
  return tensor;
}

Status read_number(TextCursor& cursor, DType dtype, std::byte* target) {
  TRY_ASSIGN(const std::string_view digits, cursor.number());
  switch (dtype) {
    case DType::undefined: break;
    case DType::float32: return parse_into<float>(cursor, digits, target);
    case DType::float16: return parse_half(cursor, digits, target, float_to_half);
    case DType::bfloat16: return parse_half(cursor, digits, target, float_to_bfloat16);
    case DType::float64: return parse_into<double>(cursor, digits, target);
    case DType::int8: return parse_into<std::int8_t>(cursor, digits, target);
    case DType::uint8: return parse_into<std::uint8_t>(cursor, digits, target);
    case DType::int16: return parse_into<std::int16_t>(cursor, digits, target);
    case DType::uint16: return parse_into<std::uint16_t>(cursor, digits, target);
    case DType::int32: return parse_into<std::int32_t>(cursor, digits, target);
    case DType::uint32: return parse_into<std::uint32_t>(cursor, digits, target);
    case DType::int64: return parse_into<std::int64_t>(cursor, digits, target);
    case DType::uint64: return parse_into<std::uint64_t>(cursor, digits, target);
    case DType::boolean:
      if (digits != "true" && digits != "false") break;
      *target = std::byte{digits == "true"};
      return {};
  }
  return cursor.error(fmt::format("'{}' is not a {}", digits, name_of(dtype)));
}

}  // namespace diolkos::graph
