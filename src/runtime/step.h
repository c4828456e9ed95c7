// One thing that a plan does: reads and writes buffers by their ids, with everything else decided beforehand.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "base/thread_pool.h"
#include "runtime/buffers.h"

namespace diolkos::runtime {

// Of one run: where each buffer is.
struct Context {
  std::span<std::byte* const> pointers;
  ThreadPool& pool;

  std::byte* bytes(BufferId id) const { return id == kNoBuffer ? nullptr : pointers[static_cast<std::size_t>(id)]; }
  float* floats(BufferId id) const { return reinterpret_cast<float*>(bytes(id)); }
};

class Step {
 public:
  virtual ~Step() = default;
  virtual Status run(const Context& context) const = 0;  // sessions that share a plan run it at the same time

  std::string name;                // of the node
  std::string kernel;
  std::string reason;              // why this kernel, where there was a choice
  std::int64_t multiply_adds = 0;
};

// A step that cannot fail: run(context) as a callable.
template <class Run>
class SimpleStep final : public Step {
 public:
  explicit SimpleStep(Run run) : run_(std::move(run)) {}
  Status run(const Context& context) const override {
    run_(context);
    return {};
  }

 private:
  Run run_;
};

template <class Run>
std::unique_ptr<Step> make_step(Run run) {
  return std::make_unique<SimpleStep<Run>>(std::move(run));
}

}  // namespace diolkos::runtime
