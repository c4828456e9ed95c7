// An engine from the cache, or built and kept there.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "base/result.h"
#include "cache/engine_file.h"

namespace diolkos::cache {

struct Built {
  std::vector<std::byte> engine;
  GoldenRun golden;         // one run of it
  std::string remark = {};  // kept with it
};

struct Recipe {
  std::filesystem::path folder;  // made where it is missing; empty: nothing is kept
  std::string stem;              // how the file's name begins
  Key key;
  // Compiles, as long as it takes, and runs the result once.
  std::function<Result<Built>()> build;
  // Loads a kept engine and repeats its run: an error says why it is of no use.
  std::function<Status(const EngineFile&)> accept;
};

struct Obtained {
  EngineFile file;
  bool kept = false;  // accept() took it; otherwise it was just built
  std::string note;   // worth telling: why a file that was there was not used, or why the new one is not kept
};

// Two processes that want the same engine: the second waits for the first and takes what it built. A build that is
// killed leaves nothing that loads. A file that is damaged, or that accept() refuses, is built anew.
Result<Obtained> obtain(const Recipe& recipe);

// Where the recipe's engine is kept: the stem and a hash of the key, ".engine".
std::filesystem::path path_of(const Recipe& recipe);

}  // namespace diolkos::cache
