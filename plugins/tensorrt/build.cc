#include "tensorrt/build.h"

#include <memory>

#include "base/output_file.h"
#include "kit/read_file.h"

namespace diolkos::plugin::tensorrt {
namespace {

using nvinfer1::BuilderFlag;

constexpr std::size_t kWorkspace = std::size_t{1} << 30;
constexpr int kOptimization = 3;  // TensorRT's own default, set so that it is known

template <class T>
using Owned = std::unique_ptr<T>;

// Explicit batch is the only kind from version 10 on; version 11 knows no flag for it.
constexpr nvinfer1::NetworkDefinitionCreationFlags network_flags() {
#if NV_TENSORRT_MAJOR < 10
  return 1U << static_cast<std::uint32_t>(nvinfer1::NetworkDefinitionCreationFlag::kEXPLICIT_BATCH);
#else
  return 0;
#endif
}

bool is_quantized(const nvinfer1::INetworkDefinition& network) {
  for (std::int32_t i = 0; i < network.getNbLayers(); ++i)
    if (network.getLayer(i)->getType() == nvinfer1::LayerType::kQUANTIZE) return true;
  return false;
}

Status set_precision([[maybe_unused]] nvinfer1::IBuilderConfig& config, const nvinfer1::INetworkDefinition& network,
                     const std::string& precision) {
  if (precision == "int8" && !is_quantized(network))
    return unsupported(
        "int8 wants a network with QuantizeLinear and DequantizeLinear, this one has none; 'diolkos convert MODEL -o "
        "FILE.onnx --precision int8 --calibrate FOLDER' writes them");
#if NV_TENSORRT_MAJOR < 11
  if (precision == "fp16" || precision == "int8") config.setFlag(BuilderFlag::kFP16);
  if (precision == "int8") config.setFlag(BuilderFlag::kINT8);
#endif
  return {};
}

// The layers that the DLA does not take, in words; empty where it takes them all.
std::string set_dla(nvinfer1::IBuilderConfig& config, const nvinfer1::INetworkDefinition& network, int core) {
  if (core < 0) return "";
  config.setDefaultDeviceType(nvinfer1::DeviceType::kDLA);
  config.setDLACore(core);
  config.setFlag(BuilderFlag::kGPU_FALLBACK);
  constexpr int kNamed = 3;
  int refused = 0;
  std::string names;
  for (std::int32_t i = 0; i < network.getNbLayers(); ++i) {
    const nvinfer1::ILayer* layer = network.getLayer(i);
    if (config.canRunOnDLA(layer)) continue;
    if (++refused <= kNamed) names += std::string(names.empty() ? "" : ", ") + "'" + layer->getName() + "'";
  }
  if (refused == 0) return "";
  return std::to_string(refused) + " of " + std::to_string(network.getNbLayers()) + " layers on the GPU: " + names +
         (refused > kNamed ? ", ..." : "");
}

// Measured kernels, so that the next build of a similar network is quick. TensorRT itself refuses a cache of another
// version or device; what cannot be kept costs only time.
class TimingCache {
 public:
  TimingCache(const std::filesystem::path& path, nvinfer1::IBuilderConfig& config) : path_(path) {
    const std::string kept = path.empty() ? "" : read_file(path.string()).value_or("");
    cache_.reset(config.createTimingCache(kept.data(), kept.size()));
    if (cache_ == nullptr && !kept.empty()) cache_.reset(config.createTimingCache(nullptr, 0));
    if (cache_ != nullptr) config.setTimingCache(*cache_, false);
  }
  void keep() const {
    if (cache_ == nullptr || path_.empty()) return;
    const Owned<nvinfer1::IHostMemory> bytes(cache_->serialize());
    if (bytes != nullptr) (void)write_file(path_, {static_cast<const std::byte*>(bytes->data()), bytes->size()});
  }

 private:
  std::filesystem::path path_;
  Owned<nvinfer1::ITimingCache> cache_;
};

Status parse(const Libraries& libraries, nvonnxparser::IParser& parser, std::span<const std::byte> onnx) {
  if (parser.parse(onnx.data(), onnx.size())) return {};
  if (parser.getNbErrors() == 0) return libraries.failed("reading the network");
  const nvonnxparser::IParserError& error = *parser.getError(0);
  return unsupported("reading the network: node " + std::to_string(error.node()) + ": " + error.desc());
}

}  // namespace

Result<Engine> build_engine(const Libraries& libraries, const BuildRequest& request) {
  const Owned<nvinfer1::IBuilder> builder(libraries.create_builder());
  if (builder == nullptr) return libraries.failed("making a builder");
  if (request.dla_core >= builder->getNbDLACores())
    return unsupported("got DLA core " + std::to_string(request.dla_core) + ", this device has " +
                       std::to_string(builder->getNbDLACores()));
  const Owned<nvinfer1::INetworkDefinition> network(builder->createNetworkV2(network_flags()));
  const Owned<nvinfer1::IBuilderConfig> config(builder->createBuilderConfig());
  if (network == nullptr || config == nullptr) return libraries.failed("making a network");
  const Owned<nvonnxparser::IParser> parser(libraries.create_parser(*network));
  if (parser == nullptr) return libraries.failed("making a parser");
  TRY(parse(libraries, *parser, request.onnx));
  config->setMemoryPoolLimit(nvinfer1::MemoryPoolType::kWORKSPACE, kWorkspace);
  config->setBuilderOptimizationLevel(kOptimization);
  config->clearFlag(BuilderFlag::kTF32);
  config->setProfilingVerbosity(nvinfer1::ProfilingVerbosity::kDETAILED);
  TRY(set_precision(*config, *network, request.precision));
  Engine engine;
  engine.fallback = set_dla(*config, *network, request.dla_core);
  const TimingCache timings(request.timing_cache, *config);
  const Owned<nvinfer1::IHostMemory> bytes(builder->buildSerializedNetwork(*network, *config));
  if (bytes == nullptr) return libraries.failed("building the engine");
  timings.keep();
  const auto* first = static_cast<const std::byte*>(bytes->data());
  engine.bytes.assign(first, first + bytes->size());
  return engine;
}

std::string configuration_of(const BuildRequest& request) {
  std::string text =
      "workspace " + std::to_string(kWorkspace) + ", optimization " + std::to_string(kOptimization) + ", TF32 off";
  if (request.dla_core >= 0) text += ", GPU fallback";
  return text;
}

}  // namespace diolkos::plugin::tensorrt
