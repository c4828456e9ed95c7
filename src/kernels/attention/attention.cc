#include "kernels/attention/attention.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/attention/attention_kernels.h"
#include "kernels/gemm/panels.h"

namespace diolkos::kernels::attention {
namespace {

constexpr float kNoBias[16 * tile::kMaxBlocks] = {};
constexpr std::int64_t kScoresAtOnce = 1 << 14;  // 64 KB

#define DIOLKOS_KERNELS(name) kernels_##name()
#include "kernels/kernels_of.inc"

std::int64_t queries_at_once(const Spec& spec, const tile::Family& family) {
  const std::int64_t tiles = kScoresAtOnce / whole_blocks(spec.keys) / family.max_pixels;
  return std::clamp<std::int64_t>(tiles, 1, 16) * family.max_pixels;
}

// Of one head: keys as panels of a [depth][keys] matrix, values as those of [keys][depth].
std::int64_t packed_floats(const Spec& spec) { return 2 * panel_floats(spec.depth, spec.keys); }

// Scores and inverses of a thread.
std::int64_t room_floats(const Spec& spec, const tile::Family& family) {
  return whole_blocks(queries_at_once(spec, family) * (whole_blocks(spec.keys) + 1));
}

// A panel takes channels of 16 from one block, `block` floats behind the one before.
void pack_head(const Spec& spec, const tile::Family& family, const float* k, const float* v, float* packed) {
  const std::int64_t block = spec.keys * 16;
  each_panel(family, spec.depth, spec.keys, [&](std::int64_t first, int blocks, std::int64_t before) {
    for (std::int64_t c = 0; c < spec.depth; c += 16)
      pack_panel(k + c * spec.keys + first * 16, {1, 16}, 16, spec.keys - first, packed + before + c * 16 * blocks,
                 blocks);
  });
  packed += panel_floats(spec.depth, spec.keys);
  each_panel(family, spec.keys, spec.depth, [&](std::int64_t first, int blocks, std::int64_t before) {
    float* const panel = packed + before;
    std::fill_n(panel + spec.keys * 16 * blocks, (whole_blocks(spec.keys) - spec.keys) * 16 * blocks, 0.0f);
    for (std::int64_t m = 0; m < spec.keys; ++m)
      for (int b = 0; b < blocks; ++b)
        std::copy_n(v + (first / 16 + b) * block + m * 16, 16, panel + (m * blocks + b) * 16);
  });
}

// All columns of some rows: `rows` of the input and the output, whose blocks are `in_block` and `out_block` apart.
struct Product {
  const tile::Family& family;
  std::int64_t inner, columns;
  const float* panels;

  void run(const float* in, std::int64_t in_block, std::int64_t rows, float* out, std::int64_t out_block) const {
    std::vector<std::int32_t> offsets;
    for (std::int64_t i = 0; i < whole_blocks(inner) / 16; ++i)
      offsets.push_back(static_cast<std::int32_t>(i * in_block));
    each_panel(family, inner, columns, [&](std::int64_t first, int blocks, std::int64_t before) {
      tile::Args args{};
      args.offsets = offsets.data();
      args.steps = static_cast<std::int64_t>(offsets.size());
      args.weights = panels + before;
      args.output_block_stride = out_block;
      args.bias = kNoBias;
      for (std::int64_t n = 0; n < rows; n += family.max_pixels) {
        const auto pixels = static_cast<int>(std::min<std::int64_t>(family.max_pixels, rows - n));
        args.input = in + n * 16;
        args.output = out + first / 16 * out_block + n * 16;
        family.kernel(tile::Form::blocked, blocks, pixels)(args);
      }
    });
  }
};

}  // namespace

std::size_t scratch_floats(const Spec& spec) {
  return static_cast<std::size_t>(spec.batch * spec.heads * packed_floats(spec) +
                                  spec.threads * room_floats(spec, tile::family(spec.isa)));
}

void run(const Spec& spec, const float* q, const float* k, const float* v, float* y, float* scratch, ThreadPool& pool) {
  const Kernels kernels = kernels_of(spec.isa);
  const tile::Family& family = tile::family(spec.isa);
  const std::int64_t heads = spec.batch * spec.heads;
  pool.parallel_for(heads, [&](std::int64_t head, int) {
    const std::int64_t at = head * spec.depth * spec.keys;
    pack_head(spec, family, k + at, v + at, scratch + head * packed_floats(spec));
  });
  float* const rooms = scratch + heads * packed_floats(spec);
  const std::int64_t at_once = queries_at_once(spec, family), chunks = (spec.queries + at_once - 1) / at_once;
  const std::int64_t query_block = spec.queries * 16;
  pool.parallel_for(heads * chunks, [&](std::int64_t item, int thread) {
    const std::int64_t head = item / chunks, first = item % chunks * at_once;
    const std::int64_t count = std::min(at_once, spec.queries - first);
    const std::int64_t at = head * spec.depth * spec.queries + first * 16;
    const float* const packed = scratch + head * packed_floats(spec);
    float* const scores = rooms + thread * room_floats(spec, family);
    float* const inverses = scores + at_once * whole_blocks(spec.keys);
    Product{family, spec.depth, spec.keys, packed}.run(q + at, query_block, count, scores, count * 16);
    kernels.weigh(scores, count, spec.keys, spec.scale, inverses);
    Product{family, spec.keys, spec.depth, packed + panel_floats(spec.depth, spec.keys)}.run(scores, count * 16, count,
                                                                                              y + at, query_block);
    kernels.divide(y + at, query_block, spec.depth / 16, count, inverses);
  });
}

void reference(const Spec& spec, const float* q, const float* k, const float* v, float* y) {
  const std::int64_t width = spec.heads * spec.depth;
  std::vector<double> weights(static_cast<std::size_t>(spec.keys));
  for (std::int64_t i = 0; i < spec.batch * spec.queries * spec.heads; ++i) {
    const std::int64_t head = i % spec.heads * spec.depth, batch = i / spec.heads / spec.queries;
    const float* const query = q + i / spec.heads * width + head;
    const auto of_key = [&](const float* from, std::int64_t m) {
      return from + (batch * spec.keys + m) * width + head;
    };
    double sum = 0;
    for (std::int64_t m = 0; m < spec.keys; ++m) {
      double product = 0;
      for (std::int64_t c = 0; c < spec.depth; ++c) product += static_cast<double>(query[c]) * of_key(k, m)[c];
      weights[static_cast<std::size_t>(m)] = static_cast<double>(spec.scale) * product;
    }
    const double peak = *std::max_element(weights.begin(), weights.end());
    for (double& weight : weights) sum += weight = std::exp(weight - peak);
    for (std::int64_t c = 0; c < spec.depth; ++c) {
      double mean = 0;
      for (std::int64_t m = 0; m < spec.keys; ++m) mean += weights[static_cast<std::size_t>(m)] / sum * of_key(v, m)[c];
      y[i / spec.heads * width + head + c] = static_cast<float>(mean);
    }
  }
}

}  // namespace diolkos::kernels::attention
