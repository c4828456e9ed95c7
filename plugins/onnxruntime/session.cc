#include "onnxruntime/session.h"

#include <array>
#include <string_view>

#include "kit/onnx_precision.h"

namespace diolkos::plugin::ort {
namespace {

using ::diolkos::Status;

// ONNX's number of an element type; 0 for one that the contract does not have.
diolkos_dtype dtype_of(int type) {
  switch (type) {
    case 1: return DIOLKOS_FLOAT32;
    case 2: return DIOLKOS_UINT8;
    case 3: return DIOLKOS_INT8;
    case 5: return DIOLKOS_INT16;
    case 6: return DIOLKOS_INT32;
    case 7: return DIOLKOS_INT64;
    case 10: return DIOLKOS_FLOAT16;
    case 16: return DIOLKOS_BFLOAT16;
    default: return diolkos_dtype{};
  }
}

int type_of(diolkos_dtype dtype) {
  for (const int type : {1, 2, 3, 5, 6, 7, 10, 16})
    if (dtype_of(type) == dtype) return type;
  return 0;
}

class Options {
 public:
  static Result<Options> create(const Runtime& runtime) {
    Options result(runtime);
    TRY(runtime.call(kCreateSessionOptions, &result.options_));
    return result;
  }
  Options(Options&& other) noexcept : runtime_(other.runtime_), options_(std::exchange(other.options_, nullptr)) {}
  ~Options() { runtime_->release(kReleaseSessionOptions, options_); }

  Status fill(const diolkos_load_options& asked);
  const SessionOptions* get() const { return options_; }

 private:
  explicit Options(const Runtime& runtime) : runtime_(&runtime) {}
  Status add_cuda();
  Status add_tensorrt(bool half);
  const Runtime* runtime_;
  SessionOptions* options_ = nullptr;
};

Status Options::fill(const diolkos_load_options& asked) {
  TRY(runtime_->call(kSetIntraThreads, options_, static_cast<int>(asked.threads)));
  TRY(runtime_->call(kSetInterThreads, options_, 1));
  TRY(runtime_->call(kSetOptimizationLevel, options_, kAllOptimizations));
  const std::string_view device = asked.device;
  if (device == "cpu") return {};
  // A node that the GPU does not take makes loading fail instead of running slowly and silently on the CPU.
  TRY(runtime_->call(kAddConfigEntry, options_, "session.disable_cpu_ep_fallback", "1"));
  if (device == "cuda:0") return add_cuda();
  if (device == "tensorrt:0") return add_tensorrt(asked.precision == std::string_view("fp16"));
  return unsupported("device '" + std::string(device) + "': expected cpu, cuda:0 or tensorrt:0");
}

Status Options::add_cuda() {
  CudaOptions* cuda = nullptr;
  TRY(runtime_->call(kCreateCudaOptions, &cuda));
  const std::array keys{"device_id", "use_tf32"};
  const std::array values{"0", "0"};
  Status status = runtime_->call(kUpdateCudaOptions, cuda, keys.data(), values.data(), keys.size());
  if (status) status = runtime_->call(kAppendCuda, options_, static_cast<const CudaOptions*>(cuda));
  runtime_->release(kReleaseCudaOptions, cuda);
  return status;
}

Status Options::add_tensorrt(bool half) {
  TensorRtOptions* tensorrt = nullptr;
  TRY(runtime_->call(kCreateTensorRtOptions, &tensorrt));
  const std::array keys{"device_id", "trt_fp16_enable", "trt_int8_enable"};
  const std::array values{"0", half ? "1" : "0", "0"};
  Status status = runtime_->call(kUpdateTensorRtOptions, tensorrt, keys.data(), values.data(), keys.size());
  if (status) status = runtime_->call(kAppendTensorRt, options_, static_cast<const TensorRtOptions*>(tensorrt));
  runtime_->release(kReleaseTensorRtOptions, tensorrt);
  return status;
}

// Tensors over the caller's buffers, made anew only where a buffer is another than last time.
struct Bound {
  const void* buffer = nullptr;
  Value* value = nullptr;
};

class OrtModel : public Model {
 public:
  explicit OrtModel(const Runtime& runtime) : runtime_(runtime) {}
  ~OrtModel() override {
    for (const auto& list : {bound_inputs_, bound_outputs_})
      for (const Bound& one : list)
        if (one.value != nullptr) runtime_.release(kReleaseValue, one.value);
    if (session_ != nullptr) runtime_.release(kReleaseSession, session_);
  }

  Status open(const diolkos_load_options& options);
  Status infer(const void* const* given, void* const* answers) override;

 private:
  Result<Port> read_port(std::size_t index, bool input);
  Status read_ports(std::size_t count, bool input);
  Status bind(const Port& port, void* buffer, Bound& bound, Value*& value);

  const Runtime& runtime_;
  Session* session_ = nullptr;
  MemoryInfo* memory_ = nullptr;
  std::vector<const char*> input_names_, output_names_;
  std::vector<Bound> bound_inputs_, bound_outputs_;
  std::vector<Value*> input_values_, output_values_;
};

Status OrtModel::open(const diolkos_load_options& options) {
  TRY_ASSIGN(Options session_options, Options::create(runtime_));
  TRY(session_options.fill(options));
  if (options.path != nullptr) {
    TRY(runtime_.call(kCreateSession, runtime_.environment(), options.path, session_options.get(), &session_));
  } else {
    TRY(runtime_.call(kCreateSessionFromArray, runtime_.environment(), options.bytes, options.size,
                      session_options.get(), &session_));
  }
  static MemoryInfo* const cpu_memory = [this] {
    MemoryInfo* memory = nullptr;
    return runtime_.call(kCreateCpuMemoryInfo, kArenaAllocator, kDefaultMemory, &memory) ? memory : nullptr;
  }();
  memory_ = cpu_memory;
  std::size_t input_count = 0, output_count = 0;
  TRY(runtime_.call(kInputCount, static_cast<const Session*>(session_), &input_count));
  TRY(runtime_.call(kOutputCount, static_cast<const Session*>(session_), &output_count));
  TRY(read_ports(input_count, true));
  TRY(read_ports(output_count, false));
  for (const Port& port : inputs) input_names_.push_back(port.name.c_str());
  for (const Port& port : outputs) output_names_.push_back(port.name.c_str());
  bound_inputs_.resize(input_count);
  bound_outputs_.resize(output_count);
  input_values_.resize(input_count);
  output_values_.resize(output_count);
  // The providers compute in the file's types; TensorRT's halves what it was told to. A GPU provider refused to load
  // what it does not take.
  TRY_ASSIGN(actual.precision, precision_of_onnx(options));
  if (options.precision == std::string_view("fp16")) actual.precision = "fp16";
  actual.device = options.device;
  actual.threads = options.threads;
  return {};
}

Result<Port> OrtModel::read_port(std::size_t index, bool input) {
  Port port;
  Allocator* allocator = nullptr;
  char* name = nullptr;
  const Session* session = session_;
  TRY(runtime_.call(kDefaultAllocator, &allocator));
  TRY(runtime_.call(input ? kInputName : kOutputName, session, index, allocator, &name));
  port.name = name;
  TRY(runtime_.call(kFree, allocator, static_cast<void*>(name)));
  TypeInfo* type = nullptr;
  TRY(runtime_.call(input ? kInputType : kOutputType, session, index, &type));
  const TensorInfo* tensor = nullptr;
  int element = 0;
  std::size_t rank = 0;
  Status status = runtime_.call(kTensorInfo, static_cast<const TypeInfo*>(type), &tensor);
  if (status && tensor != nullptr) status = runtime_.call(kElementType, tensor, &element);
  if (status && tensor != nullptr) status = runtime_.call(kRank, tensor, &rank);
  port.dims.resize(rank);
  if (status && tensor != nullptr) status = runtime_.call(kDimensions, tensor, port.dims.data(), rank);
  runtime_.release(kReleaseTypeInfo, type);
  TRY(status);
  port.dtype = dtype_of(element);
  if (port.dtype == diolkos_dtype{})
    return unsupported("'" + port.name + "': element type " + std::to_string(element) + " is none of the contract's");
  if (rank == 4) port.layout = DIOLKOS_NCHW;
  return port;
}

Status OrtModel::read_ports(std::size_t count, bool input) {
  for (std::size_t i = 0; i < count; ++i) {
    TRY_ASSIGN(Port port, read_port(i, input));
    (input ? inputs : outputs).push_back(std::move(port));
  }
  return {};
}

Status OrtModel::bind(const Port& port, void* buffer, Bound& bound, Value*& value) {
  if (bound.value == nullptr || bound.buffer != buffer) {
    if (bound.value != nullptr) runtime_.release(kReleaseValue, bound.value);
    bound = {};
    TRY(runtime_.call(kCreateTensor, static_cast<const MemoryInfo*>(memory_), buffer, bytes_of(port), port.dims.data(),
                      port.dims.size(), type_of(port.dtype), &bound.value));
    bound.buffer = buffer;
  }
  value = bound.value;
  return {};
}

Status OrtModel::infer(const void* const* given, void* const* answers) {
  for (std::size_t i = 0; i < inputs.size(); ++i)  // inputs are only read
    TRY(bind(inputs[i], const_cast<void*>(given[i]), bound_inputs_[i], input_values_[i]));
  for (std::size_t i = 0; i < outputs.size(); ++i)
    TRY(bind(outputs[i], answers[i], bound_outputs_[i], output_values_[i]));
  const Value* const* in = input_values_.data();
  return runtime_.call(kRun, session_, static_cast<const RunOptions*>(nullptr), input_names_.data(), in, inputs.size(),
                       output_names_.data(), outputs.size(), output_values_.data());
}

}  // namespace

Result<std::unique_ptr<Model>> load_session(const Runtime& runtime, const diolkos_load_options& options) {
  auto model = std::make_unique<OrtModel>(runtime);
  TRY(model->open(options));
  return std::unique_ptr<Model>(std::move(model));
}

}  // namespace diolkos::plugin::ort
