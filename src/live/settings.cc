#include "live/settings.h"

namespace diolkos::live {

std::string_view name_of(View view) { return kViewNames[static_cast<std::size_t>(view)]; }

Settings SharedSettings::get() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

void SharedSettings::set(const Settings& settings) {
  const std::lock_guard lock(mutex_);
  settings_ = settings;
}

}  // namespace diolkos::live
