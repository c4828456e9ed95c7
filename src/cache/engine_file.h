// A compiled engine on disk, with everything that it depends on and one run to hold it to.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace diolkos::cache {

// What must be the same for a file to be of use: part and value, in the order in which differences are told. Neither
// holds a line break.
using Key = std::vector<std::pair<std::string, std::string>>;

// The bytes that went into a run and came out of it: all inputs one after the other, all outputs likewise.
struct GoldenRun {
  std::vector<std::byte> input, output;
};

struct EngineFile {
  Key key;
  std::string reason;  // why it was built: "there was none", "tensorrt was 10.3.0, is 10.13.3"
  std::string remark;  // what the builder had to say of it, e.g. which layers fell back; may be empty
  GoldenRun golden;    // of the engine when it was built
  std::vector<std::byte> engine;
};

// The whole file or nothing appears at `path`; two processes may write it at once.
Status write_engine(const std::filesystem::path& path, const EngineFile& file);

// An error says why the file is of no use: missing, damaged (anywhere), of another format.
Result<EngineFile> read_engine(const std::filesystem::path& path);
// Key, reason and remark alone; damage behind them is not noticed.
Result<EngineFile> read_engine_head(const std::filesystem::path& path);

// "tensorrt was 10.3.0, is 10.13.3; driver was 12020, is 12060"; empty where the keys are the same.
std::string differences(const Key& was, const Key& is);
std::size_t count_differences(const Key& was, const Key& is);

std::string to_text(const Key& key);  // a line a part: "tensorrt: 10.3.0"

}  // namespace diolkos::cache
