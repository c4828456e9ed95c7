// Images and the masks that belong to them: IMAGES/name.jpg and MASKS/name.png.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace diolkos::evaluate {

struct Pair {
  std::string name;  // without folder and ending
  std::filesystem::path image, mask;
};

struct Dataset {
  std::string images, masks;       // the folders
  std::vector<Pair> pairs;         // in the order of the names' bytes
  std::int64_t without_mask = 0;   // images left out
  std::int64_t without_image = 0;  // masks left out
  std::string sha256;              // of the names of the pairs, one a line
};

// Errors: a folder that cannot be read, no pair at all, two images of one name.
Result<Dataset> open_dataset(const std::filesystem::path& images, const std::filesystem::path& masks);

// Part `index` of `of`, counted from 1: every of-th pair.
struct Shard {
  int index = 1;
  int of = 1;
  bool operator==(const Shard&) const = default;
};

Result<Shard> parse_shard(std::string_view text);  // "2/8"
std::vector<Pair> pairs_of(const Dataset& dataset, const Shard& shard);

}  // namespace diolkos::evaluate
