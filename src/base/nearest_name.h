// "did you mean": the candidate that a mistyped name most likely stands for.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace diolkos {

// The candidate at the smallest edit distance (insert, delete, replace, swap), if that is at most a third of the
// name's length (at least 1); empty otherwise. Letter case does not count.
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates);

// "; did you mean 'dog'?", or nothing: to be put at a message's end.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace diolkos
