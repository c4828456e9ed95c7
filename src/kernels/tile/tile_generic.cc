#include "kernels/tile/tile_families.h"
#include "kernels/tile/tile_impl.h"

namespace diolkos::kernels::tile {

Family family_generic() { return make_family<1, 2>(cpu::Isa::generic); }

}  // namespace diolkos::kernels::tile
