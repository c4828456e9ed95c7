#include "kernels/tile/tile.h"

#include "kernels/tile/tile_families.h"

namespace diolkos::kernels::tile {

const Family& family(cpu::Isa isa) {
  static const Family families[] = {
#define DIOLKOS_ISA(name) family_##name(),
#include "kernels/isas.inc"
#undef DIOLKOS_ISA
  };
  for (const Family& family : families)
    if (family.isa == isa) return family;
  return families[0];
}

const Dots* dots(cpu::Isa isa, Storage storage) {
  [[maybe_unused]] const cpu::Features& has = cpu::features();
#if defined(__x86_64__)
  if (isa == cpu::Isa::avx512 && storage == Storage::bfloat16 && has.avx512_bf16) return &dots_avx512bf16();
#elif defined(__aarch64__)
  if (isa == cpu::Isa::neon && storage == Storage::bfloat16 && has.neon_bf16) return &dots_armbf16();
  if (isa == cpu::Isa::neon && storage == Storage::float16 && has.neon_fp16) return &dots_armfp16();
#endif
  (void)isa, (void)storage;
  return nullptr;
}

MatrixUnit matrix_unit(cpu::Isa isa) {
  const cpu::Features& has = cpu::features();
  const bool here = isa == cpu::Isa::avx512 && has.amx_bf16 && has.avx512_bf16;
  return here ? MatrixUnit::amx : MatrixUnit::none;
}

const Dots* matrix_dots(MatrixUnit unit, Storage storage) {
  if (storage == Storage::float16 || unit == MatrixUnit::none) return nullptr;
  const bool split = storage == Storage::float32;
#if defined(__x86_64__)
  if (unit == MatrixUnit::amx) return &dots_amx(split);
#endif
  return &dots_amx_model(split);
}

void reference(Form form, int blocks, int pixels, const Args& args) {
  const std::int64_t depth = layout_of(form).depth;
  for (int b = 0; b < blocks; ++b) {
    for (int p = 0; p < pixels; ++p) {
      for (int o = 0; o < 16; ++o) {
        const std::int64_t at = b * args.output_block_stride + 16 * p + o;
        const auto* input = static_cast<const float*>(args.input);
        const auto* weights = static_cast<const float*>(args.weights);
        double sum = args.bias != nullptr ? args.bias[16 * b + o] : args.output[at];
        for (std::int64_t s = 0; s < args.steps; ++s)
          for (std::int64_t k = 0; k < depth; ++k)
            sum += static_cast<double>(input[args.offsets[s] + p * depth + k]) *
                   weights[(s * depth + k) * 16 * blocks + 16 * b + o];
        if (args.residual != nullptr) sum += args.residual[at];
        args.output[at] = apply(args.activation, static_cast<float>(sum));
      }
    }
  }
}

}  // namespace diolkos::kernels::tile
