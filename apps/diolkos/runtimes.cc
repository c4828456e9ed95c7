// diolkos runtimes: what networks can be run by on this machine, and bringing what is not here.
#include <algorithm>
#include <array>
#include <future>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "command.h"
#include "engines/find.h"
#include "engines/probe.h"
#include "fetch/runtime_package.h"
#include "output.h"
#include "progress.h"

namespace diolkos::cli {
namespace {

constexpr const char* kFooter =
    "Each plugin is looked at in a process of its own: one that crashes or hangs costs its row.\n"
    "Plugins are searched in $DIOLKOS_PLUGIN_PATH and beside this program; their runtimes' libraries in\n"
    "$DIOLKOS_RUNTIME_PATH (a Python site-packages folder will do), in what --install brought, and by the system.\n"
    "\nExamples:\n"
    "  diolkos runtimes\n"
    "  diolkos runtimes --install onnxruntime,openvino,litert\n"
    "  diolkos bench model.onnx --runtime onnxruntime --threads 2\n"
    "  diolkos runtimes --json - --plugin ./libdiolkos_mine.so";

struct Options {
  std::vector<std::string> install;
  std::string index, architecture, output, plugin, json;
};

struct Row {
  std::string name, path;
  engines::Probe probe;
  std::string problem;  // why it cannot be used; empty where it can
};

// Runtimes that have no plugin here, and what would bring one.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kAdvice{{
    {"onnxruntime", "its plugin is not beside this program; install Diolkos whole or set DIOLKOS_PLUGIN_PATH"},
    {"openvino", "its plugin is not beside this program; install Diolkos whole or set DIOLKOS_PLUGIN_PATH"},
    {"litert", "its plugin is not beside this program; install Diolkos whole or set DIOLKOS_PLUGIN_PATH"},
    {"libtorch", "its plugin was not built: needs libtorch-dev (Debian) or a PyTorch named by -DDIOLKOS_TORCH"},
    {"opencv_dnn", "its plugin was not built: needs libopencv-dnn-dev (Debian)"},
}};

Result<Row> native_row() {
  const engines::Engine engine = engines::Engine::native();
  Row row{"native", "", {}, ""};
  row.probe.name = engine.name();
  TRY_ASSIGN(row.probe.version, engine.version());
  TRY_ASSIGN(row.probe.devices, engine.devices());
  TRY_ASSIGN(row.probe.capabilities, engine.capabilities());
  return row;
}

Row look_at(const engines::Plugin& plugin) {
  Row row{plugin.name, plugin.path.string(), {}, ""};
  const Result<engines::Probe> answer = engines::probe(plugin.path);
  if (!answer) {
    row.problem = answer.error().message;
    return row;
  }
  row.probe = *answer;
  row.problem = answer->absent;
  if (!answer->name.empty()) row.name = answer->name;
  return row;
}

Result<std::vector<Row>> look(const Options& options) {
  std::vector<engines::Plugin> plugins = engines::find_plugins();
  if (!options.plugin.empty())
    plugins.push_back({std::filesystem::path(options.plugin).stem().string(), options.plugin});
  std::vector<std::future<Row>> looking;
  for (const engines::Plugin& one : plugins) looking.push_back(std::async(std::launch::async, look_at, one));
  std::vector<Row> rows;
  TRY_ASSIGN(Row native, native_row());
  rows.push_back(std::move(native));
  for (auto& row : looking) rows.push_back(row.get());
  for (const auto& [name, advice] : kAdvice)
    if (std::ranges::find(rows, name, &Row::name) == rows.end())
      rows.push_back({std::string(name), "", {}, std::string(advice)});
  return rows;
}

// "fp32, fp16 (onnx)" of one device.
std::string precisions_on(const engines::Probe& probe, std::string_view device) {
  std::vector<std::string> precisions, formats;
  const auto add = [](std::vector<std::string>& list, const std::string& text) {
    if (std::ranges::find(list, text) == list.end()) list.push_back(text);
  };
  for (const engines::Capability& one : probe.capabilities) {
    if (one.device != device) continue;
    add(precisions, one.precision);
    add(formats, one.format);
  }
  return fmt::format("{} of {}", fmt::join(precisions, ", "), fmt::join(formats, ", "));
}

std::string to_text(const std::vector<Row>& rows) {
  std::string text = fmt::format("{:<12} {:<10} {}\n", "runtime", "version", "devices and precisions");
  for (const Row& row : rows) {
    if (!row.problem.empty()) {
      text += fmt::format("{:<12} {:<10} {}\n", row.name, "-", row.problem);
      continue;
    }
    const std::string version = row.probe.version.substr(0, row.probe.version.find('-'));
    std::string start = fmt::format("{:<12} {:<10} ", row.name, version);
    for (const engines::Device& device : row.probe.devices) {
      text += fmt::format("{}{}: {} ({})\n", start, device.id, precisions_on(row.probe, device.id), device.description);
      start = std::string(24, ' ');
    }
  }
  return text;
}

std::string to_json(const std::vector<Row>& rows) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    nlohmann::ordered_json devices = nlohmann::ordered_json::array();
    for (const engines::Device& one : row.probe.devices)
      devices.push_back({{"id", one.id}, {"description", one.description}});
    nlohmann::ordered_json capabilities = nlohmann::ordered_json::array();
    for (const engines::Capability& one : row.probe.capabilities)
      capabilities.push_back({{"format", one.format}, {"precision", one.precision}, {"device", one.device}});
    list.push_back({{"runtime", row.name},
                    {"present", row.problem.empty()},
                    {"version", row.probe.version},
                    {"problem", row.problem},
                    {"plugin", row.path},
                    {"devices", devices},
                    {"capabilities", capabilities}});
  }
  return nlohmann::ordered_json{{"schema", "diolkos.runtimes/1"}, {"runtimes", list}}.dump(
             2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<ExitStatus> install(const Options& options) {
  for (const std::string& name : options.install) {
    ProgressBar bar(name);
    fetch::InstallOptions install_options;
    install_options.folder = options.output;
    install_options.index = options.index;
    install_options.architecture = options.architecture;
    install_options.progress = [&](std::uint64_t done, std::uint64_t total) {
      bar.update(static_cast<std::int64_t>(done >> 20), static_cast<std::int64_t>(total >> 20), "MiB");
    };
    TRY_ASSIGN(const auto folder, fetch::install_runtime(name, install_options));
    print(folder.string() + "\n");
  }
  return kOk;
}

Result<ExitStatus> run(const Options& options) {
  if (!options.install.empty()) return install(options);
  TRY_ASSIGN(const std::vector<Row> rows, look(options));
  if (!options.json.empty()) TRY(write_document(options.json, to_json(rows)));
  if (options.json != "-") print(to_text(rows));
  return kOk;
}

}  // namespace

Command runtimes_command(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* app = program.add_subcommand("runtimes", "What can run a network on this machine");
  app->footer(kFooter);
  app->add_option("--install", options->install, "Bring runtimes' libraries from PyPI: onnxruntime, openvino, litert")
      ->delimiter(',');
  app->add_option("--index", options->index, "Package index [$PIP_INDEX_URL, else https://pypi.org/simple]");
  app->add_option("--architecture", options->architecture, "To install for: x86_64 or aarch64 [this machine's]");
  app->add_option("-o,--output", options->output, "Folder to install into [the user's cache]");
  app->add_option("--plugin", options->plugin, "Look at this plugin's file too");
  app->add_option("--json", options->json, "Write the table as JSON; - for standard output");
  return {app, [options] { return run(*options); }};
}

}  // namespace diolkos::cli
