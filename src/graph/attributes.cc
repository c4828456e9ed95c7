#include "graph/attributes.h"

#include <algorithm>

namespace diolkos::graph {
namespace {

auto position(auto& entries, std::string_view name) {
  return std::lower_bound(entries.begin(), entries.end(), name,
                          [](const auto& entry, std::string_view key) { return entry.first < key; });
}

template <class T, class Fallback>
Fallback get_or(const Attributes& attributes, std::string_view name, Fallback fallback) {
  const Attribute* found = attributes.find(name);
  if (found == nullptr) return fallback;
  const T* value = std::get_if<T>(found);
  return value != nullptr ? Fallback(*value) : fallback;
}

}  // namespace

Attributes::Attributes(std::initializer_list<std::pair<std::string, Attribute>> entries) {
  for (const auto& [name, value] : entries) set(name, value);
}

void Attributes::set(std::string_view name, Attribute value) {
  auto at = position(entries_, name);
  if (at != entries_.end() && at->first == name) {
    at->second = std::move(value);
  } else {
    entries_.insert(at, {std::string(name), std::move(value)});
  }
}

void Attributes::erase(std::string_view name) {
  auto at = position(entries_, name);
  if (at != entries_.end() && at->first == name) entries_.erase(at);
}

const Attribute* Attributes::find(std::string_view name) const {
  auto at = position(entries_, name);
  return at != entries_.end() && at->first == name ? &at->second : nullptr;
}

std::int64_t Attributes::int_or(std::string_view name, std::int64_t fallback) const {
  return get_or<std::int64_t>(*this, name, fallback);
}

float Attributes::float_or(std::string_view name, float fallback) const { return get_or<float>(*this, name, fallback); }

std::string_view Attributes::string_or(std::string_view name, std::string_view fallback) const {
  return get_or<std::string>(*this, name, fallback);
}

std::vector<std::int64_t> Attributes::ints_or(std::string_view name, std::vector<std::int64_t> fallback) const {
  return get_or<std::vector<std::int64_t>>(*this, name, std::move(fallback));
}

}  // namespace diolkos::graph
