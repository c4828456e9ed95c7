#include "litert/session.h"

#include <cstdlib>
#include <cstring>
#include <string>

#include "kit/read_file.h"

namespace diolkos::plugin::litert {
namespace {

diolkos_dtype dtype_of(int element) {
  switch (element) {
    case 1: return DIOLKOS_FLOAT32;
    case 2: return DIOLKOS_INT32;
    case 3: return DIOLKOS_UINT8;
    case 4: return DIOLKOS_INT64;
    case 7: return DIOLKOS_INT16;
    case 9: return DIOLKOS_INT8;
    case 10: return DIOLKOS_FLOAT16;
    case 19: return DIOLKOS_BFLOAT16;
    default: return diolkos_dtype{};
  }
}

// One port's buffer: over the caller's memory, or over `own` where the caller's is not aligned as LiteRT wants it.
struct Bound {
  void* memory = nullptr;
  Buffer* buffer = nullptr;
  std::shared_ptr<void> own;
};

class LiteRtModel : public Model {
 public:
  explicit LiteRtModel(const Api& api) : api_(api) {}
  ~LiteRtModel() override {
    for (const auto& list : {bound_inputs_, bound_outputs_})
      for (const Bound& one : list)
        if (one.buffer != nullptr) api_.destroy_buffer(one.buffer);
    if (compiled_ != nullptr) api_.destroy_compiled(compiled_);
    if (file_ != nullptr) api_.destroy_model(file_);
  }

  Status open(Environment* environment, const diolkos_load_options& options);
  Status infer(const void* const* given, void* const* answers) override;

 private:
  Status read_bytes(const diolkos_load_options& options);
  Status read_ports();
  Result<Port> read_port(Tensor* tensor, const char* name, TensorType& type) const;
  Status compile(Environment* environment, const diolkos_load_options& options);
  Status bind(const TensorType& type, std::size_t bytes, void* memory, Bound& bound);
  std::string precision_of_file() const;

  const Api& api_;
  std::string bytes_;  // LiteRT reads the weights here as long as the model lives
  File* file_ = nullptr;
  Compiled* compiled_ = nullptr;
  std::vector<TensorType> input_types_, output_types_;
  std::vector<Bound> bound_inputs_, bound_outputs_;
  std::vector<Buffer*> input_buffers_, output_buffers_;
};

Status LiteRtModel::open(Environment* environment, const diolkos_load_options& options) {
  TRY(read_bytes(options));
  TRY(api_.check(api_.model_from_buffer(environment, bytes_.data(), bytes_.size(), &file_), "reading the model"));
  TRY(read_ports());
  TRY(compile(environment, options));
  bound_inputs_.resize(inputs.size());
  bound_outputs_.resize(outputs.size());
  input_buffers_.resize(inputs.size());
  output_buffers_.resize(outputs.size());
  actual = {precision_of_file(), "cpu", options.threads, "", ""};
  return {};
}

Status LiteRtModel::read_bytes(const diolkos_load_options& options) {
  if (options.path == nullptr) {
    bytes_.assign(static_cast<const char*>(options.bytes), options.size);
    return {};
  }
  TRY_ASSIGN(bytes_, read_file(options.path));
  return {};
}

Result<Port> LiteRtModel::read_port(Tensor* tensor, const char* name, TensorType& type) const {
  Port port;
  port.name = name;
  TRY(api_.check(api_.tensor_type(tensor, &type), "reading a tensor's type"));
  port.dtype = dtype_of(type.element);
  if (port.dtype == diolkos_dtype{} || type.layout.rank() > 8)
    return unsupported("'" + port.name + "': element type " + std::to_string(type.element) +
                       " is none of the contract's");
  port.dims.assign(type.layout.dims, type.layout.dims + type.layout.rank());
  if (port.dims.size() == 4) port.layout = DIOLKOS_NHWC;
  int kind = 0;
  TRY(api_.check(api_.quantization_kind(tensor, &kind), "reading a tensor's quantization"));
  if (kind != kPerTensor) return port;
  Quantization quantization{};
  TRY(api_.check(api_.quantization(tensor, &quantization), "reading a tensor's quantization"));
  port.scale = quantization.scale;
  port.zero_point = static_cast<std::int32_t>(quantization.zero_point);
  return port;
}

Status LiteRtModel::read_ports() {
  Signature* signature = nullptr;
  TRY(api_.check(api_.signature(file_, 0, &signature), "reading the signature"));
  std::size_t input_count = 0, output_count = 0;
  TRY(api_.check(api_.input_count(signature, &input_count), "counting inputs"));
  TRY(api_.check(api_.output_count(signature, &output_count), "counting outputs"));
  const auto read = [&](std::size_t i, auto get_name, auto get_tensor, std::vector<Port>& ports,
                        std::vector<TensorType>& types) -> Status {
    const char* name = nullptr;
    Tensor* tensor = nullptr;
    TRY(api_.check(get_name(signature, i, &name), "reading a port's name"));
    TRY(api_.check(get_tensor(signature, i, &tensor), "reading a port"));
    TensorType type{};
    TRY_ASSIGN(Port port, read_port(tensor, name, type));
    ports.push_back(std::move(port));
    types.push_back(type);
    return {};
  };
  for (std::size_t i = 0; i < input_count; ++i) TRY(read(i, api_.input_name, api_.input_tensor, inputs, input_types_));
  for (std::size_t i = 0; i < output_count; ++i)
    TRY(read(i, api_.output_name, api_.output_tensor, outputs, output_types_));
  return {};
}

Status LiteRtModel::compile(Environment* environment, const diolkos_load_options& asked) {
  Options* options = nullptr;
  TRY(api_.check(api_.create_options(&options), "making options"));
  Status status = api_.check(api_.set_accelerators(options, kCpu), "choosing the CPU");
  // XNNPACK's settings are a text in TOML under this name; LiteRT frees it.
  const std::string text = "num_threads = " + std::to_string(asked.threads) + "\n";
  OpaqueOptions* cpu = nullptr;
  if (status)
    status = api_.check(api_.create_opaque("xnnpack", ::strdup(text.c_str()), std::free, &cpu), "setting threads");
  if (status) status = api_.check(api_.add_opaque(options, cpu), "setting threads");
  if (status) status = api_.check(api_.compile(environment, file_, options, &compiled_), "compiling the model");
  api_.destroy_options(options);
  return status;
}

// The file decides what is computed in: its operators' outputs are float32, int8 or int16.
std::string LiteRtModel::precision_of_file() const {
  int integers = 0, wide = 0;
  std::size_t index = 0, operators = 0;
  Subgraph* subgraph = nullptr;
  if (api_.main_subgraph(file_, &index) != 0 || api_.subgraph(file_, index, &subgraph) != 0 ||
      api_.operator_count(subgraph, &operators) != 0)
    return "unknown";
  for (std::size_t i = 0; i < operators; ++i) {
    Operator* one = nullptr;
    Tensor* output = nullptr;
    TensorType type{};
    if (api_.operator_at(subgraph, i, &one) != 0 || api_.operator_output(one, 0, &output) != 0 ||
        api_.tensor_type(output, &type) != 0)
      continue;
    const diolkos_dtype dtype = dtype_of(type.element);
    integers += dtype == DIOLKOS_INT8 || dtype == DIOLKOS_UINT8;
    wide += dtype == DIOLKOS_INT16;
  }
  if (wide > integers) return "int16";
  return integers > 0 ? "int8" : "fp32";
}

Status LiteRtModel::bind(const TensorType& type, std::size_t bytes, void* memory, Bound& bound) {
  const bool aligned = reinterpret_cast<std::uintptr_t>(memory) % kAlignment == 0;
  if (bound.buffer != nullptr && bound.memory == memory) return {};
  if (bound.buffer != nullptr) api_.destroy_buffer(bound.buffer);
  bound = {};
  void* used = memory;
  if (!aligned) {
    bound.own.reset(std::aligned_alloc(kAlignment, (bytes / kAlignment + 1) * kAlignment), std::free);
    used = bound.own.get();
  }
  TRY(api_.check(api_.buffer_over(&type, used, bytes, nullptr, &bound.buffer), "binding a buffer"));
  bound.memory = memory;
  return {};
}

Status LiteRtModel::infer(const void* const* given, void* const* answers) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {  // inputs are only read
    TRY(bind(input_types_[i], bytes_of(inputs[i]), const_cast<void*>(given[i]), bound_inputs_[i]));
    if (bound_inputs_[i].own) std::memcpy(bound_inputs_[i].own.get(), given[i], bytes_of(inputs[i]));
    input_buffers_[i] = bound_inputs_[i].buffer;
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    TRY(bind(output_types_[i], bytes_of(outputs[i]), answers[i], bound_outputs_[i]));
    output_buffers_[i] = bound_outputs_[i].buffer;
  }
  TRY(api_.check(api_.run(compiled_, 0, input_buffers_.size(), input_buffers_.data(), output_buffers_.size(),
                          output_buffers_.data()),
                 "inference"));
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (bound_outputs_[i].own) std::memcpy(answers[i], bound_outputs_[i].own.get(), bytes_of(outputs[i]));
  return {};
}

}  // namespace

Result<std::unique_ptr<Model>> load_session(const Api& api, Environment* environment,
                                            const diolkos_load_options& options) {
  auto model = std::make_unique<LiteRtModel>(api);
  TRY(model->open(environment, options));
  return std::unique_ptr<Model>(std::move(model));
}

}  // namespace diolkos::plugin::litert
