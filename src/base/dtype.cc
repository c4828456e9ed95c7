#include "base/dtype.h"

#include <array>

namespace diolkos {
namespace {

struct Entry {
  DType dtype;
  std::string_view name;
  std::size_t size;
};

constexpr std::array kEntries{
    Entry{DType::undefined, "undefined", 0}, Entry{DType::float32, "float32", 4},
    Entry{DType::float16, "float16", 2},     Entry{DType::bfloat16, "bfloat16", 2},
    Entry{DType::float64, "float64", 8},     Entry{DType::int8, "int8", 1},
    Entry{DType::uint8, "uint8", 1},         Entry{DType::int16, "int16", 2},
    Entry{DType::uint16, "uint16", 2},       Entry{DType::int32, "int32", 4},
    Entry{DType::uint32, "uint32", 4},       Entry{DType::int64, "int64", 8},
    Entry{DType::uint64, "uint64", 8},       Entry{DType::boolean, "bool", 1},
};

}  // namespace

std::size_t size_of(DType dtype) { return kEntries[static_cast<std::size_t>(dtype)].size; }

std::string_view name_of(DType dtype) { return kEntries[static_cast<std::size_t>(dtype)].name; }

std::optional<DType> dtype_named(std::string_view name) {
  for (const Entry& entry : kEntries)
    if (entry.name == name && entry.dtype != DType::undefined) return entry.dtype;
  return std::nullopt;
}

bool is_float(DType dtype) {
  return dtype == DType::float32 || dtype == DType::float16 || dtype == DType::bfloat16 || dtype == DType::float64;
}

bool is_integer(DType dtype) {
  return dtype != DType::undefined && dtype != DType::boolean && !is_float(dtype);
}

}  // namespace diolkos
