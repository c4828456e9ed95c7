// What a pickle is made of, as far as a state dict needs it. Values are small and refer to a heap that owns all
// objects: cycles and shared parts cost nothing and are freed without recursion.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace diolkos::formats::pytorch {

enum class Kind : std::uint8_t {
  none,
  boolean,  // `payload` 0 or 1
  integer,  // `payload`
  real,     // `payload`, the bits of a double
  text,     // `length` bytes at `payload` of the heap's source
  bytes,    // the same; integers over 64 bits too, little-endian
  list,     // an object, as are all that follow but the last two
  tuple,
  dict,     // items: key, value, key, value, in order of insertion
  storage,  // items: what torch.save wrote for it: 'storage', its type (a global), key, location, count, …
  tensor,   // items: what its rebuild function was called with
  global,   // `payload`: an index of known_globals()
  opaque,   // something harmless that a state dict does not need
};

struct Value {
  Kind kind = Kind::none;
  std::uint32_t length = 0;
  std::int64_t payload = 0;

  static Value integer(std::int64_t value) { return {Kind::integer, 0, value}; }
  static Value real(double value) { return {Kind::real, 0, std::bit_cast<std::int64_t>(value)}; }
  static Value boolean(bool value) { return {Kind::boolean, 0, value}; }
  static Value opaque() { return {Kind::opaque, 0, 0}; }

  bool is_object() const { return kind >= Kind::list && kind <= Kind::tensor; }
};

class Heap {
 public:
  static constexpr std::size_t kMaxObjects = std::size_t{1} << 21;
  static constexpr std::size_t kMaxItems = std::size_t{1} << 24;

  explicit Heap(std::span<const std::byte> source) : source_(source) {}  // borrowed

  std::span<const std::byte> source() const { return source_; }
  // `items` may be those of another object. Both fail over the limits above.
  Result<Value> make(Kind kind, std::span<const Value> items);
  Status append(Value object, std::span<const Value> items);

  // The value of a text key, the last one where there are several; none where there is none, or `dict` is no dict.
  Value member(Value dict, std::string_view key) const;
  std::span<const Value> storages() const { return storages_; }  // all there are, in order of making

  // Valid until something is appended to this object.
  std::span<const Value> items(Value object) const { return objects_[static_cast<std::size_t>(object.payload)]; }
  std::string_view text(Value value) const {  // of text and bytes
    return {reinterpret_cast<const char*>(source_.data()) + value.payload, value.length};
  }
  bool is_text(Value value, std::string_view expected) const {
    return value.kind == Kind::text && text(value) == expected;
  }

 private:
  Status count(std::size_t items);
  std::span<const std::byte> source_;
  std::vector<std::vector<Value>> objects_;
  std::vector<Value> storages_;
  std::size_t items_ = 0;
};

}  // namespace diolkos::formats::pytorch
