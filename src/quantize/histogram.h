// How often values of a tensor fall where, over any number of samples: equal bins over [-reach, reach), which doubles
// (bins merged in pairs) when a value lies outside. The same values in the same order give the same histogram.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace diolkos::quantize {

class Histogram {
 public:
  static constexpr std::size_t kBins = 8192;  // a multiple of 4

  void add(std::span<const float> values);  // finite ones

  float low() const { return low_; }    // the smallest value seen; 0 where none was
  float high() const { return high_; }  // the largest
  bool empty() const { return total_ == 0; }
  std::uint64_t total() const { return total_; }
  const std::vector<std::uint64_t>& bins() const { return bins_; }
  double reach() const { return reach_; }
  double width() const { return 2 * reach_ / static_cast<double>(kBins); }
  double left(std::size_t bin) const { return -reach_ + static_cast<double>(bin) * width(); }
  double centre(std::size_t bin) const { return left(bin) + width() / 2; }

 private:
  void widen(float magnitude);

  std::vector<std::uint64_t> bins_;
  double reach_ = 0;
  float low_ = 0, high_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace diolkos::quantize
