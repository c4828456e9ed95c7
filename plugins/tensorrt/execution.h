// An engine on a device, with its buffers.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "kit/runtime.h"
#include "tensorrt/device_memory.h"
#include "tensorrt/library.h"

namespace diolkos::plugin::tensorrt {

class Execution {
 public:
  // `dla_core` -1: the GPU. Errors: an engine of another version or device, shapes that are open.
  static Result<std::unique_ptr<Execution>> start(const Libraries& libraries, std::span<const std::byte> engine,
                                                  int dla_core);

  const std::vector<Port>& inputs() const { return inputs_; }
  const std::vector<Port>& outputs() const { return outputs_; }
  // "int8", "fp16" or "fp32": the narrowest type that a layer of the engine computes in, as TensorRT's inspector tells.
  std::string narrowest_precision() const;

  // Queues copies and work; the results are at `answers` after synchronize().
  Status submit(const void* const* given, void* const* answers);
  Status synchronize();

 private:
  explicit Execution(const Libraries& libraries) : libraries_(libraries) {}
  Status open(std::span<const std::byte> engine, int dla_core);
  Status add_port(const char* name);

  const Libraries& libraries_;
  std::unique_ptr<nvinfer1::IRuntime> runtime_;
  std::unique_ptr<nvinfer1::ICudaEngine> engine_;
  std::unique_ptr<nvinfer1::IExecutionContext> context_;
  std::vector<Port> inputs_, outputs_;
  std::vector<Block> device_inputs_, device_outputs_, host_outputs_;  // the last pinned: where the device copies to
  std::optional<Stream> stream_;
  std::vector<void*> underway_;  // where the results of what is queued go; empty: nothing is
};

}  // namespace diolkos::plugin::tensorrt
