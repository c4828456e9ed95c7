// Which of a network's outputs is its answer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <ranges>

namespace diolkos::runtime {

// Of ports with a name: the one called "out" (torchvision's name; "aux" stands beside it), else the first. There
// is at least one.
template <class Ports>
std::size_t main_output(const Ports& ports) {
  const auto named = std::ranges::find_if(ports, [](const auto& port) { return port.name == "out"; });
  return named == std::ranges::end(ports) ? 0 : static_cast<std::size_t>(named - std::ranges::begin(ports));
}

}  // namespace diolkos::runtime
