#include "kernels/tile/tile_families.h"
#include "kernels/tile/tile_impl.h"

namespace diolkos::kernels::tile {

Family family_neon() { return make_family<1, 6>(cpu::Isa::neon); }

}  // namespace diolkos::kernels::tile
