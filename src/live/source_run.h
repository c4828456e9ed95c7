// One source on its way through the stages to its sinks, a thread each, frames in order.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "live/hops.h"
#include "live/live_pipeline.h"
#include "live/turns.h"
#include "pipeline/in_order.h"

namespace diolkos::live {

class SourceRun {
 public:
  // What the sources of a run have in common. All of it outlives the run.
  struct Shared {
    const LiveOptions& options;
    const SharedSettings& settings;
    Turns& network;  // its streams
    std::size_t streams;
  };
  SourceRun(const Feed& feed, std::unique_ptr<FrameStages> stages, Shared shared);

  Status go();     // until the end
  void abandon();  // from any thread: no further frame is begun, what is under way is kept

 private:
  template <class Body>
  void guarded(const Body& body);
  bool stopped() const;
  void fail(Error error);
  void recycle(Frame* frame);
  void hand_on(Channel<Frame*>& to, Frame* frame);
  void release(Frame& frame);

  void capture_all();
  template <class Compute>
  void pass_on(Channel<Frame*>& from, Channel<Frame*>& to, pipeline::Stage stage, Compute compute);
  void infer_all();
  bool infer_one();
  void draw_all();
  void draw_one(Frame& frame);
  void feed(std::size_t sink);
  void let_pass(std::size_t sink, const std::string& why);
  void tell(std::size_t sink, const Status& before, const Status& now);

  const Feed& feed_;
  const std::unique_ptr<FrameStages> stages_;
  const Shared shared_;
  Hops hops_;
  std::vector<std::unique_ptr<Channel<Frame*>>> sink_hops_;
  std::vector<Frame> frames_;
  Pool<Frame> free_;
  std::mutex taking_;  // of frames for the network
  pipeline::InOrder inferred_;
  std::atomic<std::size_t> inferring_;  // threads
  std::atomic<bool> ending_ = false, failed_ = false;
  std::mutex mutex_;
  Status status_;
};

}  // namespace diolkos::live
