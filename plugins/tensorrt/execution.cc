#include "tensorrt/execution.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

namespace diolkos::plugin::tensorrt {
namespace {

diolkos_dtype dtype_of(nvinfer1::DataType type) {
  switch (type) {
    case nvinfer1::DataType::kFLOAT: return DIOLKOS_FLOAT32;
    case nvinfer1::DataType::kHALF: return DIOLKOS_FLOAT16;
    case nvinfer1::DataType::kINT8: return DIOLKOS_INT8;
    case nvinfer1::DataType::kUINT8: return DIOLKOS_UINT8;
    case nvinfer1::DataType::kINT32: return DIOLKOS_INT32;
#if NV_TENSORRT_MAJOR >= 10
    case nvinfer1::DataType::kINT64: return DIOLKOS_INT64;
    case nvinfer1::DataType::kBF16: return DIOLKOS_BFLOAT16;
#endif
    default: return diolkos_dtype{};
  }
}

// The words of all "Format/Datatype": "Row major linear FP16" or "Half"; names of layers may hold such words too.
std::string formats_in(std::string_view layers) {
  constexpr std::string_view kKey = "\"Format/Datatype\":";
  std::string formats;
  for (std::size_t at = layers.find(kKey); at != layers.npos; at = layers.find(kKey, at)) {
    const std::size_t opening = std::min(layers.find('"', at + kKey.size()), layers.size());
    const std::size_t closing = std::min(layers.find('"', opening + 1), layers.size());
    formats.append(layers.substr(opening, closing - opening)) += '\n';
    at = closing;
  }
  return formats.empty() ? std::string(layers) : formats;
}

}  // namespace

Result<std::unique_ptr<Execution>> Execution::start(const Libraries& libraries, std::span<const std::byte> engine,
                                                    int dla_core) {
  std::unique_ptr<Execution> execution(new Execution(libraries));
  TRY(execution->open(engine, dla_core));
  return execution;
}

Status Execution::open(std::span<const std::byte> engine, int dla_core) {
  runtime_.reset(libraries_.create_runtime());
  if (runtime_ == nullptr) return libraries_.failed("making a runtime");
  if (dla_core >= 0) runtime_->setDLACore(dla_core);
  engine_.reset(runtime_->deserializeCudaEngine(engine.data(), engine.size()));
  if (engine_ == nullptr) return libraries_.failed("loading the engine");
  context_.reset(engine_->createExecutionContext());
  if (context_ == nullptr) return libraries_.failed("making a context");
  TRY_ASSIGN(Stream stream, Stream::make(libraries_.cuda()));
  stream_.emplace(std::move(stream));
  for (std::int32_t i = 0; i < engine_->getNbIOTensors(); ++i) TRY(add_port(engine_->getIOTensorName(i)));
  return {};
}

Status Execution::add_port(const char* name) {
  const bool input = engine_->getTensorIOMode(name) == nvinfer1::TensorIOMode::kINPUT;
  Port port;
  port.name = name;
  port.dtype = dtype_of(engine_->getTensorDataType(name));
  if (port.dtype == diolkos_dtype{}) return unsupported("'" + port.name + "': its type is none of the contract's");
  const nvinfer1::Dims shape = engine_->getTensorShape(name);
  port.dims.assign(shape.d, shape.d + std::max(shape.nbDims, 0));
  if (std::any_of(port.dims.begin(), port.dims.end(), [](std::int64_t extent) { return extent < 0; }))
    return unsupported("'" + port.name + "': its shape is open; only fixed shapes run");
  if (port.dims.size() == 4) port.layout = DIOLKOS_NCHW;
  TRY_ASSIGN(Block block, Block::make(libraries_.cuda(), bytes_of(port), Block::Where::device));
  if (!context_->setTensorAddress(name, block.get())) return libraries_.failed("binding '" + port.name + "'");
  (input ? device_inputs_ : device_outputs_).push_back(std::move(block));
  if (!input) {
    TRY_ASSIGN(Block pinned, Block::make(libraries_.cuda(), bytes_of(port), Block::Where::host));
    host_outputs_.push_back(std::move(pinned));
  }
  (input ? inputs_ : outputs_).push_back(std::move(port));
  return {};
}

std::string Execution::narrowest_precision() const {
  const std::unique_ptr<nvinfer1::IEngineInspector> inspector(engine_->createEngineInspector());
  const char* told =
      inspector != nullptr ? inspector->getEngineInformation(nvinfer1::LayerInformationFormat::kJSON) : nullptr;
  const std::string formats = formats_in(told != nullptr ? told : "");
  const auto names = [&](const char* word) { return formats.find(word) != std::string::npos; };
  if (names("Int8") || names("INT8")) return "int8";
  return names("Half") || names("FP16") ? "fp16" : "fp32";
}

Status Execution::submit(const void* const* given, void* const* answers) {
  const std::vector<void*> wanted(answers, answers + outputs_.size());
  if (!underway_.empty() && underway_ != wanted) TRY(synchronize());
  const Cuda& cuda = libraries_.cuda();
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    TRY(cuda.check(
        cuda.copy(device_inputs_[i].get(), given[i], bytes_of(inputs_[i]), cudaMemcpyHostToDevice, stream_->get()),
        "copying an input"));
  if (!context_->enqueueV3(stream_->get())) return libraries_.failed("inference");
  for (std::size_t i = 0; i < outputs_.size(); ++i)
    TRY(cuda.check(cuda.copy(host_outputs_[i].get(), device_outputs_[i].get(), bytes_of(outputs_[i]),
                             cudaMemcpyDeviceToHost, stream_->get()),
                   "copying an output"));
  underway_ = wanted;
  return {};
}

Status Execution::synchronize() {
  const std::vector<void*> answers = std::exchange(underway_, {});
  TRY(libraries_.cuda().check(libraries_.cuda().synchronize(stream_->get()), "inference"));
  for (std::size_t i = 0; i < answers.size(); ++i)
    std::memcpy(answers[i], host_outputs_[i].get(), bytes_of(outputs_[i]));
  return {};
}

}  // namespace diolkos::plugin::tensorrt
