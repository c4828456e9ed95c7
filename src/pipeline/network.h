// A network as the pipeline sees it: one image tensor in, one tensor of scores or classes out.
#pragma once

#include <memory>

#include "base/result.h"
#include "base/tensor.h"
#include "graph/graph.h"
#include "runtime/session.h"

namespace diolkos::pipeline {

class Network {
 public:
  virtual ~Network() = default;
  virtual const runtime::Port& input() const = 0;
  virtual const runtime::Port& output() const = 0;
  // Tensors of the ports' types and shapes; `output` is written in place. Not for two threads at once.
  virtual Status run(const Tensor& input, Tensor& output) = 0;
  // Another on the same weights, with activations of its own and so many threads; both may run at once. An unsupported
  // error where the runtime has no such.
  virtual Result<std::unique_ptr<Network>> share(int threads) const;
};

// By a session of the native runtime. Of several outputs the one called "out" is looked at (torchvision's name), else
// the first.
Result<std::unique_ptr<Network>> native_network(std::unique_ptr<runtime::Session> session);
// The same, planning it first.
Result<std::unique_ptr<Network>> native_network(graph::Graph graph, const runtime::SessionOptions& options);

}  // namespace diolkos::pipeline
