#include <algorithm>
#include <cmath>

#include "base/around.h"
#include "graph/resize_parameters.h"
#include "reference/convert.h"
#include "reference/mapped_copy.h"
#include "reference/operators.h"
#include "reference/resize_taps.h"

namespace diolkos::reference {
namespace {

using graph::ResizeAxis;
using graph::ResizeMode;
using graph::ResizeParameters;

bool crops(const ResizeParameters& resize) {
  return resize.coordinates == graph::ResizeCoordinates::tf_crop_and_resize;
}

Result<Tensor> extrapolation(const Call& call, const ResizeParameters& resize) {
  return converted(Tensor::scalar(resize.extrapolation), call.out().dtype());
}

Status resize_nearest(const Call& call, const ResizeParameters& resize) {
  AxisMaps maps;
  for (const ResizeAxis& axis : resize.axes) {
    const ResizeTaps taps = resize_taps(resize, axis);
    auto& map = maps.emplace_back(taps.pixels);
    for (std::size_t i = 0; i < map.size(); ++i)
      if (taps.outside[i]) map[i] = -1;
  }
  TRY_ASSIGN(const Tensor fill, extrapolation(call, resize));
  return copy_mapped(call, maps, fill.data());
}

// One axis of `from` (float64) resized; the others stay.
Result<Tensor> resize_axis(const Tensor& from, int axis, const ResizeTaps& taps, std::int64_t extent) {
  Shape shape = from.shape();
  const Around around(shape, axis);
  shape[axis] = extent;
  TRY_ASSIGN(Tensor to, Tensor::zeros(DType::float64, shape));
  double* row = mutable_data<double>(to);
  for (std::int64_t o = 0; o < around.outer; ++o) {
    const double* block = data<double>(from) + o * around.extent * around.inner;
    for (std::int64_t j = 0; j < extent; ++j, row += around.inner) {
      for (int k = 0; k < taps.count; ++k) {
        const auto at = static_cast<std::size_t>(j * taps.count + k);
        const double weight = taps.weights[at];
        const double* source = block + taps.pixels[at] * around.inner;
        if (weight == 0) continue;
        for (std::int64_t i = 0; i < around.inner; ++i) row[i] += weight * source[i];
      }
    }
  }
  return to;
}

// Overwrites what lies outside the crop along one axis.
void put_outside(Tensor& tensor, int axis, const std::vector<bool>& outside, double value) {
  const Around around(tensor.shape(), axis);
  double* row = mutable_data<double>(tensor);
  for (std::int64_t o = 0; o < around.outer; ++o)
    for (std::int64_t j = 0; j < around.extent; ++j, row += around.inner)
      if (outside[static_cast<std::size_t>(j)]) std::fill_n(row, around.inner, value);
}

// Linear and cubic resizing is separable: axis after axis, in float64.
Status resize_weighted(const Call& call, const ResizeParameters& resize) {
  TRY_ASSIGN(Tensor image, converted(call.in(0), DType::float64));
  std::vector<std::vector<bool>> outside;
  for (int axis = static_cast<int>(resize.axes.size()) - 1; axis >= 0; --axis) {
    const ResizeAxis& along = resize.axes[static_cast<std::size_t>(axis)];
    const ResizeTaps taps = resize_taps(resize, along);
    outside.push_back(taps.outside);
    if (along.identity() && !crops(resize)) continue;
    TRY_ASSIGN(image, resize_axis(image, axis, taps, along.output));
  }
  if (crops(resize))
    for (std::size_t i = 0; i < outside.size(); ++i)
      put_outside(image, static_cast<int>(outside.size() - 1 - i), outside[i],
                  static_cast<double>(resize.extrapolation));
  if (is_integer(call.out().dtype()) && image.mutable_data() != nullptr)
    for (double& value : image.mutable_as<double>()) value = std::nearbyint(value);
  return convert(image, call.out());
}

}  // namespace

Status resize(const Call& call) {
  TRY_ASSIGN(const ResizeParameters parameters, graph::resolve_resize(call.view.graph(), call.view.node()));
  if (call.out().elements() == 0) return {};
  if (parameters.mode == ResizeMode::nearest) return resize_nearest(call, parameters);
  return resize_weighted(call, parameters);
}

}  // namespace diolkos::reference
