// Cases that Diolkos does not do, each with the reason.
#pragma once

#include <span>
#include <string_view>

namespace diolkos::conformance {

struct OutOfScope {
  std::string_view pattern;  // of the case's name: '*' stands for anything
  std::string_view reason;
};

std::span<const OutOfScope> out_of_scope();

bool matches(std::string_view pattern, std::string_view name);

}  // namespace diolkos::conformance
