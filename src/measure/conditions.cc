#include "measure/conditions.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

#include "base/folder_entries.h"

namespace diolkos::measure {
namespace {

namespace fs = std::filesystem;

std::optional<double> read_number(const fs::path& path) {
  std::ifstream file(path);
  double value = 0;
  if (!(file >> value)) return std::nullopt;
  return value;
}

double ms(const timeval& time) {
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_usec);
}

double own_time(int who) {
  rusage usage{};
  ::getrusage(who, &usage);
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

// The first line of /proc/stat: user nice system idle iowait irq softirq steal, in clock ticks. All but idle and iowait
// count; what a hypervisor stole is missing from us as well.
std::optional<double> busy_time(const fs::path& root) {
  std::ifstream file(root / "proc/stat");
  std::string name;
  double user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
  if (!(file >> name >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal)) return std::nullopt;
  return (user + nice + system + irq + softirq + steal) * 1000 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// Calls `take` with the folders of `parent` whose names begin so. An unreadable folder has none.
template <class Take>
void each_folder(const fs::path& parent, std::string_view beginning, Take take) {
  const auto entries = folder_entries(parent);
  if (!entries) return;
  for (const fs::path& path : *entries)
    if (path.filename().string().starts_with(beginning)) take(path);
}

template <class Value>
void add(std::optional<Value>& sum, Value value) {
  sum = sum.value_or(Value{}) + value;
}

void read_processors(const fs::path& root, Reading& reading) {
  double sum = 0;
  int known = 0;
  each_folder(root / "sys/devices/system/cpu", "cpu", [&](const fs::path& folder) {
    if (const auto khz = read_number(folder / "cpufreq/scaling_cur_freq")) {
      sum += *khz / 1000;
      ++known;
    }
    for (const char* name : {"core_throttle_count", "package_throttle_count"})
      if (const auto count = read_number(folder / "thermal_throttle" / name))
        add(reading.throttlings, static_cast<std::int64_t>(*count));
  });
  if (known > 0) reading.frequency_mhz = sum / known;
}

}  // namespace

Reading read_conditions(const fs::path& root) {
  Reading reading;
  reading.at_ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
  reading.processor_ms = busy_time(root);
  reading.own_processor_ms = own_time(RUSAGE_SELF) + own_time(RUSAGE_CHILDREN);
  read_processors(root, reading);
  each_folder(root / "sys/class/thermal", "thermal_zone", [&](const fs::path& folder) {
    if (const auto millidegrees = read_number(folder / "temp"))
      reading.temperature_c = std::max(reading.temperature_c.value_or(-273.0), *millidegrees / 1000);
  });
  // "intel-rapl:0" is a package; "intel-rapl:0:0" a part of it.
  each_folder(root / "sys/class/powercap", "intel-rapl:", [&](const fs::path& folder) {
    const std::string name = folder.filename().string();
    if (std::ranges::count(name, ':') != 1) return;
    if (const auto microjoules = read_number(folder / "energy_uj")) add(reading.energy_j, *microjoules * 1e-6);
  });
  return reading;
}

Conditions between(const Reading& before, const Reading& after) {
  Conditions conditions;
  const double elapsed_ms = after.at_ms - before.at_ms;
  conditions.seconds = elapsed_ms / 1000;
  if (before.processor_ms && after.processor_ms && elapsed_ms > 0) {
    const double own = after.own_processor_ms - before.own_processor_ms;
    conditions.others = std::max(0.0, (*after.processor_ms - *before.processor_ms - own) / elapsed_ms);
  }
  conditions.frequency_before_mhz = before.frequency_mhz;
  conditions.frequency_after_mhz = after.frequency_mhz;
  conditions.temperature_before_c = before.temperature_c;
  conditions.temperature_after_c = after.temperature_c;
  if (before.throttlings && after.throttlings) conditions.throttlings = *after.throttlings - *before.throttlings;
  // The counter wraps at a limit of its own: a fall says nothing.
  if (before.energy_j && after.energy_j && *after.energy_j >= *before.energy_j && elapsed_ms > 0)
    conditions.power_w = (*after.energy_j - *before.energy_j) / conditions.seconds;
  return conditions;
}

}  // namespace diolkos::measure
