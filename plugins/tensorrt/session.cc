#include "tensorrt/session.h"

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "base/mapped_file.h"
#include "base/sha256.h"
#include "cache/obtain.h"
#include "tensorrt/build.h"
#include "tensorrt/execution.h"
#include "tensorrt/golden.h"
#include "tensorrt/types.h"

namespace diolkos::plugin::tensorrt {
namespace {

class TensorRtModel : public Model {
 public:
  explicit TensorRtModel(std::unique_ptr<Execution> execution) : execution_(std::move(execution)) {
    inputs = execution_->inputs();
    outputs = execution_->outputs();
  }
  Status infer(const void* const* given, void* const* answers) override {
    TRY(execution_->submit(given, answers));
    return execution_->synchronize();
  }
  Status submit(const void* const* given, void* const* answers) override { return execution_->submit(given, answers); }
  Status synchronize() override { return execution_->synchronize(); }

 private:
  std::unique_ptr<Execution> execution_;
};

struct Place {
  int device = 0;
  int dla_core = -1;
};

Result<Place> place_of(std::string_view device) {
  Place place;
  if (device.starts_with("cuda:")) {
    place.device = std::atoi(device.data() + 5);
  } else if (device.starts_with("dla:")) {
    place.dla_core = std::atoi(device.data() + 4);
  } else {
    return unsupported("device '" + std::string(device) + "': expected cuda:NUMBER or dla:NUMBER");
  }
  return place;
}

// "compute 8.7, 16 multiprocessors, 15.6 GB"
Result<std::string> describe_device(const Cuda& cuda, int device) {
  int major = 0, minor = 0, processors = 0;
  TRY(cuda.check(cuda.attribute(&major, cudaDevAttrComputeCapabilityMajor, device), "asking the device"));
  TRY(cuda.check(cuda.attribute(&minor, cudaDevAttrComputeCapabilityMinor, device), "asking the device"));
  TRY(cuda.check(cuda.attribute(&processors, cudaDevAttrMultiProcessorCount, device), "asking the device"));
  std::size_t free = 0, total = 0;
  TRY(cuda.check(cuda.memory_info(&free, &total), "asking the device"));
  return "compute " + std::to_string(major) + "." + std::to_string(minor) + ", " + std::to_string(processors) +
         " multiprocessors, " + std::to_string(total >> 20) + " MiB";
}

// Up to version 10 float16 is the builder's flag.
bool needs_types(const std::string& precision) {
  return precision == "int8" || (precision == "fp16" && NV_TENSORRT_MAJOR >= 11);
}

// All that an engine depends on.
Result<cache::Key> key_of(const Libraries& libraries, const BuildRequest& request, const Place& place,
                          std::string_view device) {
  int driver = 0;
  TRY(libraries.cuda().check(libraries.cuda().driver_version(&driver), "asking the driver"));
  TRY_ASSIGN(std::string hardware, describe_device(libraries.cuda(), place.device));
  return cache::Key{{"network", sha256_hex(request.onnx)}, {"precision", request.precision},
                    {"device", std::string(device)},       {"configuration", configuration_of(request)},
                    {"tensorrt", libraries.version()},     {"driver", std::to_string(driver)},
                    {"hardware", std::move(hardware)},     {"plugin", DIOLKOS_VERSION}};
}

}  // namespace

Result<std::unique_ptr<Model>> load_session(const Libraries& libraries, const diolkos_load_options& options) {
  TRY_ASSIGN(const Place place, place_of(options.device));
  TRY(libraries.cuda().check(libraries.cuda().set_device(place.device), "choosing the device"));
  std::shared_ptr<const MappedFile> file;
  BuildRequest request;
  request.onnx = {static_cast<const std::byte*>(options.bytes), options.size};
  if (options.path != nullptr) {
    TRY_ASSIGN(file, MappedFile::open(options.path));
    request.onnx = file->bytes();
  }
  request.precision = options.precision;
  std::vector<std::byte> typed;
  if (needs_types(request.precision)) {
    TRY_ASSIGN(typed, written_in_types(request.onnx, request.precision));
    request.onnx = typed;
  }
  request.dla_core = place.dla_core;
  cache::Recipe recipe;
  if (options.cache_folder != nullptr) {
    recipe.folder = options.cache_folder;
    request.timing_cache = recipe.folder / ("tensorrt-" + libraries.version() + ".timings");
  }
  recipe.stem = "tensorrt";
  TRY_ASSIGN(recipe.key, key_of(libraries, request, place, options.device));
  std::unique_ptr<Execution> execution;
  recipe.build = [&]() -> Result<cache::Built> {
    cache::Built built;
    TRY_ASSIGN(Engine engine, build_engine(libraries, request));
    TRY_ASSIGN(execution, Execution::start(libraries, engine.bytes, place.dla_core));
    TRY_ASSIGN(built.golden, golden_run(*execution));
    built.engine = std::move(engine.bytes);
    built.remark = std::move(engine.fallback);
    return built;
  };
  recipe.accept = [&](const cache::EngineFile& kept) -> Status {
    TRY_ASSIGN(execution, Execution::start(libraries, kept.engine, place.dla_core));
    return repeat(*execution, kept.golden);
  };
  TRY_ASSIGN(const cache::Obtained obtained, cache::obtain(recipe));
  const std::string narrowest = execution->narrowest_precision();
  auto model = std::make_unique<TensorRtModel>(std::move(execution));
  model->actual = {narrowest, options.device, 0, obtained.file.remark, obtained.note};
  return std::unique_ptr<Model>(std::move(model));
}

}  // namespace diolkos::plugin::tensorrt
