// In place of pipeline.cc where GStreamer's headers are absent.
#include <fmt/format.h>

#include "gstreamer/pipeline.h"

namespace diolkos::gstreamer {

struct Pipeline::State {};

Pipeline::Pipeline(std::unique_ptr<State> state) : state_(std::move(state)) {}
Pipeline::~Pipeline() = default;

Result<std::unique_ptr<Pipeline>> Pipeline::parse(const std::string& name, const std::string&) {
  return unsupported(fmt::format("{}: this program was built without GStreamer's headers; install "
                                 "libgstreamer-plugins-base1.0-dev, configure and build again",
                                 name));
}

Status Pipeline::start(const Pictures&) { return {}; }
Result<bool> Pipeline::push(const segmentation::Image&, std::int64_t, std::chrono::milliseconds) { return false; }
std::optional<Ending> Pipeline::ending() { return std::nullopt; }
Result<bool> Pipeline::finish(std::chrono::milliseconds) { return true; }
bool Pipeline::writes_files() const { return false; }

}  // namespace diolkos::gstreamer
