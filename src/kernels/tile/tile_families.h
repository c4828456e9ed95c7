#pragma once

#include "kernels/tile/tile.h"

namespace diolkos::kernels::tile {

#define DIOLKOS_ISA(name) Family family_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

#if defined(__x86_64__)
const Dots& dots_avx512bf16();
const Dots& dots_amx(bool split);
#elif defined(__aarch64__)
const Dots& dots_armbf16();
const Dots& dots_armfp16();
#endif
const Dots& dots_amx_model(bool split);

}  // namespace diolkos::kernels::tile
