// A node's attributes: a small ordered map from ONNX attribute names to typed values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/tensor.h"

namespace diolkos::graph {

using Attribute = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, std::vector<float>, Tensor>;

class Attributes {
 public:
  Attributes() = default;
  Attributes(std::initializer_list<std::pair<std::string, Attribute>> entries);

  void set(std::string_view name, Attribute value);
  void erase(std::string_view name);
  const Attribute* find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }

  // The value, or `fallback` where the attribute is absent or of another type (the verifier reports wrong types).
  std::int64_t int_or(std::string_view name, std::int64_t fallback) const;
  float float_or(std::string_view name, float fallback) const;
  std::string_view string_or(std::string_view name, std::string_view fallback) const;
  std::vector<std::int64_t> ints_or(std::string_view name, std::vector<std::int64_t> fallback) const;

  const std::vector<std::pair<std::string, Attribute>>& entries() const { return entries_; }  // sorted by name

 private:
  std::vector<std::pair<std::string, Attribute>> entries_;
};

}  // namespace diolkos::graph
