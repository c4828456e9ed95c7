// What can be changed while the program runs: the class, its threshold, what is shown.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

namespace diolkos::live {

// The last three are of two networks: the second one's overlay, where they differ, and four pictures in one (first,
// second, heat, original).
enum class View { overlay, mask, original, versus, heat, compare };

inline constexpr std::array<std::string_view, 6> kViewNames = {"overlay", "mask", "original",
                                                               "versus",  "heat", "compare"};
inline constexpr std::size_t kViewsOfOne = 3;  // those that one network has
std::string_view name_of(View view);

struct Settings {
  std::optional<int> class_index;  // absent: every class
  double threshold = 0.5;
  View view = View::overlay;  // of what is shown on the page and in a window
  double alpha = 0.5;
  bool operator==(const Settings&) const = default;
};

// Written by the page, read by the stages: each frame is made with the newest.
class SharedSettings {
 public:
  explicit SharedSettings(const Settings& settings) : settings_(settings) {}

  Settings get() const;
  void set(const Settings& settings);

 private:
  mutable std::mutex mutex_;
  Settings settings_;
};

}  // namespace diolkos::live
