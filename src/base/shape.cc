#include "base/shape.h"

#include <algorithm>

namespace diolkos {

Shape::Shape(std::initializer_list<std::int64_t> dims) {
  for (std::int64_t dim : dims) push_back(dim);
}

std::optional<Shape> Shape::from(std::span<const std::int64_t> dims) {
  Shape shape;
  for (std::int64_t dim : dims)
    if (dim < -1 || !shape.push_back(dim)) return std::nullopt;
  return shape;
}

bool Shape::closed() const {
  return std::all_of(begin(), end(), [](std::int64_t dim) { return dim >= 0; });
}

std::optional<std::int64_t> Shape::checked_elements() const {
  constexpr std::int64_t kLimit = std::int64_t{1} << 62;
  if (!closed()) return std::nullopt;
  if (std::find(begin(), end(), 0) != end()) return 0;
  std::int64_t product = 1;
  for (std::int64_t dim : *this) {
    if (dim > kLimit / product) return std::nullopt;
    product *= dim;
  }
  return product;
}

bool Shape::push_back(std::int64_t dim) {
  if (rank_ == kMaxRank) return false;
  dims_[static_cast<std::size_t>(rank_++)] = dim;
  return true;
}

bool Shape::operator==(const Shape& other) const {
  return std::equal(begin(), end(), other.begin(), other.end());
}

std::string to_string(const Shape& shape) {
  if (shape.rank() == 0) return "scalar";
  std::string text;
  for (std::int64_t dim : shape) {
    if (!text.empty()) text += 'x';
    text += dim < 0 ? "?" : std::to_string(dim);
  }
  return text;
}

}  // namespace diolkos
