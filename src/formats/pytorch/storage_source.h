// Where the bytes of a checkpoint's storages come from: a zip entry each, or the tail of a legacy file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace diolkos::formats::pytorch {

struct StorageBytes {
  std::shared_ptr<const std::byte> data;
  std::uint64_t size = 0;
};

class StorageSource {
 public:
  virtual ~StorageSource() = default;
  // The storage that the pickle calls `key`: read once, shared by all who ask.
  virtual Result<StorageBytes> load(std::string_view key) = 0;
};

}  // namespace diolkos::formats::pytorch
