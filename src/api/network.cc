#include <algorithm>
#include <filesystem>
#include <span>

#include <fmt/format.h>

#include "api/border.h"
#include "api/handle.h"
#include "plans/open_model.h"
#include "segmentation/model_settings.h"

namespace diolkos::api {
namespace {

Result<plans::OpenOptions> to_open_options(std::string_view model, const diolkos_network_options& given) {
  plans::OpenOptions options;
  options.float_ends = true;
  if (given.threads < 0 || given.threads > 1024)
    return invalid(fmt::format("threads: got {}, expected 1 to 1024, or 0 for all that there are", given.threads));
  if ((given.height == 0) != (given.width == 0) || given.height < 0 || given.width < 0)
    return invalid(fmt::format("height and width: got {} and {}, expected both or neither", given.height, given.width));
  if (given.height > 0) options.load.size = models::InputSize{given.height, given.width};
  options.session.threads = given.threads;
  options.session.winograd = given.exact == 0;
  const std::string precision = given.precision != nullptr ? given.precision : "fp32";
  if (precision == "bf16") options.session.precision = runtime::FloatPrecision::bf16;
  if (precision == "fp16") options.session.precision = runtime::FloatPrecision::fp16;
  if (precision != runtime::name_of(options.session.precision))
    return invalid(fmt::format("precision: got '{}', expected fp32, bf16 or fp16", precision));
  options.plan = engines::text_of(given.plan);
  std::error_code ignored;
  if (!options.plan.empty() && std::filesystem::is_directory(options.plan, ignored))
    options.plan = plans::plan_in_folder(options.plan, model, options);
  return options;
}

Result<std::unique_ptr<diolkos_network>> to_network(std::unique_ptr<runtime::Session> session) {
  auto network = std::make_unique<diolkos_network>();
  network->session = std::move(session);
  TRY_ASSIGN(network->inputs, engines::contract_ports_of(network->session->inputs()));
  TRY_ASSIGN(network->outputs, engines::contract_ports_of(network->session->outputs()));
  const auto outputs = network->session->outputs();
  const int channels = outputs.empty() ? 0 : segmentation::score_channels(outputs[0].dtype, outputs[0].shape);
  TRY_ASSIGN(network->classes, segmentation::class_names_of(network->session->metadata(), channels));
  for (int i = 0; i < network->classes.size(); ++i) network->class_names.push_back(network->classes.name(i));
  return network;
}

Status load(const char* model, const diolkos_network_options* given, diolkos_network** network) {
  if (model == nullptr || network == nullptr)
    return invalid("diolkos_network_load: model and network must not be NULL");
  *network = nullptr;
  TRY_ASSIGN(const auto known, known_options(given, "diolkos_network_options"));
  TRY_ASSIGN(const plans::OpenOptions options, to_open_options(model, known));
  TRY_ASSIGN(plans::OpenedModel opened, plans::open_model(model, options));
  TRY_ASSIGN(auto made, to_network(std::move(opened.session)));
  *network = made.release();
  return {};
}

Status share(const diolkos_network* network, int threads, diolkos_network** another) {
  if (network == nullptr || another == nullptr)
    return invalid("diolkos_network_share: network and another must not be NULL");
  *another = nullptr;
  const int most = network->session->threads();
  if (threads < 0 || threads > most)
    return invalid(
        fmt::format("threads: got {}, expected 1 to the {} of the network, or 0 for as many", threads, most));
  TRY_ASSIGN(auto session, network->session->share(threads == 0 ? most : threads));
  TRY_ASSIGN(auto made, to_network(std::move(session)));
  *another = made.release();
  return {};
}

Result<std::vector<Tensor>> tensors_over(std::span<const runtime::Port> ports, const void* const* buffers) {
  std::vector<Tensor> tensors;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (buffers == nullptr || buffers[i] == nullptr)
      return invalid(fmt::format("diolkos_network_run: there is no buffer for '{}'", ports[i].name));
    const std::shared_ptr<std::byte> borrowed(std::shared_ptr<void>(),
                                              static_cast<std::byte*>(const_cast<void*>(buffers[i])));
    tensors.push_back(Tensor::mutable_view(ports[i].dtype, ports[i].shape, borrowed));
  }
  return tensors;
}

Status run(diolkos_network* network, const void* const* inputs, void* const* outputs) {
  if (network == nullptr) return invalid("diolkos_network_run: network must not be NULL");
  TRY_ASSIGN(const std::vector<Tensor> in, tensors_over(network->session->inputs(), inputs));
  TRY_ASSIGN(std::vector<Tensor> out, tensors_over(network->session->outputs(), outputs));
  return network->session->run(in, out);
}

template <class Items>
auto* at(const Items& items, int32_t index) {
  return index >= 0 && static_cast<std::size_t>(index) < items.size() ? &items[static_cast<std::size_t>(index)]
                                                                      : nullptr;
}

}  // namespace
}  // namespace diolkos::api

namespace api = diolkos::api;

const char* diolkos_version() { return DIOLKOS_VERSION; }

diolkos_status diolkos_network_load(const char* model, const diolkos_network_options* options,
                                    diolkos_network** network, diolkos_error* error) {
  return api::guarded(error, [&] { return api::load(model, options, network); });
}

diolkos_status diolkos_network_share(const diolkos_network* network, int32_t threads, diolkos_network** another,
                                     diolkos_error* error) {
  return api::guarded(error, [&] { return api::share(network, threads, another); });
}

void diolkos_network_free(diolkos_network* network) { delete network; }

const diolkos_port* diolkos_network_input(const diolkos_network* network, int32_t index) {
  return network != nullptr ? api::at(network->inputs, index) : nullptr;
}

const diolkos_port* diolkos_network_output(const diolkos_network* network, int32_t index) {
  return network != nullptr ? api::at(network->outputs, index) : nullptr;
}

const char* diolkos_network_class(const diolkos_network* network, int32_t index) {
  const std::string* name = network != nullptr ? api::at(network->class_names, index) : nullptr;
  return name != nullptr ? name->c_str() : nullptr;
}

diolkos_status diolkos_network_run(diolkos_network* network, const void* const* inputs, void* const* outputs,
                                   diolkos_error* error) {
  return api::guarded(error, [&] { return api::run(network, inputs, outputs); });
}
