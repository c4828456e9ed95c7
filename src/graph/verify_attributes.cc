#include "graph/verify_attributes.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/nearest_name.h"

namespace diolkos::graph {
namespace {

// Names of the Attribute variant's alternatives, in its order.
constexpr std::array<std::string_view, 6> kTypes{"an integer",         "a float",          "a string",
                                                 "a list of integers", "a list of floats", "a tensor"};

constexpr std::array kNames{
#define DIOLKOS_ATTRIBUTE(name, type) std::string_view(#name),
#include "graph/attribute_list.inc"
#undef DIOLKOS_ATTRIBUTE
};

// The index of each attribute's type in the variant.
const std::array<std::size_t, kNames.size()> kTypeIndices{
#define DIOLKOS_ATTRIBUTE(name, type) Attribute(type{}).index(),
#include "graph/attribute_list.inc"
#undef DIOLKOS_ATTRIBUTE
};

}  // namespace

Status verify_attributes(const NodeView& view) {
  for (const auto& [name, value] : view.attributes().entries()) {
    const auto found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end())
      return view.error(fmt::format("there is no attribute '{}'{}", name, did_you_mean(name, kNames)));
    const std::size_t expected = kTypeIndices[static_cast<std::size_t>(found - kNames.begin())];
    if (value.index() != expected)
      return view.error(fmt::format("{} is {}, expected {}", name, kTypes[value.index()], kTypes[expected]));
    if (const Tensor* tensor = std::get_if<Tensor>(&value); tensor != nullptr && !tensor->defined())
      return view.error(fmt::format("{} is an undefined tensor", name));
  }
  return {};
}

}  // namespace diolkos::graph
