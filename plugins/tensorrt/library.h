// TensorRT's libraries and CUDA's runtime, opened while running: only their headers are compiled in. Objects of
// TensorRT are reached through their tables, so that no symbol of it is linked.
#pragma once

#include <mutex>
#include <string>

#include <NvInfer.h>
#include <NvOnnxParser.h>
#include <cuda_runtime_api.h>

#include "base/result.h"

namespace diolkos::plugin::tensorrt {

struct Cuda {
  decltype(&::cudaGetErrorString) error_text;
  decltype(&::cudaDriverGetVersion) driver_version;
  decltype(&::cudaDeviceGetAttribute) attribute;
  decltype(&::cudaSetDevice) set_device;
  decltype(&::cudaMemGetInfo) memory_info;
  cudaError_t (*malloc)(void**, std::size_t);
  decltype(&::cudaFree) free;
  cudaError_t (*malloc_host)(void**, std::size_t);
  decltype(&::cudaFreeHost) free_host;
  decltype(&::cudaMemcpyAsync) copy;
  decltype(&::cudaStreamCreate) create_stream;
  decltype(&::cudaStreamDestroy) destroy_stream;
  decltype(&::cudaStreamSynchronize) synchronize;

  Status check(cudaError_t error, const char* what) const;
};

// Keeps the last error: TensorRT's functions return null, and tell the logger why.
class Logger : public nvinfer1::ILogger {
 public:
  void log(Severity severity, const char* message) noexcept override;
  std::string take_error();  // and forgets it

 private:
  std::mutex mutex_;
  std::string error_;
};

class Libraries {
 public:
  // Errors say which library is missing, or that its version is another than the headers'.
  static Result<Libraries> open();

  const std::string& version() const { return version_; }  // "10.3.0"
  const Cuda& cuda() const { return cuda_; }
  // Null where TensorRT refuses; failed() tells why.
  nvinfer1::IBuilder* create_builder() const;
  nvinfer1::IRuntime* create_runtime() const;
  nvonnxparser::IParser* create_parser(nvinfer1::INetworkDefinition& network) const;
  tl::unexpected<Error> failed(const std::string& what) const;

 private:
  Cuda cuda_{};
  std::string version_;
  void* (*create_builder_)(void* logger, std::int32_t version) = nullptr;
  void* (*create_runtime_)(void* logger, std::int32_t version) = nullptr;
  void* (*create_parser_)(void* network, void* logger, int version) = nullptr;
};

}  // namespace diolkos::plugin::tensorrt
