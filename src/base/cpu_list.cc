#include "base/cpu_list.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#if defined(__linux__)
#include <sched.h>
#endif

#include <fmt/format.h>

namespace diolkos {
namespace {

constexpr int kMostCpus = 1024;  // of a cpu_set_t

Error malformed(std::string_view text) {
  return {ErrorCode::usage,
          fmt::format("'{}' is no list of CPUs: expected numbers and ranges under {}, as in 0-3,6", text, kMostCpus)};
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value >= kMostCpus) return std::nullopt;
  return value;
}

void allow_cpus([[maybe_unused]] const std::vector<int>& cpus) {
#if defined(__linux__)
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  for (const int cpu : cpus) CPU_SET(static_cast<unsigned>(cpu), &allowed);
  sched_setaffinity(0, sizeof(allowed), &allowed);
#endif
}

}  // namespace

std::vector<int> allowed_cpus() {
  std::vector<int> cpus;
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return cpus;
  for (int cpu = 0; cpu < kMostCpus; ++cpu)
    if (CPU_ISSET(static_cast<unsigned>(cpu), &allowed)) cpus.push_back(cpu);
#endif
  return cpus;
}

Result<std::vector<int>> parse_cpus(std::string_view text) {
  const std::vector<int> allowed = allowed_cpus();
  std::vector<int> cpus;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string_view part = text.substr(at, comma - at);
    const std::size_t dash = part.find('-');
    const auto first = number(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number(part.substr(dash + 1));
    if (!first || !last || *last < *first) return tl::unexpected(malformed(text));
    for (int cpu = *first; cpu <= *last; ++cpu) {
      if (std::find(cpus.begin(), cpus.end(), cpu) != cpus.end())
        return failure(ErrorCode::usage, fmt::format("'{}' names CPU {} twice", text, cpu));
      if (std::find(allowed.begin(), allowed.end(), cpu) == allowed.end())
        return failure(ErrorCode::usage, fmt::format("'{}': this process may not run on CPU {}", text, cpu));
      cpus.push_back(cpu);
    }
    at = comma + 1;
  }
  return cpus;
}

void pin_this_thread(int cpu) { allow_cpus({cpu}); }

PinnedScope::PinnedScope(std::optional<int> cpu) {
  if (!cpu) return;
  before_ = allowed_cpus();
  pin_this_thread(*cpu);
}

PinnedScope::~PinnedScope() {
  if (!before_.empty()) allow_cpus(before_);
}

}  // namespace diolkos
