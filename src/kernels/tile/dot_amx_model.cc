#include "kernels/amx/model.h"
#include "kernels/tile/dot_amx_impl.h"
#include "kernels/tile/tile_families.h"

namespace diolkos::kernels::tile {
namespace {

void round16(const float* from, std::uint16_t* highs, std::uint16_t* rests) {
  for (int i = 0; i < 16; ++i) {
    highs[i] = float_to_bfloat16(from[i]);
    if (rests != nullptr) rests[i] = float_to_bfloat16(from[i] - bfloat16_to_float(highs[i]));
  }
}

}  // namespace

const Dots& dots_amx_model(bool split) {
  static const Dots whole = make_dots<amx::Model, false, round16>("amx-model");
  static const Dots halves = make_dots<amx::Model, true, round16>("amx-model");
  return split ? halves : whole;
}

}  // namespace diolkos::kernels::tile
