// Kernels chosen by measurement: those that the estimate does not rule out are run on this machine, each shape once.
#pragma once

#include <vector>

#include "kernels/conv2d/method.h"

namespace diolkos::kernels::conv2d {

struct Measured {
  Method method;
  double milliseconds;  // the least of several runs, with weights out of the caches, as a network's are
};

class Tuning {
 public:
  // The least first: of the methods whose estimate is within twice the least, on spec.pool. One alone is not run: 0 ms.
  // Empty where memory is out. The reference lives until the next call.
  const std::vector<Measured>& measure(const Spec& spec);

 private:
  struct Entry {
    Shape shape;
    bool late_bias;
    std::vector<Measured> measured;
  };
  std::vector<Entry> entries_;
  AlignedFloats evictor_;
};

}  // namespace diolkos::kernels::conv2d
