#include "cache/obtain.h"

#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/folder_entries.h"
#include "base/sha256.h"

namespace diolkos::cache {
namespace {

namespace fs = std::filesystem;

// Held while a file is read, tried or built; the system lets go of it when the process ends, however it does.
class Lock {
 public:
  static Result<Lock> take(const fs::path& path) {
    Lock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    while (lock.descriptor_ >= 0)
      if (::flock(lock.descriptor_, LOCK_EX) == 0) {
        return lock;
      } else if (errno != EINTR) {
        break;
      }
    return io_failure(fmt::format("{}: cannot be locked: {}", path.string(), std::strerror(errno)));
  }
  Lock(Lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Lock& operator=(Lock&&) = delete;
  ~Lock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

 private:
  explicit Lock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

Result<Lock> lock_for(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error)
    return io_failure(fmt::format("{}: cannot make the folder: {}", path.parent_path().string(), error.message()));
  return Lock::take(path.string() + ".lock");
}

// Why an engine that is not in the cache has to be built: what the most similar one there differs in.
std::string reason_for(const Recipe& recipe) {
  std::optional<std::pair<fs::path, Key>> nearest;
  const auto entries = folder_entries(recipe.folder);
  if (!entries) return "there was none";
  for (const fs::path& path : *entries) {
    if (path.extension() != ".engine" || !path.filename().string().starts_with(recipe.stem + "-")) continue;
    const auto head = read_engine_head(path);
    if (!head) continue;
    if (!nearest || count_differences(head->key, recipe.key) < count_differences(nearest->second, recipe.key))
      nearest = {path, head->key};
  }
  if (!nearest) return "there was none";
  return fmt::format("unlike {}: {}", nearest->first.filename().string(), differences(nearest->second, recipe.key));
}

Result<EngineFile> accepted(const Recipe& recipe, const fs::path& path) {
  TRY_ASSIGN(EngineFile file, read_engine(path));
  if (const std::string other = differences(file.key, recipe.key); !other.empty()) return invalid(other);
  TRY(recipe.accept(file));
  return file;
}

Result<Obtained> build(const Recipe& recipe, std::string reason, std::string note) {
  TRY_ASSIGN(Built built, recipe.build());
  EngineFile file{recipe.key, std::move(reason), std::move(built.remark), std::move(built.golden),
                  std::move(built.engine)};
  return Obtained{std::move(file), false, std::move(note)};
}

}  // namespace

fs::path path_of(const Recipe& recipe) {
  const std::string key = to_text(recipe.key);
  return recipe.folder /
         fmt::format("{}-{}.engine", recipe.stem, sha256_hex(std::as_bytes(std::span(key))).substr(0, 12));
}

Result<Obtained> obtain(const Recipe& recipe) {
  if (recipe.folder.empty()) return build(recipe, "nothing is kept", "");
  const fs::path path = path_of(recipe);
  const Result<Lock> lock = lock_for(path);
  if (!lock) return build(recipe, "nothing is kept", "the engine is not kept: " + lock.error().message);
  std::error_code error;
  std::string reason, note;
  if (fs::exists(path, error)) {
    Result<EngineFile> file = accepted(recipe, path);
    if (file) {
      fs::last_write_time(path, fs::file_time_type::clock::now(), error);  // used; whoever cleans up looks at this
      return Obtained{std::move(*file), true, ""};
    }
    reason = "the one that was there was of no use: " + file.error().message;
    note = fmt::format("{}: {}; the engine is built anew", path.string(), file.error().message);
  } else {
    reason = reason_for(recipe);
  }
  TRY_ASSIGN(Obtained obtained, build(recipe, reason, note));
  if (const Status written = write_engine(path, obtained.file); !written)
    obtained.note = fmt::format("{}: the engine is not kept: {}", path.string(), written.error().message);
  return obtained;
}

}  // namespace diolkos::cache
