// OpenCV's dnn module: what many programs already have, on the CPU in float32.
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>

#include "kit/runtime.h"
#include "opencv_dnn/session.h"

namespace diolkos::plugin {
namespace {

class OpencvDnn : public Runtime {
 public:
  Result<std::string> version() override { return std::string(cv::getVersionString()); }

  Result<std::vector<Device>> devices() override { return std::vector<Device>{{"cpu", "OpenCV's own layers"}}; }

  Result<std::vector<Capability>> capabilities() override { return std::vector<Capability>{{"onnx", "fp32", "cpu"}}; }

  double tolerance(std::string_view) const override { return 1e-3; }

  Result<std::unique_ptr<Model>> load(const diolkos_load_options& options) override {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);  // what it says comes back as the error
    return opencv_dnn::load_session(options);
  }
};

}  // namespace
}  // namespace diolkos::plugin

DIOLKOS_EXPORT_PLUGIN(diolkos::plugin::OpencvDnn, "opencv_dnn", false)
