#include "pipeline/network.h"

#include <vector>

#include <fmt/format.h>

#include "runtime/main_output.h"

namespace diolkos::pipeline {
namespace {

class NativeNetwork : public Network {
 public:
  NativeNetwork(std::unique_ptr<runtime::Session> session, std::vector<Tensor> outputs, std::size_t chosen)
      : session_(std::move(session)), outputs_(std::move(outputs)), chosen_(chosen) {}

  const runtime::Port& input() const override { return session_->inputs().front(); }
  const runtime::Port& output() const override { return session_->outputs()[chosen_]; }

  Status run(const Tensor& input, Tensor& output) override {
    std::swap(outputs_[chosen_], output);
    Status status = session_->run(std::span(&input, 1), outputs_);
    std::swap(outputs_[chosen_], output);
    return status;
  }

  Result<std::unique_ptr<Network>> share(int threads) const override {
    TRY_ASSIGN(auto session, session_->share(threads));
    return native_network(std::move(session));
  }

 private:
  std::unique_ptr<runtime::Session> session_;
  std::vector<Tensor> outputs_;  // those that nobody looks at are written too
  std::size_t chosen_;
};

}  // namespace

Result<std::unique_ptr<Network>> Network::share(int) const {
  return unsupported("several frames at once are computed by the native runtime alone");
}

Result<std::unique_ptr<Network>> native_network(graph::Graph graph, const runtime::SessionOptions& options) {
  TRY_ASSIGN(auto session, runtime::Session::create(std::move(graph), options));
  return native_network(std::move(session));
}

Result<std::unique_ptr<Network>> native_network(std::unique_ptr<runtime::Session> session) {
  if (session->inputs().size() != 1 || session->outputs().empty())
    return unsupported(fmt::format("the network has {} inputs and {} outputs, expected one image and its scores",
                                   session->inputs().size(), session->outputs().size()));
  const auto ports = session->outputs();
  const std::size_t chosen = runtime::main_output(ports);
  TRY_ASSIGN(std::vector<Tensor> outputs, session->make_outputs());
  return std::unique_ptr<Network>(std::make_unique<NativeNetwork>(std::move(session), std::move(outputs), chosen));
}

}  // namespace diolkos::pipeline
