#include "evaluate/evaluate.h"

#include <algorithm>
#include <new>
#include <thread>

#include <sys/resource.h>

#include <fmt/format.h>

#include "evaluate/probabilities.h"
#include "measure/clock.h"
#include "pipeline/bounded_queue.h"
#include "video/read_image.h"

namespace diolkos::evaluate {
namespace {

using pipeline::BoundedQueue;
using segmentation::Confusion;
using segmentation::Image;

constexpr std::size_t kItems = 5;  // images under way: one in each thread, and one waiting for each

double processor_ms() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto ms = [](const timeval& time) {
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_usec);
  };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

struct Item {
  const Pair* pair = nullptr;
  pipeline::Work work;
  Image truth;
};

class Run {
 public:
  Run(pipeline::Network& network, pipeline::Stages stages, const std::vector<Pair>& pairs,
      const EvaluateOptions& options)
      : stages_(std::move(stages)),
        pairs_(pairs),
        options_(options),
        class_(options.stages.postprocess.class_index),
        classes_(class_ ? 2 : options.classes),
        probabilities_(options.stages.postprocess.raw) {
    if (network.output().dtype != DType::float32) return;
    for (int index = class_.value_or(0); index < (class_ ? *class_ + 1 : classes_); ++index)
      result_.curves.push_back({index, {}, {}});
  }

  // Items go round: free -> decoded -> inferred -> free. Whoever fails closes the queues; the others then run dry.
  Result<Evaluation> go() {
    const measure::Stopwatch watch;
    const double before = processor_ms();
    std::vector<Item> items(kItems);
    BoundedQueue<Item*> free(kItems), decoded(kItems), inferred(kItems);
    for (Item& item : items) {
      TRY_ASSIGN(item.work, stages_.make_work());
      free.push(&item);
    }
    Status decoding, inferring, scoring;
    std::thread decoder([&] {
      decoding = pass_on(free, decoded, [this](Item& item) { return decode(item); });
      decoded.close();
    });
    std::thread scorer([&] {
      scoring = pass_on(inferred, free, [this](Item& item) { return always(score(item)); });
      inferred.close();
      free.close();
    });
    inferring = pass_on(decoded, inferred, [this](Item& item) { return always(infer(item)); });
    decoded.close();
    inferred.close();
    decoder.join();
    scorer.join();
    TRY(decoding);
    TRY(inferring);
    TRY(scoring);
    if (result_.images.size() < pairs_.size())
      return failure(ErrorCode::io, fmt::format("stopped after {} of {} images; nothing is written",
                                                result_.images.size(), pairs_.size()));
    result_.elapsed_ms = watch.milliseconds();
    result_.processor_ms = processor_ms() - before;
    return std::move(result_);
  }

 private:
  Result<bool> decode(Item& item) {
    if (next_ == pairs_.size() || (options_.stop != nullptr && *options_.stop)) return false;
    const Pair& pair = pairs_[next_++];
    item.pair = &pair;
    Image& image = item.work.frame.image;
    TRY(video::read_image(pair.image, image));
    TRY(read_mask(pair.mask, options_.masks, item.truth));
    if (item.truth.width() != image.width() || item.truth.height() != image.height())
      return invalid(fmt::format("{}: {}x{} pixels, but its image {} has {}x{}; expected one size", pair.mask.string(),
                                 item.truth.width(), item.truth.height(), pair.image.string(), image.width(),
                                 image.height()));
    TRY(name_classes(pair, item.truth));
    TRY(stages_.preprocess(item.work));
    return true;
  }

  // To the evaluated classes: with a class asked for, 1 where the truth is it.
  Status name_classes(const Pair& pair, Image& truth) const {
    const int known = options_.masks == MaskFormat::binary ? 2 : options_.classes;
    for (std::uint8_t& label : truth.pixels()) {
      if (label == Confusion::kVoid) continue;
      if (label >= known)
        return invalid(fmt::format("{}: class {} is not among the network's {} classes, and not void ({})",
                                   pair.mask.string(), label, known, Confusion::kVoid));
      if (class_ && options_.masks != MaskFormat::binary) label = label == *class_;
    }
    return {};
  }

  Status infer(Item& item) {
    Status status = stages_.infer(item.work);
    return status ? std::move(status) : failure(within(item.pair->image.string(), std::move(status).error()));
  }

  Status score(Item& item) {
    TRY(stages_.postprocess(item.work));
    Image& predicted = item.work.segmentation.map;
    if (class_)
      for (std::uint8_t& mark : predicted.pixels()) mark = mark != 0;
    if (options_.predicted) options_.predicted(predicted);
    auto counted = tally(item.pair->name, predicted, item.truth, classes_);
    if (!counted) return failure(within(item.pair->mask.string(), std::move(counted).error()));
    if (!result_.curves.empty())
      TRY(probabilities_.add(item.work.output, item.work.geometry, item.truth, class_.has_value(), result_.curves));
    if (options_.worst > 0)
      keep_worst(result_.worst, options_.worst,
                 {confusion_of(*counted, classes_).mean_iou(), *item.pair, predicted, item.truth});
    result_.images.push_back(std::move(*counted));
    if (options_.progress)
      options_.progress(static_cast<std::int64_t>(result_.images.size()), static_cast<std::int64_t>(pairs_.size()));
    return {};
  }

  static Result<bool> always(Status status) {
    if (!status) return failure(std::move(status).error());
    return true;
  }

  template <class Step>
  static Status pass_on(BoundedQueue<Item*>& from, BoundedQueue<Item*>& to, Step step) try {
    while (const std::optional<Item*> item = from.pop()) {
      TRY_ASSIGN(const bool more, step(**item));
      if (!more || !to.push(*item)) return {};
    }
    return {};
  } catch (const std::bad_alloc&) {  // must not leave a thread
    return failure(ErrorCode::io, "out of memory");
  }

  pipeline::Stages stages_;
  const std::vector<Pair>& pairs_;
  const EvaluateOptions& options_;
  const std::optional<int> class_;
  const int classes_;
  std::size_t next_ = 0;         // the decoder's
  Probabilities probabilities_;  // the scorer's, as the result
  Evaluation result_;
};

}  // namespace

Result<Evaluation> evaluate(pipeline::Network& network, const std::vector<Pair>& pairs,
                            const EvaluateOptions& options) {
  TRY_ASSIGN(auto stages, pipeline::Stages::create(network, options.stages));
  return Run(network, std::move(stages), pairs, options).go();
}

}  // namespace diolkos::evaluate
