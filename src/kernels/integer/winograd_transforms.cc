#include "kernels/integer/winograd_transforms.h"

namespace diolkos::kernels::integer {
namespace {

#define DIOLKOS_KERNELS(name) &winograd_transforms_##name
#include "kernels/kernels_of.inc"

}  // namespace

const WinogradTransforms& winograd_transforms(cpu::Isa isa, int height, int width) {
  return kernels_of(isa)(height, width);
}

}  // namespace diolkos::kernels::integer
