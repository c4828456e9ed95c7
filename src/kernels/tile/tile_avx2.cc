#include "kernels/tile/tile_families.h"
#include "kernels/tile/tile_impl.h"

namespace diolkos::kernels::tile {

Family family_avx2() { return make_family<1, 6>(cpu::Isa::avx2); }

}  // namespace diolkos::kernels::tile
