#include "fetch/fetch.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/log.h"
#include "base/nearest_name.h"
#include "base/sha256.h"
#include "fetch/part_file.h"
#include "fetch/transfer.h"

namespace diolkos::fetch {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOrigin = "https://download.pytorch.org/models";
constexpr long kRangeNotSatisfiable = 416;
constexpr long kTooManyRequests = 429;

Result<std::string> url_of(const Weights& weights, const std::string& mirror) {
  std::string base = mirror.empty() ? std::string(kOrigin) : mirror;
  if (!base.starts_with("http://") && !base.starts_with("https://"))
    return failure(ErrorCode::usage,
                   fmt::format("mirror '{}': expected an address that begins with http:// or https://", mirror));
  while (base.ends_with('/')) base.pop_back();
  return fmt::format("{}/{}", base, weights.file);
}

std::string advice(const fs::path& target) {
  return fmt::format("check the network and https_proxy, name a mirror, or put the file at {} yourself",
                     target.string());
}

bool matches(const Weights& weights, std::string_view digest) { return digest.starts_with(weights.sha256); }

bool is_success(long status) { return status == 200 || status == 206; }

bool worth_another_try(const Answer& answer) {
  if (answer.refused || !answer.connected) return false;
  return answer.status == 0 || is_success(answer.status) || answer.status >= 500 || answer.status == kTooManyRequests;
}

Error gave_up(const std::string& url, const fs::path& target, const Answer& answer) {
  if (answer.status != 0 && !is_success(answer.status))
    return {ErrorCode::io, fmt::format("{}: the server answers {}; {}", url, answer.status, advice(target))};
  return {ErrorCode::io, fmt::format("{}: cannot be downloaded: {}; {}", url, answer.problem, advice(target))};
}

// Attempts until the part file is as long as the server says, or `attempts` of them in a row brought nothing new.
Status download(const Request& request, const fs::path& target, const Options& options, PartFile& part) {
  std::uint64_t most = part.size();
  int fruitless = 0;
  while (true) {
    TRY_ASSIGN(const Answer answer, transfer(request, part));
    if (answer.complete) return {};
    if (answer.status == kRangeNotSatisfiable && part.size() >= request.expected) return {};  // it was whole already
    if (answer.status == kRangeNotSatisfiable) {
      TRY(part.clear());
    } else if (!worth_another_try(answer)) {
      if (answer.refused) TRY(part.clear());
      return failure(gave_up(request.url, target, answer));
    }
    fruitless = part.size() > most ? 0 : fruitless + 1;
    most = std::max(most, part.size());
    if (fruitless >= options.attempts) return failure(gave_up(request.url, target, answer));
    log::note(fmt::format("{} broke off after {} bytes ({}); going on", request.url, part.size(), answer.problem));
    std::this_thread::sleep_for(options.retry_delay);
  }
}

// Downloads and checks. A digest that is wrong after a resumed download may be the old part's fault: once more, whole.
Status download_verified(const Weights& weights, const Request& request, const fs::path& target, const Options& options,
                         PartFile& part) {
  while (true) {
    const bool resumed = part.size() > 0;
    TRY(download(request, target, options, part));
    TRY_ASSIGN(const std::string digest, part.sha256());
    if (matches(weights, digest)) return {};
    const std::uint64_t size = part.size();
    TRY(part.clear());
    if (!resumed)
      return invalid(
          fmt::format("{}: got {} bytes of SHA-256 {}, expected {} of {}; they are removed: the download was "
                      "altered on its way, or the mirror holds another file",
                      request.url, size, digest, weights.bytes, weights.sha256));
    log::note(fmt::format("{}: what an earlier download left does not fit; downloading it whole", request.url));
  }
}

// Whether the cache has the file already, and whole.
Result<bool> is_cached(const Weights& weights, const fs::path& target) {
  std::error_code missing;
  if (!fs::exists(target, missing)) return false;
  TRY_ASSIGN(const std::string sha256, sha256_of_file(target));
  return matches(weights, sha256);
}

}  // namespace

Result<fs::path> fetch(std::string_view name, const Options& options) {
  std::vector<std::string_view> known;
  for (const Weights& weights : catalogue()) {
    if (weights.name == name) return fetch(weights, options);
    known.push_back(weights.name);
  }
  return failure(ErrorCode::usage, fmt::format("'{}': no official weights of that name{}; there are: {}", name,
                                               did_you_mean(name, known), fmt::join(known, ", ")));
}

Result<fs::path> fetch(const Weights& weights, const Options& options) {
  fs::path folder = options.folder;
  if (folder.empty()) {
    TRY_ASSIGN(folder, cache_folder());
  }
  TRY_ASSIGN(const std::string url, url_of(weights, options.mirror));
  const fs::path target = folder / weights.file;
  TRY_ASSIGN(const bool cached, is_cached(weights, target));
  if (cached) return target;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return io_failure(fmt::format("{}: cannot make this folder: {}", folder.string(), error.message()));
  TRY_ASSIGN(PartFile part, PartFile::open(target));
  TRY_ASSIGN(const bool cached_meanwhile, is_cached(weights, target));
  if (cached_meanwhile) return target;
  if (fs::exists(target, error))
    log::warning(fmt::format("{}: is damaged (its SHA-256 is wrong); downloading it again", target.string()));
  const Request request{url, options.connect_timeout, options.stall_timeout, weights.bytes, options.progress};
  TRY(download_verified(weights, request, target, options, part));
  TRY(part.commit());
  return target;
}

}  // namespace diolkos::fetch
