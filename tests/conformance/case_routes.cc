#include "conformance/case_routes.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "conformance/tensor_difference.h"
#include "cpu/features.h"
#include "formats/onnx/onnx_file.h"
#include "reference/evaluate.h"
#include "runtime/session.h"

namespace diolkos::conformance {
namespace {

Status compare(const OnnxCase& test, const std::vector<Tensor>& outputs) {
  if (outputs.size() != test.outputs.size())
    return invalid(fmt::format("{} outputs, expected {}", outputs.size(), test.outputs.size()));
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (const std::string what = difference(outputs[i], test.outputs[i]); !what.empty())
      return invalid(fmt::format("output {} {}", i, what));
  return {};
}

Status run_reference(const OnnxCase& test, const std::filesystem::path&) {
  TRY_ASSIGN(const std::vector<Tensor> outputs, reference::run(test.graph, test.inputs));
  return compare(test, outputs);
}

// The case with all inputs but the first as constants: networks hold their weights so, and kernels want them so.
OnnxCase with_constants(OnnxCase test) {
  for (std::size_t i = test.inputs.size(); i > 1; --i)
    test.graph.make_constant(test.graph.inputs()[i - 1], test.inputs[i - 1]);
  test.inputs.resize(std::min<std::size_t>(test.inputs.size(), 1));
  return test;
}

Status run_session(const OnnxCase& test, cpu::Isa isa) {
  runtime::SessionOptions options;
  options.threads = 2;
  options.isa = isa;
  TRY_ASSIGN(const auto session, runtime::Session::create(test.graph, options));
  TRY_ASSIGN(std::vector<Tensor> outputs, session->make_outputs());
  TRY(session->run(test.inputs, outputs));
  return compare(test, outputs);
}

template <cpu::Isa isa>
Status run_native(const OnnxCase& test, const std::filesystem::path&) {
  TRY(run_session(test, isa));
  if (auto status = run_session(with_constants(test), isa); !status)
    return failure(within("with constants", status.error()));
  return {};
}

// Written, read back, run.
template <int opset>
Status run_written(const OnnxCase& test, const std::filesystem::path& exports) {
  const std::filesystem::path path = exports / fmt::format("{}.opset{}.onnx", test.name, opset);
  formats::OnnxWriteOptions options;
  options.opset = opset;
  if (auto status = formats::write_onnx(test.graph, path, options); !status) {
    Error error = status.error();
    error.message.erase(0, error.message.find(": ") + 2);  // the path, which the report has no use for
    return failure(std::move(error));
  }
  TRY_ASSIGN(graph::Graph again, formats::read_onnx(path));
  TRY(settle_types(again));
  TRY_ASSIGN(const std::vector<Tensor> outputs, reference::run(again, test.inputs));
  return compare(test, outputs);
}

constexpr std::array kRoutes{
    Route{"reference", run_reference},      Route{"native generic", run_native<cpu::Isa::generic>},
    Route{"opset 22", run_written<22>, 22}, Route{"opset 17", run_written<17>, 17},
    Route{"opset 13", run_written<13>, 13},
};

}  // namespace

std::vector<Route> routes() {
  std::vector<Route> all(kRoutes.begin(), kRoutes.end());
  if (cpu::supports(cpu::Isa::avx2)) all.push_back({"native avx2", run_native<cpu::Isa::avx2>});
  if (cpu::supports(cpu::Isa::avx512)) all.push_back({"native avx512", run_native<cpu::Isa::avx512>});
  return all;
}

}  // namespace diolkos::conformance
