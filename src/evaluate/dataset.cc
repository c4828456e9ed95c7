#include "evaluate/dataset.h"

#include <charconv>
#include <map>
#include <span>

#include <fmt/format.h>

#include "base/folder_entries.h"
#include "base/sha256.h"
#include "video/encode_image.h"

namespace diolkos::evaluate {
namespace {

namespace fs = std::filesystem;

constexpr int kMostShards = 1'000'000;

template <class Wanted>
Result<std::map<std::string, fs::path>> files_of(const fs::path& folder, Wanted wanted) {
  TRY_ASSIGN(const auto entries, folder_entries(folder));
  std::map<std::string, fs::path> files;
  for (const fs::path& path : entries) {
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored) || path.filename().string().starts_with('.') || !wanted(path)) continue;
    const auto [known, fresh] = files.emplace(path.stem().string(), path);
    if (!fresh)
      return invalid(fmt::format("{}: {} and {} have one name; expected one file for each mask", folder.string(),
                                 known->second.filename().string(), path.filename().string()));
  }
  return files;
}

}  // namespace

Result<Dataset> open_dataset(const fs::path& images, const fs::path& masks) {
  TRY_ASSIGN(const auto pictures, files_of(images, video::is_image_ending));
  TRY_ASSIGN(const auto truths, files_of(masks, video::is_png));
  Dataset dataset{.images = images.string(), .masks = masks.string(), .pairs = {}, .sha256 = {}};
  std::string names;
  for (const auto& [name, image] : pictures) {
    const auto mask = truths.find(name);
    if (mask == truths.end()) {
      ++dataset.without_mask;
      continue;
    }
    dataset.pairs.push_back({name, image, mask->second});
    names += name + "\n";
  }
  if (dataset.pairs.empty())
    return invalid(fmt::format("{}: none of its {} images has a mask of its name among the {} PNG files of {}",
                               images.string(), pictures.size(), truths.size(), masks.string()));
  dataset.without_image = static_cast<std::int64_t>(truths.size() - dataset.pairs.size());
  dataset.sha256 = sha256_hex(std::as_bytes(std::span(names)));
  return dataset;
}

Result<Shard> parse_shard(std::string_view text) {
  Shard shard{0, 0};
  const char* const end = text.data() + text.size();
  const auto [slash, first] = std::from_chars(text.data(), end, shard.index);
  bool sound = first == std::errc() && slash != end && *slash == '/';
  if (sound) {
    const auto [rest, second] = std::from_chars(slash + 1, end, shard.of);
    sound = second == std::errc() && rest == end;
  }
  if (!sound || shard.of < 1 || shard.of > kMostShards || shard.index < 1 || shard.index > shard.of)
    return failure(ErrorCode::usage, fmt::format("--shard {}: expected I/N with 1 <= I <= N, as 1/4", text));
  return shard;
}

std::vector<Pair> pairs_of(const Dataset& dataset, const Shard& shard) {
  std::vector<Pair> pairs;
  for (std::size_t i = static_cast<std::size_t>(shard.index) - 1; i < dataset.pairs.size();
       i += static_cast<std::size_t>(shard.of))
    pairs.push_back(dataset.pairs[i]);
  return pairs;
}

}  // namespace diolkos::evaluate
