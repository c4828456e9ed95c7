#include "openvino/request.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>

#include "kit/onnx_precision.h"

namespace diolkos::plugin::ov {
namespace {

diolkos_dtype dtype_of(int type) {
  switch (type) {
    case kBFloat16: return DIOLKOS_BFLOAT16;
    case kFloat16: return DIOLKOS_FLOAT16;
    case kFloat32: return DIOLKOS_FLOAT32;
    case kInt8: return DIOLKOS_INT8;
    case kInt16: return DIOLKOS_INT16;
    case kInt32: return DIOLKOS_INT32;
    case kInt64: return DIOLKOS_INT64;
    default: return diolkos_dtype{};
  }
}

// OpenVINO's words for a precision, and back.
std::string hint_of(std::string_view precision) {
  if (precision == "fp16") return "f16";
  return precision == "bf16" ? "bf16" : "f32";
}

std::string precision_of(std::string_view hint) {
  if (hint == "f16") return "fp16";
  if (hint == "f32") return "fp32";
  return std::string(hint);
}

struct Bound {
  const void* buffer = nullptr;
  Tensor* tensor = nullptr;
};

class OpenVinoModel : public Model {
 public:
  explicit OpenVinoModel(const Api& api) : api_(api) {}
  ~OpenVinoModel() override {
    for (const auto& list : {bound_inputs_, bound_outputs_})
      for (const Bound& one : list)
        if (one.tensor != nullptr) api_.free_tensor(one.tensor);
    if (request_ != nullptr) api_.free_request(request_);
    if (compiled_ != nullptr) api_.free_compiled(compiled_);
  }

  Status open(Core* core, const diolkos_load_options& options);
  Status infer(const void* const* given, void* const* answers) override {
    TRY(bind_all(given, answers));
    return api_.check(api_.infer(request_), "inference");
  }
  Status submit(const void* const* given, void* const* answers) override {
    TRY(bind_all(given, answers));
    return api_.check(api_.start(request_), "inference");
  }
  Status synchronize() override { return api_.check(api_.wait(request_), "inference"); }

 private:
  Status compile(Core* core, const Network* network, const diolkos_load_options& options);
  Status read_ports(bool input);
  Result<plugin::Port> read_port(const Port* port);
  Result<std::string> property(const char* key) const;
  Status read_actual(const diolkos_load_options& options);
  Status bind_all(const void* const* given, void* const* answers);
  Status bind(plugin::Port& port, int type, void* buffer, Bound& bound, bool& changed);

  const Api& api_;
  Compiled* compiled_ = nullptr;
  Request* request_ = nullptr;
  std::vector<int> input_types_, output_types_;
  std::vector<Bound> bound_inputs_, bound_outputs_;
};

Status OpenVinoModel::open(Core* core, const diolkos_load_options& options) {
  Network* network = nullptr;
  if (options.path != nullptr) {
    TRY(api_.check(api_.read_file(core, options.path, nullptr, &network), "reading the model"));
  } else {
    TRY(api_.check(api_.read_memory(core, static_cast<const char*>(options.bytes), options.size, nullptr, &network),
                   "reading the model"));
  }
  const Status compiled = compile(core, network, options);
  api_.free_network(network);
  TRY(compiled);
  TRY(read_ports(true));
  TRY(read_ports(false));
  bound_inputs_.resize(inputs.size());
  bound_outputs_.resize(outputs.size());
  TRY(api_.check(api_.create_request(compiled_, &request_), "making a request"));
  return read_actual(options);
}

Status OpenVinoModel::compile(Core* core, const Network* network, const diolkos_load_options& options) {
  const std::string device = to_openvino_device(options.device);
  const std::string hint = hint_of(options.precision);
  const std::string threads = std::to_string(options.threads);
  const bool on_cpu = device == "CPU";
  // The property count is of arguments: keys and values.
  const std::size_t arguments = on_cpu ? 8 : 4;
  return api_.check(api_.compile(core, network, device.c_str(), arguments, &compiled_, "INFERENCE_PRECISION_HINT",
                                 hint.c_str(), "PERFORMANCE_HINT", "LATENCY", "NUM_STREAMS", "1",
                                 "INFERENCE_NUM_THREADS", threads.c_str()),
                    "compiling the model");
}

Status OpenVinoModel::read_ports(bool input) {
  std::size_t count = 0;
  TRY(api_.check((input ? api_.input_count : api_.output_count)(compiled_, &count), "counting ports"));
  for (std::size_t i = 0; i < count; ++i) {
    Port* port = nullptr;
    TRY(api_.check((input ? api_.input_port : api_.output_port)(compiled_, i, &port), "reading a port"));
    int type = 0;
    const Status typed = api_.check(api_.port_type(port, &type), "reading a port's type");
    Result<plugin::Port> read = read_port(port);
    api_.free_port(port);
    TRY(typed);
    if (!read) return failure(read.error());
    read->dtype = dtype_of(type);
    if (read->dtype == diolkos_dtype{})
      return unsupported("'" + read->name + "': element type " + std::to_string(type) + " is none that is known here");
    (input ? inputs : outputs).push_back(std::move(*read));
    (input ? input_types_ : output_types_).push_back(type);
  }
  return {};
}

Result<plugin::Port> OpenVinoModel::read_port(const Port* port) {
  plugin::Port result;
  char* name = nullptr;
  TRY(api_.check(api_.port_name(port, &name), "reading a port's name"));
  result.name = name;
  api_.free_text(name);
  Shape shape{};
  TRY(api_.check(api_.port_shape(port, &shape), "reading a port's shape"));
  result.dims.assign(shape.dims, shape.dims + shape.rank);
  api_.free_shape(&shape);
  if (result.dims.size() == 4) result.layout = DIOLKOS_NCHW;
  return result;
}

Result<std::string> OpenVinoModel::property(const char* key) const {
  char* value = nullptr;
  TRY(api_.check(api_.compiled_property(compiled_, key, &value), key));
  std::string text = value;
  api_.free_text(value);
  return text;
}

Status OpenVinoModel::read_actual(const diolkos_load_options& options) {
  TRY_ASSIGN(const std::string hint, property("INFERENCE_PRECISION_HINT"));
  actual.precision = precision_of(hint);
  TRY_ASSIGN(const std::string of_file, precision_of_onnx(options));
  if (of_file == "int8" && actual.precision == "fp32") actual.precision = of_file;  // the hint is of what stays float
  const Result<std::string> devices = property("EXECUTION_DEVICES");
  actual.device = devices ? to_contract_device(*devices) : options.device;
  if (const Result<std::string> threads = property("INFERENCE_NUM_THREADS"); threads)
    actual.threads = std::atoi(threads->c_str());
  return {};
}

Status OpenVinoModel::bind(plugin::Port& port, int type, void* buffer, Bound& bound, bool& changed) {
  changed = bound.buffer != buffer;
  if (!changed) return {};
  if (bound.tensor != nullptr) api_.free_tensor(bound.tensor);
  bound = {};
  const Shape shape{static_cast<std::int64_t>(port.dims.size()), port.dims.data()};
  TRY(api_.check(api_.tensor_over(type, shape, buffer, &bound.tensor), "binding a buffer"));
  bound.buffer = buffer;
  return {};
}

Status OpenVinoModel::bind_all(const void* const* given, void* const* answers) {
  bool changed = false;
  for (std::size_t i = 0; i < inputs.size(); ++i) {  // inputs are only read
    TRY(bind(inputs[i], input_types_[i], const_cast<void*>(given[i]), bound_inputs_[i], changed));
    if (changed) TRY(api_.check(api_.set_input(request_, i, bound_inputs_[i].tensor), "binding an input"));
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    TRY(bind(outputs[i], output_types_[i], answers[i], bound_outputs_[i], changed));
    if (changed) TRY(api_.check(api_.set_output(request_, i, bound_outputs_[i].tensor), "binding an output"));
  }
  return {};
}

}  // namespace

std::string to_contract_device(std::string name) {
  while (!name.empty() && (name.back() == ' ' || name.back() == ')')) name.pop_back();
  name.erase(0, name.find_first_not_of(" ("));
  for (char& letter : name) letter = letter == '.' ? ':' : static_cast<char>(std::tolower(letter));
  return name;
}

std::string to_openvino_device(std::string id) {
  for (char& letter : id) letter = letter == ':' ? '.' : static_cast<char>(std::toupper(letter));
  return id;
}

Result<std::unique_ptr<Model>> load_request(const Api& api, Core* core, const diolkos_load_options& options) {
  auto model = std::make_unique<OpenVinoModel>(api);
  TRY(model->open(core, options));
  return std::unique_ptr<Model>(std::move(model));
}

}  // namespace diolkos::plugin::ov
