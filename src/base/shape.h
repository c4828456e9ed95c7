// Shapes: up to 8 dimensions, held in place. A dimension of -1 is open (not yet known).
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>

namespace diolkos {

class Shape {
 public:
  static constexpr int kMaxRank = 8;

  Shape() = default;
  Shape(std::initializer_list<std::int64_t> dims);      // at most kMaxRank
  static std::optional<Shape> from(std::span<const std::int64_t> dims);  // nullopt: rank too high, or a dim < -1

  int rank() const { return rank_; }
  std::int64_t operator[](int axis) const { return dims_[static_cast<std::size_t>(axis)]; }
  std::int64_t& operator[](int axis) { return dims_[static_cast<std::size_t>(axis)]; }
  std::span<const std::int64_t> dims() const { return {dims_.data(), static_cast<std::size_t>(rank_)}; }
  const std::int64_t* begin() const { return dims_.data(); }
  const std::int64_t* end() const { return dims_.data() + rank_; }

  bool closed() const;                                  // no open dimension
  // Product of the dimensions; 1 for a scalar. nullopt where it is open or does not fit in 62 bits.
  std::optional<std::int64_t> checked_elements() const;
  std::int64_t elements() const { return checked_elements().value_or(0); }

  bool push_back(std::int64_t dim);                     // false at kMaxRank
  bool operator==(const Shape& other) const;

 private:
  std::array<std::int64_t, kMaxRank> dims_{};
  int rank_ = 0;
};

std::string to_string(const Shape& shape);              // "1x3x288x288"; "scalar"; "?" for an open dimension

}  // namespace diolkos
