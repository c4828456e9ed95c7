#include "kernels/integer/engine.h"

#include <array>

namespace diolkos::kernels::integer {

std::span<const Engine> engines() {
  static constexpr std::array kAll{Engine::generic,   Engine::avx2, Engine::avx_vnni, Engine::avx512_vnni, Engine::amx,
                                   Engine::amx_model, Engine::neon, Engine::neon_dot, Engine::neon_i8mm};
  return kAll;
}

bool runs_here(Engine engine) {
  const cpu::Features& has = cpu::features();
  switch (engine) {
    case Engine::generic:
    case Engine::amx_model: return true;
    case Engine::avx2: return has.avx2;
    case Engine::avx_vnni: return has.avx_vnni;
    case Engine::avx512_vnni: return has.avx512_vnni;
    case Engine::amx: return has.avx512_vnni && has.amx_int8;
    case Engine::neon: return has.neon;
    case Engine::neon_dot: return has.neon_dot;
    case Engine::neon_i8mm: return has.neon_i8mm;
  }
  return false;
}

Engine engine_for(cpu::Isa isa) {
  if (isa == cpu::Isa::generic) return Engine::generic;
  if (isa == cpu::Isa::neon) {
    if (runs_here(Engine::neon_i8mm)) return Engine::neon_i8mm;
    return runs_here(Engine::neon_dot) ? Engine::neon_dot : Engine::neon;
  }
  if (isa == cpu::Isa::avx512) {
    if (runs_here(Engine::amx)) return Engine::amx;
    if (runs_here(Engine::avx512_vnni)) return Engine::avx512_vnni;
  }
  return runs_here(Engine::avx_vnni) ? Engine::avx_vnni : Engine::avx2;
}

std::string_view name_of(Engine engine) {
  switch (engine) {
    case Engine::generic: return "generic";
    case Engine::avx2: return "avx2";
    case Engine::avx_vnni: return "avx-vnni";
    case Engine::avx512_vnni: return "avx512-vnni";
    case Engine::amx: return "amx";
    case Engine::amx_model: return "amx-model";
    case Engine::neon: return "neon";
    case Engine::neon_dot: return "neon-dot";
    case Engine::neon_i8mm: return "neon-i8mm";
  }
  return "unknown";
}

}  // namespace diolkos::kernels::integer
