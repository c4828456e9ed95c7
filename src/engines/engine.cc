#include "engines/engine.h"

#include <algorithm>
#include <cstddef>
#include <set>

#include <dlfcn.h>

#include <fmt/format.h>

#include "base/thread_pool.h"
#include "engines/contract.h"
#include "engines/model_bytes.h"
#include "engines/native_plugin.h"

namespace diolkos::engines {
namespace {

// What a request comes to with a runtime: the format to hand over, and the device.
struct Choice {
  std::string format;
  std::string device;
};

std::string ending_of(const std::filesystem::path& file) {
  const std::string extension = file.extension().string();
  return extension.empty() ? "" : extension.substr(1);
}

// Formats of `request` in the order to prefer them.
std::vector<std::string> formats_of(const LoadRequest& request) {
  std::vector<std::string> formats;
  if (!request.file.empty()) formats.push_back(ending_of(request.file));
  if (request.graph != nullptr) formats.insert(formats.end(), {"onnx", "tflite"});
  return formats;
}

std::string list_of(const std::vector<Capability>& capabilities) {
  std::set<std::string> pairs;
  for (const Capability& one : capabilities) pairs.insert(fmt::format("{} on {}", one.precision, one.device));
  return fmt::format("{}", fmt::join(pairs, ", "));
}

Result<Choice> choose(const Engine& engine, const LoadRequest& request) {
  TRY_ASSIGN(const std::vector<Capability> capabilities, engine.capabilities());
  std::set<std::string> formats;
  for (const std::string& format : formats_of(request))
    for (const Capability& one : capabilities) {
      if (one.precision != request.precision || (!request.device.empty() && one.device != request.device)) continue;
      if (one.format == format) return Choice{format, one.device};
      formats.insert(one.format);
    }
  if (!formats.empty())
    return unsupported(fmt::format("{}: cannot take {}; it takes: {}", engine.name(),
                                   request.file.empty() ? "this network" : request.file.string(),
                                   fmt::join(formats, ", ")));
  return unsupported(fmt::format("{} does not compute in {}{}; it does: {}", engine.name(), request.precision,
                                 request.device.empty() ? "" : " on " + request.device, list_of(capabilities)));
}

template <class T>
Result<std::span<const T>> query(const diolkos_plugin& plugin,
                                 diolkos_status (*ask)(const T**, std::int32_t*, diolkos_error*)) {
  diolkos_error error{};
  const T* list = nullptr;
  std::int32_t count = 0;
  if (const auto status = ask(&list, &count, &error); status != DIOLKOS_OK)
    return failure(error_of(plugin, status, error));
  return std::span<const T>(list, static_cast<std::size_t>(std::max(count, 0)));
}

bool is_complete(const diolkos_plugin& plugin) {
  return plugin.struct_size >= offsetof(diolkos_plugin, device_time) && plugin.name != nullptr &&
         plugin.version != nullptr && plugin.devices != nullptr && plugin.capabilities != nullptr &&
         plugin.tolerance != nullptr && plugin.load != nullptr && plugin.unload != nullptr && plugin.ports != nullptr &&
         plugin.actual != nullptr && plugin.infer != nullptr;
}

}  // namespace

Engine Engine::native() { return Engine(native_plugin()); }

Result<Engine> Engine::open(const std::filesystem::path& plugin) {
  void* library = ::dlopen(plugin.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return io_failure(fmt::format("{}: cannot be opened: {}", plugin.string(), ::dlerror()));
  const auto entry = reinterpret_cast<diolkos_plugin_entry_fn>(::dlsym(library, DIOLKOS_PLUGIN_ENTRY));
  if (entry == nullptr)
    return invalid(fmt::format("{}: is no plugin: it does not export {}", plugin.string(), DIOLKOS_PLUGIN_ENTRY));
  const diolkos_plugin* table = entry(DIOLKOS_PLUGIN_ABI);
  if (table == nullptr || table->abi != DIOLKOS_PLUGIN_ABI)
    return unsupported(fmt::format("{}: serves version {} of the plugin contract, this program has version {}; take "
                                   "both from one release",
                                   plugin.string(), table == nullptr ? "another" : std::to_string(table->abi),
                                   DIOLKOS_PLUGIN_ABI));
  if (!is_complete(*table))
    return invalid(fmt::format("{}: its table lacks functions of version {} of the plugin contract", plugin.string(),
                               DIOLKOS_PLUGIN_ABI));
  return Engine(*table);
}

std::string Engine::name() const { return plugin_->name; }
std::string Engine::build() const { return text_of(plugin_->build); }

Result<std::string> Engine::version() const {
  diolkos_error error{};
  const char* text = nullptr;
  if (const auto status = plugin_->version(&text, &error); status != DIOLKOS_OK)
    return failure(error_of(*plugin_, status, error));
  return text_of(text);
}

Result<std::vector<Device>> Engine::devices() const {
  TRY_ASSIGN(const auto list, query(*plugin_, plugin_->devices));
  std::vector<Device> devices;
  for (const diolkos_device& one : list) devices.push_back({text_of(one.id), text_of(one.description)});
  return devices;
}

Result<std::vector<Capability>> Engine::capabilities() const {
  TRY_ASSIGN(const auto list, query(*plugin_, plugin_->capabilities));
  std::vector<Capability> capabilities;
  for (const diolkos_capability& one : list)
    capabilities.push_back({text_of(one.format), text_of(one.precision), text_of(one.device)});
  return capabilities;
}

double Engine::tolerance(std::string_view precision) const {
  return plugin_->tolerance(std::string(precision).c_str());
}

Status Engine::offers(const LoadRequest& request) const {
  TRY(choose(*this, request));
  return {};
}

Result<Model> Engine::load(const LoadRequest& request) const {
  TRY_ASSIGN(const Choice choice, choose(*this, request));
  const bool by_file = !request.file.empty() && choice.format == ending_of(request.file);
  const int threads = request.threads == 0 ? available_threads() : request.threads;
  const std::string path = request.file.string();
  const std::string cache = request.cache_folder.string();
  std::vector<std::byte> bytes;
  if (!by_file) {
    TRY_ASSIGN(bytes, model_bytes(*request.graph, choice.format));
  }
  diolkos_load_options options{};
  options.struct_size = sizeof(options);
  options.format = choice.format.c_str();
  options.path = by_file ? path.c_str() : nullptr;
  options.bytes = by_file ? nullptr : bytes.data();
  options.size = bytes.size();
  options.precision = request.precision.c_str();
  options.device = choice.device.c_str();
  options.threads = threads;
  options.cache_folder = cache.empty() ? nullptr : cache.c_str();
  diolkos_error error{};
  diolkos_model* model = nullptr;
  if (const auto status = plugin_->load(&options, &model, &error); status != DIOLKOS_OK)
    return failure(error_of(*plugin_, status, error));
  return Model::take(*plugin_, model);
}

Result<Model> load_native(graph::Graph graph, const runtime::SessionOptions& options) {
  TRY_ASSIGN(diolkos_model * model, load_native_model(std::move(graph), options));
  return Model::take(native_plugin(), model);
}

Status check_as_asked(const LoadRequest& request, const Actual& actual) {
  const bool device_differs = !request.device.empty() && request.device != actual.device;
  if (request.precision == actual.precision && !device_differs && actual.fallback.empty()) return {};
  return unsupported(fmt::format("asked for {}{}, got {} on {}{}{}", request.precision,
                                 request.device.empty() ? "" : " on " + request.device, actual.precision, actual.device,
                                 actual.fallback.empty() ? "" : ": ", actual.fallback));
}

}  // namespace diolkos::engines
