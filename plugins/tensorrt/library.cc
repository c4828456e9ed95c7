#include "tensorrt/library.h"

#include "kit/library.h"

namespace diolkos::plugin::tensorrt {
namespace {

Logger& logger() {
  static Logger the_logger;  // outlives every object that was given it
  return the_logger;
}

// "libnvinfer.so.10"
std::string numbered(const char* library, int major) { return std::string(library) + ".so." + std::to_string(major); }

Result<Cuda> open_cuda() {
  constexpr int kMajor = CUDART_VERSION / 1000;
  const std::string name = kMajor < 12 ? "libcudart.so.11.0" : numbered("libcudart", kMajor);
  TRY_ASSIGN(const Library library, Library::open({"", "nvidia/cuda_runtime/lib", name, {name}}));
  Cuda cuda{};
  Symbols symbols(library);
  symbols.need("cudaGetErrorString", cuda.error_text);
  symbols.need("cudaDriverGetVersion", cuda.driver_version);
  symbols.need("cudaDeviceGetAttribute", cuda.attribute);
  symbols.need("cudaSetDevice", cuda.set_device);
  symbols.need("cudaMemGetInfo", cuda.memory_info);
  symbols.need("cudaMalloc", cuda.malloc);
  symbols.need("cudaFree", cuda.free);
  symbols.need("cudaMallocHost", cuda.malloc_host);
  symbols.need("cudaFreeHost", cuda.free_host);
  symbols.need("cudaMemcpyAsync", cuda.copy);
  symbols.need("cudaStreamCreate", cuda.create_stream);
  symbols.need("cudaStreamDestroy", cuda.destroy_stream);
  symbols.need("cudaStreamSynchronize", cuda.synchronize);
  TRY(symbols.complete("is no CUDA runtime"));
  return cuda;
}

// 8.6.1 is 8601, 10.3.0 is 100300.
std::string version_text(std::int32_t number) {
  const std::int32_t scale = number < 10000 ? 1000 : 10000;
  const std::int32_t rest = number % scale;
  return std::to_string(number / scale) + "." + std::to_string(rest / 100) + "." + std::to_string(rest % 100);
}

}  // namespace

Status Cuda::check(cudaError_t error, const char* what) const {
  if (error == cudaSuccess) return {};
  return io_failure(std::string(what) + ": CUDA: " + error_text(error));
}

void Logger::log(Severity severity, const char* message) noexcept {
  if (severity > Severity::kERROR) return;
  const std::lock_guard lock(mutex_);
  try {
    error_ = message;
  } catch (...) {
    error_.clear();  // no memory for a message
  }
}

std::string Logger::take_error() {
  const std::lock_guard lock(mutex_);
  return std::exchange(error_, {});
}

Result<Libraries> Libraries::open() {
  Libraries libraries;
  TRY_ASSIGN(libraries.cuda_, open_cuda());
  const std::string infer = numbered("libnvinfer", NV_TENSORRT_MAJOR);
  const std::string parser = numbered("libnvonnxparser", NV_TENSORRT_MAJOR);
  TRY_ASSIGN(const Library inference, Library::open({"", "tensorrt_libs", infer, {infer}}));
  TRY_ASSIGN(const Library parsing, Library::open({"", "tensorrt_libs", parser, {parser}}));
  std::int32_t (*get_version)() = nullptr;
  Symbols symbols(inference), parser_symbols(parsing);
  symbols.need("getInferLibVersion", get_version);
  symbols.need("createInferBuilder_INTERNAL", libraries.create_builder_);
  symbols.need("createInferRuntime_INTERNAL", libraries.create_runtime_);
  parser_symbols.need("createNvOnnxParser_INTERNAL", libraries.create_parser_);
  TRY(symbols.complete("is no TensorRT of this major version"));
  TRY(parser_symbols.complete("is no ONNX parser of TensorRT's"));
  libraries.version_ = version_text(get_version());
  return libraries;
}

nvinfer1::IBuilder* Libraries::create_builder() const {
  return static_cast<nvinfer1::IBuilder*>(create_builder_(&logger(), NV_TENSORRT_VERSION));
}
nvinfer1::IRuntime* Libraries::create_runtime() const {
  return static_cast<nvinfer1::IRuntime*>(create_runtime_(&logger(), NV_TENSORRT_VERSION));
}
nvonnxparser::IParser* Libraries::create_parser(nvinfer1::INetworkDefinition& network) const {
  return static_cast<nvonnxparser::IParser*>(create_parser_(&network, &logger(), NV_ONNX_PARSER_VERSION));
}

tl::unexpected<Error> Libraries::failed(const std::string& what) const {
  std::string said = logger().take_error();
  if (said.empty()) said = "TensorRT gave no reason";
  return io_failure(what + ": " + said);
}

}  // namespace diolkos::plugin::tensorrt
