#include "formats/pytorch/pickle_value.h"

#include <fmt/format.h>

namespace diolkos::formats::pytorch {

Status Heap::count(std::size_t items) {
  if (items > kMaxItems - items_) return invalid(fmt::format("holds more than {} values in its containers", kMaxItems));
  items_ += items;
  return {};
}

Result<Value> Heap::make(Kind kind, std::span<const Value> items) {
  if (objects_.size() == kMaxObjects) return invalid(fmt::format("holds more than {} objects", kMaxObjects));
  TRY(count(items.size()));
  objects_.emplace_back(items.begin(), items.end());
  const Value made{kind, 0, static_cast<std::int64_t>(objects_.size() - 1)};
  if (kind == Kind::storage) storages_.push_back(made);
  return made;
}

Status Heap::append(Value object, std::span<const Value> items) {
  TRY(count(items.size()));
  auto& target = objects_[static_cast<std::size_t>(object.payload)];
  target.insert(target.end(), items.begin(), items.end());
  return {};
}

Value Heap::member(Value dict, std::string_view key) const {
  Value found;
  if (dict.kind != Kind::dict) return found;
  const std::span<const Value> entries = items(dict);
  for (std::size_t i = 0; i + 1 < entries.size(); i += 2)
    if (is_text(entries[i], key)) found = entries[i + 1];
  return found;
}

}  // namespace diolkos::formats::pytorch
