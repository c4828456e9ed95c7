// Which instructions multiply and add integers. Every engine gives the same sums: none saturates on the way.
#pragma once

#include <span>
#include <string_view>

#include "cpu/features.h"

namespace diolkos::kernels::integer {

enum class Engine {
  generic,
  avx2,         // pairs of 16-bit products
  avx_vnni,     // four 8-bit products, 256-bit registers
  avx512_vnni,  // the same, 512-bit registers
  amx,          // tiles
  amx_model,    // the tiles in plain C++: for tests, on any machine
  neon,         // pairs of 16-bit products
  neon_dot,     // four 8-bit products, both signed
  neon_i8mm,    // eight 8-bit products, unsigned by signed, of two pixels and two outputs
};

std::span<const Engine> engines();
bool runs_here(Engine engine);
Engine engine_for(cpu::Isa isa);  // the fastest of this CPU within an instruction set
std::string_view name_of(Engine engine);

}  // namespace diolkos::kernels::integer
