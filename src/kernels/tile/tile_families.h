#pragma once

#include "kernels/tile/tile.h"

namespace diolkos::kernels::tile {

#define DIOLKOS_ISA(name) Family family_##name();
#include "kernels/isas.inc"
#undef DIOLKOS_ISA

}  // namespace diolkos::kernels::tile
