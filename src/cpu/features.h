// What this CPU can do, and which instruction set to use.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace diolkos::cpu {

// Of one architecture a later one includes the earlier. `generic` is plain C++ for the build's baseline.
enum class Isa { generic, avx2, avx512, neon };

struct Features {
  bool avx2 = false;         // with FMA and F16C, and enabled by the operating system
  bool avx512 = false;       // F, BW, DQ, VL
  bool avx512_vnni = false;
  bool avx512_bf16 = false;
  bool avx_vnni = false;
  bool amx_int8 = false;       // and the tile registers are granted to this process
  bool amx_bf16 = false;
  bool neon = false;           // every 64-bit Arm core
  bool neon_dot = false;       // SDOT and UDOT
  bool neon_i8mm = false;      // USDOT and the 8-bit matrix products
  bool neon_bf16 = false;      // BFDOT and the bfloat16 matrix products
  bool neon_fp16 = false;      // arithmetic of 16-bit floats
};

const Features& features();            // of this machine, asked once
Isa best_isa();                        // or $DIOLKOS_ISA where that is set and present here
// What a plan uses: `wanted`, else $DIOLKOS_ISA, else the best. An error where that is unknown or not present here.
Result<Isa> choose_isa(std::optional<Isa> wanted);
bool supports(Isa isa);
std::string_view name_of(Isa isa);     // "avx512"
std::optional<Isa> isa_named(std::string_view name);
std::string model_name();              // "Intel(R) Xeon(R) …", as the kernel tells it

}  // namespace diolkos::cpu
