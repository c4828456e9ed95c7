// How far values are from reference values, summed over any number of samples.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/tensor.h"

namespace diolkos::compare {

class ErrorSums {
 public:
  void add(std::span<const float> reference, std::span<const float> value);  // as many

  std::uint64_t count() const { return count_; }
  double max_error() const { return max_error_; }
  double mean_error() const;  // of |value - reference|
  double share() const;       // mean |error| over mean |reference|; infinite where only that is 0
  double sqnr_db() const;     // 10 log10(sum reference² / sum error²); infinite without error
  double cosine() const;      // 1 where both are all zeros

 private:
  std::uint64_t count_ = 0;
  double reference_squares_ = 0, value_squares_ = 0, products_ = 0;
  double error_squares_ = 0, errors_ = 0, references_ = 0;
  double max_error_ = 0;
};

// Of scores 1xCxHxW (the highest channel) or integers (classes): how many pixels agree, and the masks' overlap.
class ClassAgreement {
 public:
  Status add(const Tensor& reference, const Tensor& value);

  std::uint64_t pixels() const { return pixels_; }
  double agreement() const;  // share of the pixels
  struct ClassOverlap {
    int index = 0;
    double iou = 0;
    std::uint64_t pixels = 0;  // of the reference
  };
  std::vector<ClassOverlap> classes() const;  // that are found in either
  double mean_iou() const;                    // over these; 1 where there are none

 private:
  struct Counts {
    std::uint64_t both = 0, reference = 0, value = 0;
  };
  std::uint64_t pixels_ = 0, same_ = 0;
  std::vector<Counts> counts_;
};

}  // namespace diolkos::compare
