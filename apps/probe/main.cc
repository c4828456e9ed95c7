// diolkos-probe PLUGIN: opens a plugin, asks it what it has, and writes the answers to descriptor 3, one a line, fields
// separated by tabs. A process of its own, because a plugin that is opened may crash or hang.
//
//   error MESSAGE | name TEXT, build TEXT, (version TEXT | absent MESSAGE), device ID DESCRIPTION ...,
//   capability FORMAT PRECISION DEVICE ..., end
#include <cstdio>
#include <initializer_list>
#include <string>

#include <dlfcn.h>
#include <unistd.h>

#include "diolkos/plugin.h"

namespace {

constexpr int kAnswers = 3;

void answer(std::initializer_list<const char*> fields) {
  std::string line;
  for (const char* field : fields) {
    if (!line.empty()) line += '\t';
    for (const char* letter = field != nullptr ? field : ""; *letter != '\0'; ++letter)
      line += *letter == '\t' || *letter == '\n' ? ' ' : *letter;
  }
  line += '\n';
  for (std::size_t done = 0; done < line.size();) {
    const ssize_t count = ::write(kAnswers, line.data() + done, line.size() - done);
    if (count <= 0) return;
    done += static_cast<std::size_t>(count);
  }
}

bool is_present(const diolkos_plugin& plugin) {
  diolkos_error error{};
  const char* version = "";
  if (plugin.version(&version, &error) == DIOLKOS_OK) {
    answer({"version", version});
    return true;
  }
  answer({"absent", error.message});
  return false;
}

void list(const diolkos_plugin& plugin) {
  diolkos_error error{};
  const diolkos_device* devices = nullptr;
  int32_t count = 0;
  if (plugin.devices(&devices, &count, &error) == DIOLKOS_OK)
    for (int32_t i = 0; i < count; ++i) answer({"device", devices[i].id, devices[i].description});
  const diolkos_capability* capabilities = nullptr;
  count = 0;
  if (plugin.capabilities(&capabilities, &count, &error) == DIOLKOS_OK)
    for (int32_t i = 0; i < count; ++i)
      answer({"capability", capabilities[i].format, capabilities[i].precision, capabilities[i].device});
}

int probe(const char* path) {
  void* library = ::dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    answer({"error", ("cannot be opened: " + std::string(::dlerror())).c_str()});
    return 1;
  }
  const auto entry = reinterpret_cast<diolkos_plugin_entry_fn>(::dlsym(library, DIOLKOS_PLUGIN_ENTRY));
  if (entry == nullptr) {
    answer({"error", "is no plugin: it does not export " DIOLKOS_PLUGIN_ENTRY});
    return 1;
  }
  const diolkos_plugin* plugin = entry(DIOLKOS_PLUGIN_ABI);
  if (plugin == nullptr || plugin->abi != DIOLKOS_PLUGIN_ABI) {
    const std::string theirs = plugin == nullptr ? "another one" : std::to_string(plugin->abi);
    answer({"error", ("serves version " + theirs + " of the plugin contract, this program has version " +
                      std::to_string(DIOLKOS_PLUGIN_ABI) + "; take both from one release").c_str()});
    return 1;
  }
  answer({"name", plugin->name});
  answer({"build", plugin->build});
  if (is_present(*plugin)) list(*plugin);
  answer({"end"});
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("diolkos-probe PLUGIN 3>ANSWERS: started by diolkos to look at a plugin\n", stderr);
    return 2;
  }
  // A runtime's threads may crash while the program ends; the answers are out by then.
  ::_exit(probe(argv[1]));
}
