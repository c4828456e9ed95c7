#include "live/settings.h"

#include <algorithm>

namespace diolkos::live {

std::string_view name_of(View view) { return kViewNames[static_cast<std::size_t>(view)]; }

std::optional<View> view_named(std::string_view name) {
  const auto found = std::ranges::find(kViewNames, name);
  if (found == kViewNames.end()) return std::nullopt;
  return static_cast<View>(found - kViewNames.begin());
}

Settings SharedSettings::get() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

void SharedSettings::set(const Settings& settings) {
  const std::lock_guard lock(mutex_);
  settings_ = settings;
}

}  // namespace diolkos::live
