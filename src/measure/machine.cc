#include "measure/machine.h"

#include <cstdlib>
#include <fstream>

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/thread_pool.h"
#include "cpu/features.h"

namespace diolkos::measure {
namespace {

std::vector<std::string> feature_names() {
  const cpu::Features& has = cpu::features();
  std::vector<std::string> names;
  const auto add = [&](bool present, const char* name) {
    if (present) names.emplace_back(name);
  };
  add(has.avx2, "avx2");
  add(has.avx512, "avx512");
  add(has.avx512_vnni, "avx512_vnni");
  add(has.avx512_bf16, "avx512_bf16");
  add(has.avx_vnni, "avx_vnni");
  add(has.amx_int8, "amx_int8");
  add(has.amx_bf16, "amx_bf16");
  add(has.neon, "neon");
  add(has.neon_dot, "neon_dot");
  add(has.neon_i8mm, "neon_i8mm");
  add(has.neon_bf16, "neon_bf16");
  add(has.neon_fp16, "neon_fp16");
  return names;
}

// A board's device tree ends with a zero byte, a PC's DMI with a line feed.
std::string firmware_name() {
  for (const char* path : {"/proc/device-tree/model", "/sys/class/dmi/id/product_name"}) {
    std::ifstream file(path);
    std::string name;
    std::getline(file, name);
    std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < ' '; });
    if (!name.empty()) return name;
  }
  return "";
}

}  // namespace

Machine describe_machine() {
  Machine machine;
  machine.name = firmware_name();
  machine.cpu = cpu::model_name();
  machine.features = feature_names();
  machine.threads = available_threads();
  machine.memory_mb = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                      static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
  if (utsname names{}; ::uname(&names) == 0)
    machine.system = std::string(names.sysname) + " " + names.release + " " + names.machine;
  if (double load = 0; ::getloadavg(&load, 1) == 1) machine.load_before = load;
  return machine;
}

double peak_rss_mb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;  // Linux counts in KiB
}

}  // namespace diolkos::measure
