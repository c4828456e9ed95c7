// Floats on a boundary of 64 bytes, or of a huge page where there are many: packed weights and arenas. Copies share
// the floats.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace diolkos::kernels {

class AlignedFloats {
 public:
  AlignedFloats() = default;
  explicit AlignedFloats(std::size_t count);  // zeros; data() is null where memory is out
  // Somebody else's, kept by `owner`, which points to the first: a plan file's. They may only be read.
  AlignedFloats(std::shared_ptr<const float> owner, std::size_t count)
      : data_(std::const_pointer_cast<float>(std::move(owner))), size_(count) {}

  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return size_ * sizeof(float); }

 private:
  std::shared_ptr<float> data_;
  std::size_t size_ = 0;
};

}  // namespace diolkos::kernels
