#include "evaluate/flicker.h"

#include <algorithm>

#include <fmt/format.h>

#include "evaluate/motion.h"

namespace diolkos::evaluate {
namespace {

using segmentation::Confusion;
using segmentation::Image;

class Run {
 public:
  Run(pipeline::Stages stages, const FlickerOptions& options)
      : stages_(std::move(stages)),
        options_(options),
        one_class_(options.stages.postprocess.class_index.has_value()),
        flicker_(one_class_ ? 2 : options.classes) {}

  Result<Flicker> go(video::Source& source) {
    TRY_ASSIGN(pipeline::Work work, stages_.make_work());
    while (options_.stop == nullptr || !*options_.stop) {
      TRY_ASSIGN(const bool more, source.next(work.frame));
      if (!more) break;
      TRY(look(work));
      ++flicker_.frames;
      if (options_.progress) options_.progress(flicker_.frames, source.info().frames.value_or(0));
    }
    if (flicker_.frames < 2)
      return invalid(fmt::format("{}: {} frames, flicker needs two at least", source.info().name, flicker_.frames));
    return std::move(flicker_);
  }

 private:
  Status look(pipeline::Work& work) {
    TRY(stages_.preprocess(work));
    TRY(stages_.infer(work));
    TRY(stages_.postprocess(work));
    Image& labels = work.segmentation.map;
    if (one_class_)
      for (std::uint8_t& mark : labels.pixels()) mark = mark != 0;
    if (flicker_.frames > 0) TRY(hold_against_before(work.frame.image, labels));
    flicker_.size = {labels.width(), labels.height()};
    std::swap(before_, work.frame.image);
    std::swap(labels_before_, labels);
    return {};
  }

  Status hold_against_before(const Image& picture, const Image& labels) {
    TRY(carry_labels(before_, picture, labels_before_, carried_));
    Confusion changes(flicker_.changes.classes());
    TRY(changes.add(labels.pixels(), carried_.pixels()));
    const auto lost = std::ranges::count(carried_.pixels(), Confusion::kVoid);
    const auto pixels = static_cast<std::int64_t>(carried_.pixels().size());
    flicker_.pixels += pixels;
    flicker_.followed += pixels - lost;
    flicker_.per_frame.push_back(lost == pixels ? 0 : 1 - changes.pixel_accuracy());
    return flicker_.changes.add(labels.pixels(), carried_.pixels());
  }

  pipeline::Stages stages_;
  const FlickerOptions& options_;
  const bool one_class_;
  Flicker flicker_;
  Image before_, labels_before_, carried_;
};

}  // namespace

std::optional<double> Flicker::share_of_things() const {
  std::int64_t things = -changes.count(0, 0);
  std::int64_t same = things;
  for (int index = 0; index < changes.classes(); ++index) {
    same += changes.count(index, index);
    for (int to = 0; to <= changes.classes(); ++to) things += changes.count(index, to);
  }
  if (things == 0) return std::nullopt;
  return 1 - static_cast<double>(same) / static_cast<double>(things);
}

Result<Flicker> measure_flicker(pipeline::Network& network, video::Source& source, const FlickerOptions& options) {
  TRY_ASSIGN(auto stages, pipeline::Stages::create(network, options.stages));
  return Run(std::move(stages), options).go(source);
}

}  // namespace diolkos::evaluate
