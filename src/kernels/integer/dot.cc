#include "kernels/integer/dot.h"

namespace diolkos::kernels::integer {

DotKernel dot4(Engine engine) {
  switch (engine) {
    case Engine::amx_model: return dot4_amx_model();
#if defined(__x86_64__)
    case Engine::avx_vnni: return dot4_avxvnni();
    case Engine::avx512_vnni: return dot4_vnni();
    case Engine::amx: return dot4_amx();
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
#endif
    default: return dot2_generic();
  }
}

}  // namespace diolkos::kernels::integer
