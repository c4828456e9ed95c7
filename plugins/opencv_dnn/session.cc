#include "opencv_dnn/session.h"

#include <algorithm>
#include <cstring>
#include <mutex>

#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

#include "formats/onnx/onnx_file.h"
#include "graph/infer.h"
#include "kit/graph_ports.h"
#include "opencv_dnn/old_forms.h"

namespace diolkos::plugin::opencv_dnn {
namespace {

using graph::Graph;

// What OpenCV says, in one line: the rest is where in its source it was said.
tl::unexpected<Error> refused(const std::string& what, const cv::Exception& error) {
  return unsupported(what + ": OpenCV: " + error.err.substr(0, error.err.find('\n')));
}

// OpenCV names an output after the node that makes it, and forgets the names of the values: so that they are one.
Status name_nodes_by_outputs(Graph& graph) {
  for (const graph::NodeId id : graph.order()) graph.node(id).name.clear();
  for (const graph::ValueId id : graph.outputs()) {
    const graph::Value& value = graph.value(id);
    if (value.producer == graph::kNoNode || value.output_index != 0)
      return unsupported("output '" + value.name + "': OpenCV gives only the first output of a node");
  }
  return {};
}

Status check_float(const std::vector<Port>& ports) {
  for (const Port& port : ports)
    if (port.dtype != DIOLKOS_FLOAT32)
      return unsupported("'" + port.name + "': OpenCV's inputs and outputs are float32");
  return {};
}

// Where OpenCV has integers it does not tell which of them are its own.
Status check_types(const Graph& graph) {
  for (const graph::NodeId id : graph.order()) {
    const graph::Node& node = graph.node(id);
    const DType made = graph.value(node.output()).type.dtype;
    if (node.op == graph::Op::QuantizeLinear || node.op == graph::Op::QLinearConv || made == DType::float16)
      return unsupported(graph::describe(node) + ": this plugin computes networks of float32 only");
  }
  return {};
}

// A view that OpenCV only reads, or writes where it is an output's.
cv::Mat over(const void* buffer, const Port& port) {
  const std::vector<int> dims(port.dims.begin(), port.dims.end());
  return cv::Mat(dims, CV_32F, const_cast<void*>(buffer));
}

class DnnModel : public Model {
 public:
  Status open(const diolkos_load_options& options);
  Status infer(const void* const* given, void* const* answers) override;

 private:
  void set_threads() const;

  cv::dnn::Net net_;
  std::vector<cv::String> names_;  // of the outputs
  int threads_ = 1;
};

Status DnnModel::open(const diolkos_load_options& options) {
  const auto bytes = std::span(static_cast<const std::byte*>(options.bytes), options.size);
  TRY_ASSIGN(Graph graph, options.path != nullptr ? formats::read_onnx(options.path) : formats::read_onnx(bytes));
  TRY(graph::infer_shapes(graph));
  TRY(check_types(graph));
  TRY_ASSIGN(inputs, ports_of(graph, graph.inputs()));
  TRY_ASSIGN(outputs, ports_of(graph, graph.outputs()));
  TRY(check_float(inputs));
  TRY(check_float(outputs));
  TRY(name_nodes_by_outputs(graph));
  TRY_ASSIGN(const std::string onnx, opencv_onnx(graph));
  try {
    net_ = cv::dnn::readNetFromONNX(onnx.data(), onnx.size());
  } catch (const cv::Exception& error) {
    return refused("reading the network", error);
  }
  net_.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
  net_.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
  for (const Port& port : outputs) names_.push_back(port.name);
  threads_ = options.threads;
  set_threads();
  actual = {"fp32", "cpu", cv::getNumThreads(), "", ""};
  return {};
}

// OpenCV's threads are a number of the process.
void DnnModel::set_threads() const {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  if (cv::getNumThreads() != threads_) cv::setNumThreads(threads_);
}

Status DnnModel::infer(const void* const* given, void* const* answers) {
  set_threads();
  try {
    for (std::size_t i = 0; i < inputs.size(); ++i) net_.setInput(over(given[i], inputs[i]), inputs[i].name);
    std::vector<cv::Mat> results;
    net_.forward(results, names_);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (results[i].type() != CV_32F || results[i].total() * sizeof(float) != bytes_of(outputs[i]))
        return io_failure("output '" + outputs[i].name + "': OpenCV made " + std::to_string(results[i].total()) +
                          " elements, the network has " + std::to_string(bytes_of(outputs[i]) / sizeof(float)));
      cv::Mat answer = over(answers[i], outputs[i]);
      results[i].reshape(1, answer.dims, answer.size.p).copyTo(answer);
    }
    return {};
  } catch (const cv::Exception& error) {
    return refused("inference", error);
  }
}

}  // namespace

Result<std::unique_ptr<Model>> load_session(const diolkos_load_options& options) {
  auto model = std::make_unique<DnnModel>();
  TRY(model->open(options));
  return std::unique_ptr<Model>(std::move(model));
}

}  // namespace diolkos::plugin::opencv_dnn
