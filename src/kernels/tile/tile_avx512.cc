#include "kernels/tile/tile_families.h"
#include "kernels/tile/tile_impl.h"

namespace diolkos::kernels::tile {

Family family_avx512() { return make_family<2, 14>(cpu::Isa::avx512); }

}  // namespace diolkos::kernels::tile
