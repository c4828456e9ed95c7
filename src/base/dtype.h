// Element types of tensors, named as NumPy names them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace diolkos {

enum class DType : std::uint8_t {
  undefined,
  float32,
  float16,
  bfloat16,
  float64,
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  boolean,  // one byte, 0 or 1
};

std::size_t size_of(DType dtype);              // bytes an element; 0 for undefined
std::string_view name_of(DType dtype);         // "float32"
std::optional<DType> dtype_named(std::string_view name);
bool is_float(DType dtype);
bool is_integer(DType dtype);                  // boolean is not one

template <class T>
struct DTypeOf;
#define DIOLKOS_DTYPE(type, id)              \
  template <>                                \
  struct DTypeOf<type> {                     \
    static constexpr DType value = DType::id; \
  }
DIOLKOS_DTYPE(float, float32);
DIOLKOS_DTYPE(double, float64);
DIOLKOS_DTYPE(std::int8_t, int8);
DIOLKOS_DTYPE(std::uint8_t, uint8);
DIOLKOS_DTYPE(std::int16_t, int16);
DIOLKOS_DTYPE(std::uint16_t, uint16);
DIOLKOS_DTYPE(std::int32_t, int32);
DIOLKOS_DTYPE(std::uint32_t, uint32);
DIOLKOS_DTYPE(std::int64_t, int64);
DIOLKOS_DTYPE(std::uint64_t, uint64);
DIOLKOS_DTYPE(bool, boolean);
#undef DIOLKOS_DTYPE
template <class T>
inline constexpr DType dtype_of = DTypeOf<T>::value;

}  // namespace diolkos
