#include "segmentation/scores.h"

#include <algorithm>

#include <fmt/format.h>

#include "segmentation/classes.h"

namespace diolkos::segmentation {
namespace {

constexpr std::int64_t kLargestSide = 1 << 15;

template <class T>
void narrow(std::span<const T> classes, std::uint8_t* bytes) {
  std::transform(classes.begin(), classes.end(), bytes,
                 [](T value) { return static_cast<std::uint8_t>(value < T{0} || value > T{255} ? T{255} : value); });
}

}  // namespace

Status check_scores(DType dtype, const Shape& shape) {
  const bool scores = dtype == DType::float32 && shape.rank() == 4;
  const bool classes = (dtype == DType::int64 || dtype == DType::int32 || dtype == DType::uint8) &&
                       (shape.rank() == 3 || (shape.rank() == 4 && shape[1] == 1));
  const int rank = shape.rank();
  if ((!scores && !classes) || !shape.closed() || shape[0] != 1 || shape[1] < 1 ||
      (scores && shape[1] > kMostClasses) || std::min(shape[rank - 1], shape[rank - 2]) < 1 ||
      std::max(shape[rank - 1], shape[rank - 2]) > kLargestSide)
    return unsupported(
        fmt::format("the network's output is {} {}, expected scores (float32 1xCxHxW, C up to {}) or "
                    "classes (int64, int32 or uint8 1xHxW or 1x1xHxW)",
                    name_of(dtype), to_string(shape), kMostClasses));
  return {};
}

Result<Scores> scores_of(const Tensor& output) {
  TRY(check_scores(output.dtype(), output.shape()));
  const Shape& shape = output.shape();
  const int rank = shape.rank();
  const std::span<const float> values = output.as<float>();
  return Scores{values.empty() ? nullptr : values.data(), rank == 4 ? static_cast<int>(shape[1]) : 1,
                static_cast<int>(shape[rank - 2]), static_cast<int>(shape[rank - 1])};
}

void to_bytes(const Tensor& classes, std::uint8_t* bytes) {
  if (classes.dtype() == DType::int64) return narrow(classes.as<std::int64_t>(), bytes);
  if (classes.dtype() == DType::int32) return narrow(classes.as<std::int32_t>(), bytes);
  return narrow(classes.as<std::uint8_t>(), bytes);
}

}  // namespace diolkos::segmentation
