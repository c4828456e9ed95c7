// OpenCV's dnn module on the CPU. Linked, not opened: its C++ interface has no other way. It brings OpenCV's protobuf into
// the process, behind RTLD_LOCAL.
#include <cstring>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>

#include "kit/runtime.h"

namespace diolkos::plugin {
namespace {

std::vector<std::int64_t> dims_of(const cv::dnn::MatShape& shape) { return {shape.begin(), shape.end()}; }

class OpenCvModel : public Model {
 public:
  Status open(const diolkos_load_options& options);
  Status infer(const void* const* given, void* const* answers) override;

 private:
  Status read_shapes();
  cv::dnn::Net net_;
  std::vector<cv::String> output_names_;
  int threads_ = 1;
};

Status OpenCvModel::open(const diolkos_load_options& options) {
  if (options.path != nullptr) {
    net_ = cv::dnn::readNetFromONNX(options.path);
  } else {
    net_ = cv::dnn::readNetFromONNX(static_cast<const char*>(options.bytes), options.size);
  }
  net_.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
  net_.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
  threads_ = options.threads;
  output_names_ = net_.getUnconnectedOutLayersNames();
  TRY(read_shapes());
  actual = {"fp32", "cpu", threads_, ""};
  return {};
}

Status OpenCvModel::read_shapes() {
  std::vector<cv::dnn::MatShape> inputs_of_net, outputs_of_net;
  net_.getLayerShapes(cv::dnn::MatShape(), 0, inputs_of_net, outputs_of_net);
  if (inputs_of_net.size() != 1)
    return unsupported("the network has " + std::to_string(inputs_of_net.size()) + " inputs, one is taken here");
  const auto to_port = [](const std::string& name, const cv::dnn::MatShape& shape) {
    return Port{name, DIOLKOS_FLOAT32, shape.size() == 4 ? DIOLKOS_NCHW : DIOLKOS_LAYOUT_NONE, dims_of(shape), 0, 0};
  };
  inputs.push_back(to_port("input", inputs_of_net[0]));
  for (const cv::String& name : output_names_) {
    std::vector<cv::dnn::MatShape> in, out;
    net_.getLayerShapes(inputs_of_net[0], net_.getLayerId(name), in, out);
    if (out.empty()) return unsupported("output '" + name + "' has no shape");
    // OpenCV calls a layer as ONNX calls the node, or after the operator and the value: "onnx_node!out".
    const std::size_t mark = name.find('!');
    outputs.push_back(to_port(mark == name.npos ? name : name.substr(mark + 1), out[0]));
  }
  return {};
}

Status OpenCvModel::infer(const void* const* given, void* const* answers) {
  cv::setNumThreads(threads_);  // one setting for the process
  const std::vector<int> sizes(inputs[0].dims.begin(), inputs[0].dims.end());
  const cv::Mat input(static_cast<int>(sizes.size()), sizes.data(), CV_32F, const_cast<void*>(given[0]));
  net_.setInput(input);
  std::vector<cv::Mat> results;
  net_.forward(results, output_names_);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::size_t bytes = results[i].total() * results[i].elemSize();
    if (bytes != bytes_of(outputs[i]) || !results[i].isContinuous())
      return io_failure("output '" + outputs[i].name + "' came in another size than the network said");
    std::memcpy(answers[i], results[i].data, bytes);
  }
  return {};
}

class OpenCvDnn : public Runtime {
 public:
  Result<std::string> version() override {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    return std::string(CV_VERSION);
  }
  Result<std::vector<Device>> devices() override { return std::vector<Device>{{"cpu", "OpenCV's own layers"}}; }
  Result<std::vector<Capability>> capabilities() override {
    return std::vector<Capability>{{"onnx", "fp32", "cpu"}};
  }
  double tolerance(std::string_view) const override { return 1e-3; }
  Result<std::unique_ptr<Model>> load(const diolkos_load_options& options) override {
    auto model = std::make_unique<OpenCvModel>();
    TRY(model->open(options));
    return std::unique_ptr<Model>(std::move(model));
  }
};

}  // namespace
}  // namespace diolkos::plugin

DIOLKOS_EXPORT_PLUGIN(diolkos::plugin::OpenCvDnn, "opencv_dnn", false)
