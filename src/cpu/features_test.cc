#include "cpu/features.h"

#include <cstdlib>
#include <fstream>
#include <set>
#include <iterator>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace diolkos::cpu {
namespace {

// The kernel's own list of flags: a second opinion on cpuid and xgetbv. An emulator shows that of the host.
std::set<std::string> kernel_flags() {
#if defined(__aarch64__)
  constexpr std::string_view kFlags = "Features";
#else
  constexpr std::string_view kFlags = "flags";
#endif
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(kFlags)) continue;
    std::istringstream words(line.substr(line.find(':') + 1));
    return {std::istream_iterator<std::string>(words), {}};
  }
  return {};
}

TEST(Features, AgreeWithTheKernel) {
  const auto flags = kernel_flags();
  if (flags.empty()) GTEST_SKIP() << "/proc/cpuinfo lists no flags here";
  const Features& found = features();
  EXPECT_EQ(found.avx2, flags.contains("avx2") && flags.contains("fma") && flags.contains("f16c"));
  EXPECT_EQ(found.avx512, flags.contains("avx512f") && flags.contains("avx512bw") && flags.contains("avx512dq") &&
                              flags.contains("avx512vl"));
  EXPECT_EQ(found.avx512_vnni, flags.contains("avx512_vnni"));
  EXPECT_EQ(found.avx512_bf16, flags.contains("avx512_bf16"));
  EXPECT_EQ(found.avx_vnni, flags.contains("avx_vnni"));
  EXPECT_EQ(found.amx_int8, flags.contains("amx_int8"));
  EXPECT_EQ(found.amx_bf16, flags.contains("amx_bf16"));
  EXPECT_EQ(found.neon, flags.contains("asimd"));
  EXPECT_EQ(found.neon_dot, flags.contains("asimddp"));
  EXPECT_EQ(found.neon_i8mm, flags.contains("asimddp") && flags.contains("i8mm"));
  EXPECT_EQ(found.neon_bf16, flags.contains("bf16"));
  EXPECT_EQ(found.neon_fp16, flags.contains("asimdhp"));
}

TEST(Isa, NamesReadBack) {
  for (Isa isa : {Isa::generic, Isa::avx2, Isa::avx512, Isa::neon}) EXPECT_EQ(isa_named(name_of(isa)), isa);
  EXPECT_EQ(isa_named("sse9"), std::nullopt);
  EXPECT_EQ(isa_named(""), std::nullopt);
}

TEST(Isa, TheBestOneIsSupported) {
  EXPECT_TRUE(supports(best_isa()));
  EXPECT_TRUE(supports(Isa::generic));
  EXPECT_TRUE(!supports(Isa::avx512) || supports(Isa::avx2));
}

TEST(Isa, AChoiceThatThisMachineLacksIsAnError) {
  for (Isa isa : {Isa::generic, Isa::avx2, Isa::avx512, Isa::neon}) {
    const auto chosen = choose_isa(isa);
    EXPECT_EQ(chosen.has_value(), supports(isa));
    if (chosen) {
      EXPECT_EQ(*chosen, isa);
    }
  }
}

TEST(Isa, TheEnvironmentChoosesAndIsChecked) {
  const char* before = std::getenv("DIOLKOS_ISA");
  const std::string kept = before == nullptr ? "" : before;
  setenv("DIOLKOS_ISA", "generic", 1);
  EXPECT_EQ(choose_isa({}).value_or(Isa::avx512), Isa::generic);
  setenv("DIOLKOS_ISA", "sse9", 1);
  EXPECT_FALSE(choose_isa({}).has_value());
  setenv("DIOLKOS_ISA", "", 1);
  EXPECT_TRUE(choose_isa({}).has_value());
  if (before == nullptr) unsetenv("DIOLKOS_ISA");
  else setenv("DIOLKOS_ISA", kept.c_str(), 1);
}

TEST(ModelName, IsOneLine) {
  EXPECT_FALSE(model_name().empty());
  EXPECT_EQ(model_name().find('\n'), std::string::npos);
}

}  // namespace
}  // namespace diolkos::cpu
