#include "cpu/features.h"

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

#if defined(__x86_64__)
#include <cpuid.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif
#elif defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace diolkos::cpu {
namespace {

#if defined(__x86_64__)

bool bit(unsigned word, int index) { return ((word >> index) & 1u) != 0; }

// Which register states the operating system saves: Intel SDM volume 1, 13.3.
unsigned long long saved_states() {
  unsigned low = 0;
  unsigned high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (static_cast<unsigned long long>(high) << 32) | low;
}

// Linux hands out the tile registers on request only: arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA).
bool tiles_granted() {
#if defined(__linux__)
  constexpr long kRequestPermission = 0x1023, kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

Features ask() {
  Features found;
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || !bit(c, 27)) return found;  // OSXSAVE
  const bool fma = bit(c, 12);
  const bool f16c = bit(c, 29);
  const unsigned long long saved = saved_states();
  const bool saves_avx = (saved & 0x6) == 0x6;
  const bool saves_avx512 = (saved & 0xe6) == 0xe6;
  const bool saves_amx = (saved & 0x60000) == 0x60000;

  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return found;
  const unsigned subleaves = a;
  found.avx2 = saves_avx && fma && f16c && bit(b, 5);
  found.avx512 = saves_avx512 && found.avx2 && bit(b, 16) && bit(b, 17) && bit(b, 30) && bit(b, 31);
  found.avx512_vnni = found.avx512 && bit(c, 11);
  const bool tiles = saves_amx && bit(d, 24) && tiles_granted();
  found.amx_bf16 = tiles && bit(d, 22);
  found.amx_int8 = tiles && bit(d, 25);
  if (subleaves >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0) {
    found.avx_vnni = found.avx2 && bit(a, 4);
    found.avx512_bf16 = found.avx512 && bit(a, 5);
  }
  return found;
}

#elif defined(__aarch64__) && defined(__linux__)

Features ask() {
  Features found;
  found.neon = true;
  found.neon_dot = (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
  found.neon_i8mm = found.neon_dot && (getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0;
  found.neon_bf16 = (getauxval(AT_HWCAP2) & HWCAP2_BF16) != 0;
  found.neon_fp16 = (getauxval(AT_HWCAP) & HWCAP_ASIMDHP) != 0;
  return found;
}

#else

Features ask() { return {}; }

#endif

Isa ask_best() {
  if (const char* wanted = std::getenv("DIOLKOS_ISA"))
    if (const auto isa = isa_named(wanted); isa && supports(*isa)) return *isa;
  for (const Isa isa : {Isa::avx512, Isa::avx2, Isa::neon})
    if (supports(isa)) return isa;
  return Isa::generic;
}

}  // namespace

const Features& features() {
  static const Features found = ask();
  return found;
}

bool supports(Isa isa) {
  switch (isa) {
    case Isa::generic: return true;
    case Isa::avx2: return features().avx2;
    case Isa::avx512: return features().avx512;
    case Isa::neon: return features().neon;
  }
  return false;
}

Isa best_isa() {
  static const Isa best = ask_best();
  return best;
}

Result<Isa> choose_isa(std::optional<Isa> wanted) {
  std::string source = "the instruction set asked for";
  if (const char* text = std::getenv("DIOLKOS_ISA"); !wanted && text != nullptr && *text != '\0') {
    source = "$DIOLKOS_ISA";
    wanted = isa_named(text);
    if (!wanted)
      return failure(ErrorCode::usage,
                     fmt::format("$DIOLKOS_ISA: got '{}', expected generic, avx2, avx512 or neon", text));
  }
  if (wanted && !supports(*wanted))
    return unsupported(fmt::format("{}: got {}, but this CPU ({}) goes up to {}; leave it out to use that", source,
                                   name_of(*wanted), model_name(), name_of(best_isa())));
  return wanted.value_or(best_isa());
}

std::string_view name_of(Isa isa) {
  switch (isa) {
    case Isa::generic: return "generic";
    case Isa::avx2: return "avx2";
    case Isa::avx512: return "avx512";
    case Isa::neon: return "neon";
  }
  return "unknown";
}

std::optional<Isa> isa_named(std::string_view name) {
  for (Isa isa : {Isa::generic, Isa::avx2, Isa::avx512, Isa::neon})
    if (name == name_of(isa)) return isa;
  return std::nullopt;
}

std::string model_name() {
  std::ifstream file("/proc/cpuinfo");
  std::string implementer, part;
  for (std::string line; std::getline(file, line);) {
    const std::size_t start = line.find_first_not_of(" \t", line.find(':') + 1);
    const std::string value = start == std::string::npos ? std::string() : line.substr(start);
    if (line.starts_with("model name")) return value;
    // Arm's kernels tell numbers; of unlike cores the last one's.
    if (line.starts_with("CPU implementer")) implementer = value;
    if (line.starts_with("CPU part")) part = value;
  }
  return part.empty() ? "unknown CPU" : fmt::format("CPU implementer {} part {}", implementer, part);
}

}  // namespace diolkos::cpu
