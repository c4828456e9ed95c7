// Floats on a boundary of 64 bytes, or of a huge page where there are many: packed weights and arenas.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace diolkos::kernels {

class AlignedFloats {
 public:
  AlignedFloats() = default;
  explicit AlignedFloats(std::size_t count);  // zeros; data() is null where memory is out

  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return size_ * sizeof(float); }

 private:
  struct Free {
    void operator()(float* p) const;
  };
  std::unique_ptr<float, Free> data_;
  std::size_t size_ = 0;
};

}  // namespace diolkos::kernels
