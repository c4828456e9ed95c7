#include "graph/pad_parameters.h"

#include <numeric>

#include <fmt/format.h>

namespace diolkos::graph {
namespace {

constexpr std::int64_t kMaxPad = std::int64_t{1} << 40;

Result<PadMode> mode_of(const NodeView& view) {
  const std::string_view mode = view.attributes().string_or("mode", "constant");
  if (mode == "constant") return PadMode::constant;
  if (mode == "edge") return PadMode::edge;
  if (mode == "reflect") return PadMode::reflect;
  if (mode == "wrap") return PadMode::wrap;
  return view.error(fmt::format("mode is '{}', expected constant, edge, reflect or wrap", mode));
}

}  // namespace

Result<PadParameters> resolve_pad(const NodeView& view) {
  PadParameters pad;
  TRY_ASSIGN(pad.mode, mode_of(view));
  TRY_ASSIGN(const auto pads, view.ints(1, "pads"));
  const auto rank = static_cast<std::size_t>(view.rank(0));
  std::vector<std::int64_t> axes_given(rank);
  std::iota(axes_given.begin(), axes_given.end(), 0);
  if (view.has(3)) {
    TRY_ASSIGN(axes_given, view.ints(3, "axes"));
  }
  TRY_ASSIGN(const auto axes, view.axes(axes_given, view.rank(0)));
  if (pads.size() != 2 * axes.size())
    return view.error(fmt::format("pads has {} entries, expected {}: begins, then ends", pads.size(), 2 * axes.size()));
  for (std::int64_t amount : pads)
    if (amount < -kMaxPad || amount > kMaxPad) return view.error(fmt::format("pads holds {}, which is absurd", amount));
  pad.begin.assign(rank, 0);
  pad.end.assign(rank, 0);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<std::size_t>(axes[i]);
    pad.begin[axis] = pads[i];
    pad.end[axis] = pads[i + axes.size()];
    const std::int64_t extent = view.shape(0)[axes[i]];
    if (pad.begin[axis] + pad.end[axis] + extent < 0 || pad.begin[axis] < -extent || pad.end[axis] < -extent)
      return view.error(fmt::format("pads {} and {} cut more than axis {} of {} has", pad.begin[axis], pad.end[axis],
                                    axes[i], to_string(view.shape(0))));
    const bool grows = pad.begin[axis] > 0 || pad.end[axis] > 0;
    if (pad.mode != PadMode::constant && grows && extent == 0)
      return view.error(fmt::format("axis {} of {} is empty: nothing to repeat", axes[i], to_string(view.shape(0))));
  }
  return pad;
}

}  // namespace diolkos::graph
