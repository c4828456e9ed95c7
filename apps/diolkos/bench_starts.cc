#include "bench_starts.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <numeric>

#include <fmt/format.h>

#include "base/log.h"
#include "base/mapped_file.h"
#include "base/printable.h"
#include "bench_remote.h"
#include "measure/clock.h"
#include "targets/run_program.h"

namespace diolkos::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kStarts = 5;
constexpr int kStartsWhereTheyCost = 3;
// All five may cost two and a half times what is measured; where that is not enough there are three.
constexpr double kMostCost = 2.5;

class WorkFolder {
 public:
  WorkFolder() {
    std::error_code error;
    std::string pattern = (fs::temp_directory_path(error) / "diolkos-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~WorkFolder() {
    std::error_code error;
    if (!path_.empty()) fs::remove_all(path_, error);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  const fs::path& path() const { return path_; }  // empty where none could be made

 private:
  fs::path path_;
};

// Empty where it cannot be read.
std::string content_of(const fs::path& path) {
  const auto file = MappedFile::open(path);
  return file ? std::string((*file)->text()) : "";
}

std::vector<std::string> words_of(const StartsOptions& options, const measure::LatencyProtocol& share, int rounds,
                                  const fs::path& json) {
  std::vector<std::string> words{"/proc/self/exe"};
  words.insert(words.end(), options.command.begin(), options.command.end());
  words.insert(words.end(), {"--samples-only", "--starts", "1", "--iterations", fmt::format("{}", share.iterations),
                             "--duration", fmt::format("{}", share.duration_ms / 1000), "--rounds",
                             fmt::format("{}", rounds), "--json", json.string()});
  return words;
}

// A start, and how long it took for each millisecond of its samples.
struct Measured {
  std::vector<measure::RowStart> rows;
  double cost = 0;
};

Result<Measured> read_start(const fs::path& folder, const targets::ProgramRun& run) {
  const std::string document = content_of(folder / "start.json");
  if (document.empty())
    return io_failure(fmt::format("a start of its own measured nothing, exit status {}: {}", run.status,
                                  printable(content_of(folder / "start.log"), 400)));
  Measured start;
  TRY_ASSIGN(start.rows, measure::parse_starts("a start of its own", document));
  double sampled = 0;
  for (const measure::RowStart& row : start.rows)
    sampled += std::accumulate(row.samples_ms.begin(), row.samples_ms.end(), 0.0);
  start.cost = sampled > 0 ? (1000 * run.seconds - sampled) / sampled : 0;
  return start;
}

int take_rounds(int& left, int parts) {
  const int share = std::max(1, (left + parts - 1) / parts);
  left -= share;
  return share;
}

// How many starts at most: each has one sample at least.
int most_starts(const StartsOptions& options, const measure::LatencyProtocol& protocol) {
  const int wanted = options.count > 0 ? options.count : kStarts;
  return protocol.duration_ms > 0 ? wanted : std::min(wanted, protocol.iterations);
}

}  // namespace

void add_starts_options(CLI::App& command, StartsOptions& options) {
  command.add_option("--starts", options.count,
                     "Processes that the samples are divided among, one after the other [5; 3 where they take long to "
                     "start]")
      ->check(CLI::Range(1, measure::kMostStarts));
  command.add_flag("--samples-only", options.samples_only)->group("");
}

void take_command(const CLI::App& command, const std::string& model, StartsOptions& options) {
  options.command = {command.get_name(), model};
  const std::vector<std::string> given = given_options(
      command, {"model", "--json", "--history", "--remote", "--remote-binary", "--ssh", "--iterations", "--duration",
                "--rounds", "--starts", "--samples-only", "--require-stable", "--explain", "--streams", "--input"});
  options.command.insert(options.command.end(), given.begin(), given.end());
}

EarlierStarts run_earlier_starts(const StartsOptions& options, const measure::LatencyProtocol& protocol, int rounds,
                                 FunctionRef<void(int done, int starts)> progress) {
  EarlierStarts earlier;
  measure::LatencyProtocol left = protocol;
  int rounds_left = rounds;
  int starts = most_starts(options, protocol);
  const WorkFolder folder;
  for (int start = 0; start + 1 < starts; ++start) {
    const measure::LatencyProtocol share = measure::take_share(left, starts - start);
    const int turns = take_rounds(rounds_left, starts - start);
    const auto run = targets::run_program(words_of(options, share, turns, folder.path() / "start.json"),
                                          folder.path() / "start.log");
    if (!run) {
      log::note(fmt::format("all samples are of one start: {}", run.error().message));
      earlier = {};
      left = protocol;
      rounds_left = rounds;
      break;
    }
    auto measured = read_start(folder.path(), *run);
    if (!measured) {
      earlier.status = failure(measured.error());
      break;
    }
    if (start == 0) {
      // What it had to tell, the others would tell again.
      std::fputs(content_of(folder.path() / "start.log").c_str(), stderr);
      if (options.count == 0 && measured->cost > kMostCost) starts = std::min(starts, kStartsWhereTheyCost);
    }
    earlier.starts.push_back(std::move(measured->rows));
    earlier.rounds += turns;
    progress(start + 1, starts);
  }
  earlier.own = left;
  earlier.own_rounds = std::max(1, rounds_left);
  earlier.rounds += earlier.own_rounds - 1;
  return earlier;
}

Status join_starts(const EarlierStarts& earlier, std::size_t row, measure::BenchRecord& record) {
  std::vector<double> samples;
  record.starts.clear();
  for (const std::vector<measure::RowStart>& rows : earlier.starts) {
    if (row >= rows.size()) return invalid("a start of its own measured other rows");
    if (!rows[row].missing.empty()) return invalid("not in every start: " + rows[row].missing);
    samples.insert(samples.end(), rows[row].samples_ms.begin(), rows[row].samples_ms.end());
    record.starts.push_back(rows[row].start);
  }
  std::vector<double>& own = record.latency.samples_ms;
  record.starts.push_back({own.size(), record.load_ms, record.latency.first_ms});
  samples.insert(samples.end(), own.begin(), own.end());
  own = std::move(samples);
  return {};
}

}  // namespace diolkos::cli
