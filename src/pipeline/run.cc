#include "pipeline/run.h"

#include <algorithm>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

#include "measure/clock.h"
#include "pipeline/bounded_queue.h"
#include "pipeline/in_order.h"

namespace diolkos::pipeline {
namespace {

// Frames under way: one in each thread, which are those of the stages, the decoder and the encoder, and one waiting.
constexpr std::size_t kWorksBesideStages = 3;

class Run {
 public:
  Run(video::Source& source, std::span<Stages> stages, video::Sink& sink, const RunOptions& options)
      : source_(source), stages_(stages), sink_(sink), options_(options) {}

  Result<RunReport> go() {
    const measure::Stopwatch watch;
    TRY(options_.overlap ? overlapped() : one_by_one());
    if (report_.frames.empty() && report_.stopped)
      return failure(ErrorCode::invalid_input, "stopped before the first frame was done");
    TRY(sink_.finish());
    report_.elapsed_ms = watch.milliseconds();
    return std::move(report_);
  }

 private:
  using Queue = BoundedQueue<Work*>;

  // False at the end, or when it is time to stop.
  Result<bool> decode(Work& work) {
    if (options_.stop != nullptr && *options_.stop) {
      report_.stopped = true;
      return false;
    }
    if (options_.most_frames && decoded_ >= *options_.most_frames) return false;
    const measure::Stopwatch watch;
    TRY_ASSIGN(const bool more, source_.next(work.frame));
    work.times[Stage::decode] = watch.milliseconds();
    decoded_ += more;
    return more;
  }

  static Status compute(Stages& stages, Work& work) {
    TRY(stages.preprocess(work));
    TRY(stages.infer(work));
    TRY(stages.postprocess(work));
    stages.draw(work);
    return {};
  }

  void tell_progress() {
    ++computed_;
    if (options_.progress) options_.progress(computed_, total());
  }

  Status encode(Work& work) {
    const measure::Stopwatch watch;
    TRY(sink_.write(stages_.front().picture(work), work.frame.name));
    work.times[Stage::encode] = watch.milliseconds();
    record(work);
    return {};
  }

  void record(const Work& work) {
    FrameRecord frame{work.frame.name, work.times, {}};
    const std::optional<int> asked = stages_.front().options().postprocess.class_index;
    for (int index = 0; index < segmentation::kMostClasses; ++index) {
      const bool counted =
          asked ? index == *asked : index != 0 && work.shares.pixels[static_cast<std::size_t>(index)] != 0;
      if (counted)
        frame.shares.emplace_back(static_cast<std::uint8_t>(index), static_cast<float>(work.shares.of(index)));
    }
    report_.frames.push_back(std::move(frame));
    report_.frame_size = work.geometry.frame;
  }

  std::int64_t total() const {
    const std::int64_t declared = source_.info().frames.value_or(0);
    if (!options_.most_frames) return declared;
    return declared == 0 ? *options_.most_frames : std::min(declared, *options_.most_frames);
  }

  Status one_by_one() {
    TRY_ASSIGN(Work work, stages_.front().make_work());
    for (;;) {
      TRY_ASSIGN(const bool more, decode(work));
      if (!more) return {};
      TRY(compute(stages_.front(), work));
      tell_progress();
      TRY(encode(work));
    }
  }

  // Works go round: free -> decoded -> computed -> free. Whoever fails keeps the error and closes the queues at both
  // sides; the others then run dry.
  Status overlapped() {
    std::vector<Work> works(stages_.size() + kWorksBesideStages);
    Queue free(works.size()), decoded(works.size()), computed(works.size());
    for (Work& work : works) {
      TRY_ASSIGN(work, stages_.front().make_work());
      free.push(&work);
    }
    Status decoding, encoding;
    std::vector<Status> computing(stages_.size());
    std::thread decoder([&] {
      decoding = pass_on(free, decoded, [this](Work& work) { return decode(work); });
      decoded.close();
    });
    std::thread encoder([&] {
      encoding = pass_on(computed, free, [this](Work& work) { return always(encode(work)); });
      computed.close();
      free.close();
    });
    std::vector<std::thread> computers;
    for (std::size_t i = 1; i < stages_.size(); ++i)
      computers.emplace_back([&, i] { computing[i] = compute_all(stages_[i], decoded, computed); });
    computing[0] = compute_all(stages_[0], decoded, computed);
    for (std::thread& computer : computers) computer.join();
    computed.close();
    decoder.join();
    encoder.join();
    TRY(decoding);
    for (const Status& status : computing) TRY(status);
    return encoding;
  }

  // Of the threads that do this each has stages of its own. Frames leave in the order in which they were taken.
  Status compute_all(Stages& stages, Queue& decoded, Queue& computed) {
    std::uint64_t place = 0;
    const auto take = [&] {
      const std::lock_guard lock(taking_);
      const std::optional<Work*> work = decoded.pop();
      if (work) place = in_order_.place();
      return work;
    };
    Status status;
    try {
      bool wanted = true;
      while (const std::optional<Work*> work = wanted ? take() : std::nullopt) {
        status = compute(stages, **work);
        if (!status) break;
        const bool handed_on = in_order_.in_turn(place, [&] {
          tell_progress();
          wanted = computed.push(*work);
        });
        wanted = wanted && handed_on;
      }
    } catch (const std::bad_alloc&) {  // must not leave a thread
      status = failure(ErrorCode::io, "out of memory");
    }
    decoded.close();
    if (status) return {};
    computed.close();
    in_order_.close();
    return status;
  }

  static Result<bool> always(Status status) {
    if (!status) return failure(std::move(status).error());
    return true;
  }

  // Takes works from `from`, does `step`, hands them to `to`, until `step` has no more or a queue is closed.
  template <class Step>
  static Status pass_on(Queue& from, Queue& to, Step step) try {
    while (const std::optional<Work*> work = from.pop()) {
      TRY_ASSIGN(const bool more, step(**work));
      if (!more || !to.push(*work)) return {};
    }
    return {};
  } catch (const std::bad_alloc&) {  // must not leave a thread
    return failure(ErrorCode::io, "out of memory");
  }

  video::Source& source_;
  std::span<Stages> stages_;
  video::Sink& sink_;
  const RunOptions& options_;
  RunReport report_;           // `stopped` is the decoder's, the rest the encoder's
  std::int64_t decoded_ = 0;   // the decoder's
  std::int64_t computed_ = 0;  // whose turn it is
  std::mutex taking_;          // of decoded frames
  InOrder in_order_;
};

}  // namespace

Result<RunReport> run(video::Source& source, std::span<Stages> stages, video::Sink& sink, const RunOptions& options) {
  return Run(source, stages, sink, options).go();
}

}  // namespace diolkos::pipeline
