// Little-endian numbers read off the front of a file's bytes; nothing is read past the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace diolkos::formats::pytorch {

class ByteCursor {
 public:
  explicit ByteCursor(std::span<const std::byte> bytes, std::size_t position = 0) : bytes_(bytes), at_(position) {}

  std::size_t position() const { return at_; }
  std::size_t left() const { return bytes_.size() - at_; }

  template <class T>
  std::optional<T> take() {  // hosts are little-endian
    if (left() < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }

  bool skip(std::uint64_t count) {
    if (count > left()) return false;
    at_ += static_cast<std::size_t>(count);
    return true;
  }

  // Up to and without the next line feed, which is skipped; at most `limit` bytes.
  std::optional<std::string_view> take_line(std::size_t limit) {
    const std::string_view rest{reinterpret_cast<const char*>(bytes_.data()) + at_, left()};
    const std::size_t end = rest.substr(0, limit + 1).find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    at_ += end + 1;
    return rest.substr(0, end);
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t at_;
};

}  // namespace diolkos::formats::pytorch
