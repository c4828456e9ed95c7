#include "evaluate/tally.h"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "evaluate/boundary.h"

namespace diolkos::evaluate {
namespace {

using segmentation::Confusion;
using segmentation::Image;

std::vector<ImageTally::Boundary> boundary_counts(const Image& predicted, const Image& truth, int classes) {
  const Image true_edges = boundary_of(truth);
  const Image predicted_edges = boundary_of(predicted);
  std::array<ImageTally::Boundary, 256> counts{};
  for (std::size_t i = 0; i < true_edges.pixels().size(); ++i) {
    const std::uint8_t t = true_edges.pixels()[i];
    const std::uint8_t p = predicted_edges.pixels()[i];
    ++counts[t].truth;
    ++counts[p].predicted;
    if (t == p) ++counts[t].both;
  }
  std::vector<ImageTally::Boundary> kept;
  for (int index = 0; index < classes && index != kNoBoundary; ++index) {
    ImageTally::Boundary& count = counts[static_cast<std::size_t>(index)];
    count.index = index;
    if (count.truth != 0 || count.predicted != 0) kept.push_back(count);
  }
  return kept;
}

// Predictions on void pixels belong to no class.
Image without_void(const Image& predicted, const Image& truth) {
  Image cleared = predicted;
  for (std::size_t i = 0; i < cleared.pixels().size(); ++i)
    if (truth.pixels()[i] == Confusion::kVoid) cleared.pixels()[i] = Confusion::kVoid;
  return cleared;
}

void add(const ImageTally& image, Confusion& confusion) {
  for (const ImageTally::Cell& cell : image.cells) confusion.add_count(cell.truth, cell.predicted, cell.pixels);
}

}  // namespace

Result<ImageTally> tally(const std::string& name, const Image& predicted, const Image& truth, int classes) {
  Confusion confusion(classes);
  TRY(confusion.add(predicted.pixels(), truth.pixels()));
  ImageTally image{name, truth.width(), truth.height(), {}, {}};
  for (int t = 0; t < classes; ++t)
    for (int p = 0; p <= classes; ++p)
      if (const std::int64_t pixels = confusion.count(t, p); pixels != 0) image.cells.push_back({t, p, pixels});
  image.boundaries = boundary_counts(without_void(predicted, truth), truth, classes);
  return image;
}

Confusion confusion_of(const ImageTally& image, int classes) { return sum_of(std::span(&image, 1), classes); }

Confusion sum_of(std::span<const ImageTally> images, int classes) {
  Confusion sum(classes);
  for (const ImageTally& image : images) add(image, sum);
  return sum;
}

std::vector<std::optional<double>> boundary_ious(std::span<const ImageTally> images, int classes) {
  std::vector<ImageTally::Boundary> sums(static_cast<std::size_t>(classes));
  for (const ImageTally& image : images)
    for (const ImageTally::Boundary& boundary : image.boundaries) {
      ImageTally::Boundary& sum = sums[static_cast<std::size_t>(boundary.index)];
      sum.both += boundary.both;
      sum.truth += boundary.truth;
      sum.predicted += boundary.predicted;
    }
  std::vector<std::optional<double>> ious;
  for (const ImageTally::Boundary& sum : sums) {
    const std::int64_t either = sum.truth + sum.predicted - sum.both;
    ious.push_back(either == 0 ? std::nullopt
                               : std::optional(static_cast<double>(sum.both) / static_cast<double>(either)));
  }
  return ious;
}

}  // namespace diolkos::evaluate
