// A checkpoint's bytes, kept alive by whoever holds a tensor that is a view of them.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace diolkos::formats::pytorch {

struct CheckpointBytes {
  std::shared_ptr<const std::byte> data;
  std::size_t size = 0;

  std::span<const std::byte> span() const { return {data.get(), size}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data.get()), size}; }
};

}  // namespace diolkos::formats::pytorch
