#include "kernels/gemm/batched.h"

#include <algorithm>

#include "kernels/transpose/transpose.h"

namespace diolkos::kernels {
namespace {

constexpr float kNoBias[16 * tile::kMaxBlocks] = {};

// Rows at once: their blocks of a stay in the second-level cache while the panels pass.
std::int64_t rows_at_once(const BatchedProduct& product, const tile::Family& family) {
  const std::int64_t tiles = (1 << 15) / whole_blocks(product.inner) / family.max_pixels;
  return std::clamp<std::int64_t>(tiles, 1, 8) * family.max_pixels;
}

std::int64_t packed_floats(const BatchedProduct& product, const tile::Family& family) {
  return rows_at_once(product, family) * whole_blocks(product.inner);
}

// Pairs that share b have it packed once.
std::vector<std::int64_t> matrices_of(const std::vector<std::int64_t>& at) {
  std::vector<std::int64_t> sorted = at;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

// Some rows of a as blocks of 16 of its columns, row after row.
void pack_rows(const BatchedProduct& product, const float* a, std::int64_t first, std::int64_t count, float* to) {
  for (std::int64_t k = 0; k < product.inner; k += 16, to += count * 16) {
    const std::int64_t some = std::min<std::int64_t>(16, product.inner - k);
    if (some < 16) std::fill_n(to, count * 16, 0.0f);
    if (product.a_transposed) {
      transpose_plane({some, count, product.rows, 16}, sizeof(float), a + k * product.rows + first, to);
      continue;
    }
    for (std::int64_t m = 0; m < count; ++m)
      std::copy_n(a + (first + m) * product.inner + k, some, to + m * 16);
  }
}

struct Tiles {
  const BatchedProduct& product;
  const tile::Family& family;
  std::vector<std::int32_t> offsets;

  // y[m][column ...] for the packed rows.
  void panel(const float* packed, std::int64_t count, const float* weights, std::int64_t column, int blocks,
             float* y) const {
    for (std::int64_t m = 0; m < count; m += family.max_pixels) {
      const auto pixels = static_cast<int>(std::min<std::int64_t>(family.max_pixels, count - m));
      float out[tile::kMaxBlocks * tile::kMaxPixels * 16];
      tile::Args args{};
      args.input = packed + m * 16;
      args.offsets = offsets.data();
      args.steps = static_cast<std::int64_t>(offsets.size());
      args.weights = weights;
      args.output = out;
      args.output_block_stride = pixels * 16;
      args.bias = kNoBias;
      family.kernel(tile::Form::blocked, blocks, pixels)(args);
      for (int b = 0; b < blocks; ++b) {
        const std::int64_t at = column + 16 * b, some = std::min<std::int64_t>(16, product.columns - at);
        for (std::int64_t p = 0; p < pixels; ++p)
          for (std::int64_t o = 0; o < some; ++o)
            y[(m + p) * product.columns + at + o] = product.factor * out[(b * pixels + p) * 16 + o];
      }
    }
  }
};

}  // namespace

std::size_t BatchedProduct::scratch_floats() const {
  const auto matrices = static_cast<std::int64_t>(matrices_of(b_at).size());
  return static_cast<std::size_t>(matrices * panel_floats(inner, columns) +
                                  threads * packed_floats(*this, tile::family(isa)));
}

void BatchedProduct::run(const float* a, const float* b, float* y, float* scratch, ThreadPool& pool) const {
  const tile::Family& family = tile::family(isa);
  const std::vector<std::int64_t> matrices = matrices_of(b_at);
  const std::int64_t floats = panel_floats(inner, columns), panel_width = 16 * family.max_blocks;
  const MatrixSteps steps = b_transposed ? MatrixSteps{1, inner} : MatrixSteps{columns, 1};
  const std::int64_t panels = (columns + panel_width - 1) / panel_width;
  pool.parallel_for(static_cast<std::int64_t>(matrices.size()) * panels, [&](std::int64_t item, int) {
    const std::int64_t column = item % panels * panel_width, left = columns - column;
    const auto blocks = static_cast<int>(std::min<std::int64_t>((left + 15) / 16, family.max_blocks));
    pack_panel(b + matrices[static_cast<std::size_t>(item / panels)] + column * steps.column_step, steps, inner, left,
               scratch + item / panels * floats + column * whole_blocks(inner), blocks);
  });
  const std::int64_t at_once = rows_at_once(*this, family), chunks = (rows + at_once - 1) / at_once;
  float* const rooms = scratch + static_cast<std::int64_t>(matrices.size()) * floats;
  pool.parallel_for(static_cast<std::int64_t>(a_at.size()) * chunks, [&](std::int64_t item, int thread) {
    const auto pair = static_cast<std::size_t>(item / chunks);
    const std::int64_t first = item % chunks * at_once, count = std::min(at_once, rows - first);
    const auto matrix = std::lower_bound(matrices.begin(), matrices.end(), b_at[pair]) - matrices.begin();
    float* const packed = rooms + thread * packed_floats(*this, family);
    pack_rows(*this, a + a_at[pair], first, count, packed);
    Tiles tiles{*this, family, {}};
    for (std::int64_t k = 0; k < inner; k += 16) tiles.offsets.push_back(static_cast<std::int32_t>(k * count));
    float* const to = y + (static_cast<std::int64_t>(pair) * rows + first) * columns;
    each_panel(family, inner, columns, [&](std::int64_t column, int blocks, std::int64_t before) {
      tiles.panel(packed, count, scratch + matrix * floats + before, column, blocks, to);
    });
  });
}

void reference_batched(const BatchedProduct& product, const float* a, const float* b, float* y) {
  for (std::size_t i = 0; i < product.a_at.size(); ++i)
    for (std::int64_t m = 0; m < product.rows; ++m)
      for (std::int64_t n = 0; n < product.columns; ++n) {
        double sum = 0;
        for (std::int64_t k = 0; k < product.inner; ++k)
          sum += static_cast<double>(
                     a[product.a_at[i] + (product.a_transposed ? k * product.rows + m : m * product.inner + k)]) *
                 b[product.b_at[i] + (product.b_transposed ? n * product.inner + k : k * product.columns + n)];
        *y++ = static_cast<float>(static_cast<double>(product.factor) * sum);
      }
}

}  // namespace diolkos::kernels
