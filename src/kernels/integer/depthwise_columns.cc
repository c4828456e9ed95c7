#include "kernels/integer/depthwise_columns.h"

namespace diolkos::kernels::integer {

DepthwiseColumns depthwise_columns([[maybe_unused]] Engine engine, [[maybe_unused]] bool bytes) {
  switch (engine) {
#if defined(__x86_64__)
    case Engine::avx2:
    case Engine::avx_vnni: return depthwise_columns_avx2();
    case Engine::avx512_vnni:
    case Engine::amx: return bytes ? depthwise_columns_vnni() : depthwise_columns_avx2();
#endif
    default: return {};
  }
}

}  // namespace diolkos::kernels::integer
