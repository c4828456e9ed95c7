#include "kernels/integer/winograd_transforms.h"

namespace diolkos::kernels::integer {

const WinogradTransforms& winograd_transforms(cpu::Isa isa, int tile) {
#define DIOLKOS_ISA(name) \
  if (isa == cpu::Isa::name) return winograd_transforms_##name(tile);
#include "kernels/isas.inc"
#undef DIOLKOS_ISA
  return winograd_transforms_generic(tile);
}

}  // namespace diolkos::kernels::integer
