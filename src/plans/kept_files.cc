#include "plans/kept_files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/sha256.h"
#include "base/thread_pool.h"
#include "cache/engine_file.h"
#include "plans/file_stamp.h"
#include "plans/model_notes.h"
#include "plans/plan_key.h"
#include "runtime/plan_file.h"

namespace diolkos::plans {
namespace {

namespace fs = std::filesystem;

// A temporary name of base/output_file.h: ".NAME.XXXXXX.dplan".
bool is_unfinished(const fs::path& path) { return path.filename().string().starts_with("."); }

// Somebody may be writing it.
constexpr std::time_t kFresh = 600;
bool is_fresh(const struct stat& info) { return std::time(nullptr) - info.st_mtim.tv_sec < kFresh; }

std::string kind_of(const fs::path& path) {
  if (path.extension() == ".dplan") return "plan";
  if (path.extension() != ".engine") return "";
  return path.filename().string().starts_with("dla-") ? "dla" : "engine";
}

Status describe_plan(KeptFile& file) {
  TRY_ASSIGN(file.key, runtime::read_plan_key(file.path));
  TRY_ASSIGN(const std::string text, runtime::read_plan_notes(file.path));
  TRY_ASSIGN(const ModelNotes notes, parse_notes(text));
  file.reason = notes.reason;
  file.key.insert(file.key.begin(), {"name", notes.name});
  const runtime::PlanKey stored(file.key.begin() + 1, file.key.end());
  TRY(runtime::read_plan(file.path, stored, available_threads()));
  if (const std::string now = engine_version(); !stored.empty() && stored[0].second != now)
    return invalid(fmt::format("it was made by {}, this is {}", stored[0].second, now));
  for (const ModelFile& model : notes.files) {
    const auto stamp = stamp_of(model.path);
    if (!stamp) return invalid(fmt::format("its model '{}' is gone", model.path));
    if (*stamp == model.stamp) continue;
    TRY_ASSIGN(const std::string sha256, sha256_of_file(model.path));
    if (sha256 != model.sha256) return invalid(fmt::format("its model '{}' has changed", model.path));
  }
  return {};
}

Status describe_engine(KeptFile& file) {
  TRY_ASSIGN(cache::EngineFile engine, cache::read_engine(file.path));
  file.key = std::move(engine.key);
  file.reason = std::move(engine.reason);
  file.remark = std::move(engine.remark);
  return {};
}

KeptFile describe(const fs::path& path, const struct stat& info) {
  KeptFile file;
  file.path = path;
  file.bytes = static_cast<std::uintmax_t>(info.st_size);
  file.used = info.st_mtim.tv_sec;  // whoever loads it touches it; that it was read is no use: a list reads it
  if (is_unfinished(path)) {
    file.problem = "a program that was stopped left it unfinished";
    return file;
  }
  file.kind = kind_of(path);
  const Status found = file.kind == "plan" ? describe_plan(file) : describe_engine(file);
  if (!found) file.problem = found.error().message;
  return file;
}

}  // namespace

Result<std::vector<KeptFile>> kept_files(const fs::path& folder) {
  std::vector<KeptFile> files;
  std::error_code error;
  if (!fs::exists(folder, error)) return files;
  fs::recursive_directory_iterator at(folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const fs::path path = at->path();
    struct stat info {};
    if (kind_of(path).empty() || ::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    if (is_unfinished(path) && is_fresh(info)) continue;
    files.push_back(describe(path, info));
  }
  if (error) return io_failure(fmt::format("{}: cannot be read: {}", folder.string(), error.message()));
  std::ranges::sort(files, std::greater(), &KeptFile::used);
  return files;
}

Status remove(const KeptFile& file) {
  const std::string lock = file.path.string() + ".lock";
  const int descriptor = ::open(lock.c_str(), O_RDWR | O_CLOEXEC);
  const bool free = descriptor < 0 || ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
  std::error_code error;
  if (free) {
    fs::remove(file.path, error);
    if (descriptor >= 0) ::unlink(lock.c_str());
  }
  if (descriptor >= 0) ::close(descriptor);
  if (!free) return io_failure(fmt::format("{}: a program uses it just now", file.path.string()));
  if (error) return io_failure(fmt::format("{}: cannot be removed: {}", file.path.string(), error.message()));
  return {};
}

}  // namespace diolkos::plans
