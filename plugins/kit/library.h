// A runtime's own shared library, found and opened.
#pragma once

#include <string>
#include <vector>

#include <dlfcn.h>

#include "base/result.h"

namespace diolkos::plugin {

struct LibraryName {
  std::string package;  // "onnxruntime": what `diolkos runtimes --install` calls it
  std::string folder;   // in the package: "onnxruntime/capi"
  std::string pattern;  // "libonnxruntime.so*"
  std::vector<std::string> system;  // names that the system's loader may know
};

class Library {
 public:
  Library() = default;
  // Looked for in each folder of $DIOLKOS_RUNTIME_PATH (the file itself, or a Python site-packages folder), in what
  // `diolkos runtimes --install` brought into the user's cache, and by the system's loader. It stays open.
  static Result<Library> open(const LibraryName& name);

  const std::string& path() const { return path_; }
  // False, and `function` null, where the library does not export the symbol.
  template <class Function>
  bool get(const char* symbol, Function& function) const {
    function = reinterpret_cast<Function>(::dlsym(handle_, symbol));
    return function != nullptr;
  }

 private:
  void* handle_ = nullptr;
  std::string path_;
};

// A library's functions, taken one after the other; the first that it lacks is told at the end.
class Symbols {
 public:
  explicit Symbols(const Library& library) : library_(library) {}

  template <class Function>
  void need(const std::string& symbol, Function& function) {
    if (!library_.get(symbol.c_str(), function) && missing_.empty()) missing_ = symbol;
  }
  // An error where one was missing; `otherwise` says what the library then is: "is no LiteRT 2".
  Status complete(const char* otherwise) const;

 private:
  const Library& library_;
  std::string missing_;
};

}  // namespace diolkos::plugin
