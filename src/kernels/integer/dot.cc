#include "kernels/integer/dot.h"

namespace diolkos::kernels::integer {

DotKernel dot4(Engine engine) {
  switch (engine) {
    case Engine::amx_model: return dot4_amx_model();
#if defined(__x86_64__)
    case Engine::avx_vnni: return dot4_avxvnni();
    case Engine::avx512_vnni: return dot4_vnni();
    case Engine::amx: return dot4_amx();
#elif defined(__aarch64__)
    case Engine::neon_dot: return dot4_dotprod();
    case Engine::neon_i8mm: return dot4_i8mm();
#endif
    default: return {};
  }
}

DotKernel dot2(Engine engine) {
  switch (engine) {
#if defined(__x86_64__)
    case Engine::avx2: return dot2_avx2();
    case Engine::avx_vnni: return dot2_avxvnni();
    case Engine::avx512_vnni:
    case Engine::amx: return dot2_vnni();
#elif defined(__aarch64__)
    case Engine::neon:
    case Engine::neon_dot:
    case Engine::neon_i8mm: return dot2_neon();
#endif
    default: return dot2_generic();
  }
}

}  // namespace diolkos::kernels::integer
