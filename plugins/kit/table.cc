#include <algorithm>
#include <cstring>
#include <exception>
#include <mutex>

#include "kit/runtime.h"

struct diolkos_model {
  std::unique_ptr<diolkos::plugin::Model> model;
  std::vector<diolkos_port> inputs, outputs;
};

namespace diolkos::plugin {
namespace {

Runtime* the_runtime = nullptr;

// A query's answer, asked once: the strings stay while the contract's structures point to them.
template <class Text, class Structure>
struct Answer {
  std::once_flag once;
  Result<std::vector<Text>> texts;
  std::vector<Structure> structures;
};

diolkos_status report(const Error& error, diolkos_error* to, diolkos_status otherwise = DIOLKOS_FAILED) {
  const std::size_t length = std::min(error.message.size(), sizeof(to->message) - 1);
  std::memcpy(to->message, error.message.data(), length);
  to->message[length] = '\0';
  std::replace(to->message, to->message + length, '\n', ' ');  // one line
  if (error.code == ErrorCode::invalid_input) return DIOLKOS_INVALID;
  return error.code == ErrorCode::unsupported ? DIOLKOS_UNSUPPORTED : otherwise;
}

// Calls `work`, which returns a Status; nothing thrown inside leaves.
template <class Work>
diolkos_status guarded(diolkos_error* error, Work work) {
  try {
    const Status status = work();
    return status ? DIOLKOS_OK : report(status.error(), error);
  } catch (const std::exception& thrown) {
    return report({ErrorCode::io, thrown.what()}, error);
  } catch (...) {
    return report({ErrorCode::io, "the runtime threw something that is no exception"}, error);
  }
}

diolkos_status version(const char** text, diolkos_error* error) {
  static std::once_flag once;
  static Result<std::string> answer;
  std::call_once(once, [] {
    try {
      answer = the_runtime->version();
    } catch (const std::exception& thrown) {
      answer = io_failure(thrown.what());
    }
  });
  if (!answer) {
    report(answer.error(), error);
    return DIOLKOS_ABSENT;
  }
  *text = answer->c_str();
  return DIOLKOS_OK;
}

diolkos_device to_structure(const Device& from) {
  return {sizeof(diolkos_device), from.id.c_str(), from.description.c_str()};
}

diolkos_capability to_structure(const Capability& from) {
  return {sizeof(diolkos_capability), from.format.c_str(), from.precision.c_str(), from.device.c_str()};
}

template <class Text, class Structure, class Ask>
diolkos_status list(Answer<Text, Structure>& answer, Ask ask, const Structure** structures, std::int32_t* count,
                    diolkos_error* error) {
  const char* ignored = nullptr;
  if (const diolkos_status status = version(&ignored, error); status != DIOLKOS_OK) return status;
  return guarded(error, [&]() -> Status {
    std::call_once(answer.once, [&] {
      answer.texts = ask();
      if (!answer.texts) return;
      for (const Text& text : *answer.texts) answer.structures.push_back(to_structure(text));
    });
    if (!answer.texts) return failure(answer.texts.error());
    *structures = answer.structures.data();
    *count = static_cast<std::int32_t>(answer.structures.size());
    return {};
  });
}

diolkos_status devices(const diolkos_device** structures, std::int32_t* count, diolkos_error* error) {
  static Answer<Device, diolkos_device> answer;
  return list(answer, [] { return the_runtime->devices(); }, structures, count, error);
}

diolkos_status capabilities(const diolkos_capability** structures, std::int32_t* count, diolkos_error* error) {
  static Answer<Capability, diolkos_capability> answer;
  return list(answer, [] { return the_runtime->capabilities(); }, structures, count, error);
}

double tolerance(const char* precision) { return the_runtime->tolerance(precision); }

Result<std::vector<diolkos_port>> to_structures(const std::vector<Port>& ports) {
  std::vector<diolkos_port> structures;
  for (const Port& from : ports) {
    if (from.dims.size() > DIOLKOS_MAX_RANK) return unsupported("'" + from.name + "': more than 8 dimensions");
    diolkos_port to{};
    to.struct_size = sizeof(to);
    to.name = from.name.c_str();
    to.dtype = from.dtype;
    to.layout = from.layout;
    to.rank = static_cast<std::int32_t>(from.dims.size());
    std::copy(from.dims.begin(), from.dims.end(), to.dims);
    to.bytes = bytes_of(from);
    to.scale = from.scale;
    to.zero_point = from.zero_point;
    structures.push_back(to);
  }
  return structures;
}

diolkos_status load(const diolkos_load_options* options, diolkos_model** model, diolkos_error* error) {
  const char* ignored = nullptr;
  if (const diolkos_status status = version(&ignored, error); status != DIOLKOS_OK) return status;
  return guarded(error, [&]() -> Status {
    auto result = std::make_unique<diolkos_model>();
    TRY_ASSIGN(result->model, the_runtime->load(*options));
    TRY_ASSIGN(result->inputs, to_structures(result->model->inputs));
    TRY_ASSIGN(result->outputs, to_structures(result->model->outputs));
    *model = result.release();
    return {};
  });
}

void unload(diolkos_model* model) {
  diolkos_error error;
  guarded(&error, [&]() -> Status {
    delete model;
    return {};
  });
}

diolkos_status ports(diolkos_model* model, const diolkos_port** inputs, std::int32_t* input_count,
                     const diolkos_port** outputs, std::int32_t* output_count, diolkos_error*) {
  *inputs = model->inputs.data();
  *input_count = static_cast<std::int32_t>(model->inputs.size());
  *outputs = model->outputs.data();
  *output_count = static_cast<std::int32_t>(model->outputs.size());
  return DIOLKOS_OK;
}

diolkos_status actual(diolkos_model* model, diolkos_actual* to, diolkos_error*) {
  const Actual& did = model->model->actual;
  to->precision = did.precision.c_str();
  to->device = did.device.c_str();
  to->threads = did.threads;
  to->fallback = did.fallback.empty() ? nullptr : did.fallback.c_str();
  if (to->struct_size >= sizeof(*to)) to->note = did.note.empty() ? nullptr : did.note.c_str();
  return DIOLKOS_OK;
}

diolkos_status infer(diolkos_model* model, const void* const* inputs, void* const* outputs, diolkos_error* error) {
  return guarded(error, [&] { return model->model->infer(inputs, outputs); });
}

diolkos_status submit(diolkos_model* model, const void* const* inputs, void* const* outputs, diolkos_error* error) {
  return guarded(error, [&] { return model->model->submit(inputs, outputs); });
}

diolkos_status synchronize(diolkos_model* model, diolkos_error* error) {
  return guarded(error, [&] { return model->model->synchronize(); });
}

diolkos_status device_time(diolkos_model* model, double* milliseconds, diolkos_error* error) {
  return guarded(error, [&]() -> Status {
    const std::optional<double> told = model->model->device_ms();
    if (!told) return unsupported("the device does not tell how long it took");
    *milliseconds = *told;
    return {};
  });
}

}  // namespace

std::size_t bytes_of(diolkos_dtype dtype) {
  switch (dtype) {
    case DIOLKOS_INT8:
    case DIOLKOS_UINT8: return 1;
    case DIOLKOS_FLOAT16:
    case DIOLKOS_BFLOAT16:
    case DIOLKOS_INT16: return 2;
    case DIOLKOS_INT64: return 8;
    default: return 4;
  }
}

std::size_t bytes_of(const Port& port) {
  std::size_t bytes = bytes_of(port.dtype);
  for (const std::int64_t dim : port.dims) bytes *= static_cast<std::size_t>(std::max<std::int64_t>(dim, 0));
  return bytes;
}

Status Model::submit(const void* const*, void* const*) { return unsupported("there is no submit"); }
Status Model::synchronize() { return {}; }

const diolkos_plugin& table_of(Runtime& runtime, const char* name, bool asynchronous) {
  the_runtime = &runtime;
  static const diolkos_plugin table{sizeof(diolkos_plugin), DIOLKOS_PLUGIN_ABI, name, DIOLKOS_VERSION,
                                    version, devices, capabilities, tolerance, load, unload, ports, actual, infer,
                                    asynchronous ? submit : nullptr, asynchronous ? synchronize : nullptr,
                                    device_time};
  return table;
}

}  // namespace diolkos::plugin
