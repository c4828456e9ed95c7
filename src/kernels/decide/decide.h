// What a pixel is, by the scores of its classes. Scores are x[c][i], classes `stride` floats apart, i from 0 to
// `count`.
//
//   largest     y[i] = the first c where x[c][i] is the largest; class 0 where x[0][i] is not a number
//   best_other  y[i] = max over c != k of x[c][i]; -inf where there is none, what is not a number left out
//   log_odds    y[i] = x[k][i] - m - ln SUM_{c != k} exp(x[c][i] - m),   m = max over c != k of x[c][i]:
//               the log-odds of class k under softmax, within log_odds_error(y) of what double gives. Not a number
//               where a score is none, or where m is infinite.
#pragma once

#include <cmath>
#include <cstdint>

#include "cpu/features.h"

namespace diolkos::kernels::decide {

struct Spec {
  int classes = 2;  // 1 to 256
  std::int64_t stride = 0;
  cpu::Isa isa = cpu::Isa::generic;
};

void run_largest(const Spec& spec, std::int64_t count, const float* x, std::uint8_t* y);
void run_best_other(const Spec& spec, int index, std::int64_t count, const float* x, float* y);
void run_log_odds(const Spec& spec, int index, std::int64_t count, const float* x, float* y);

// Of log_odds: 255 sums of float32 (1.5e-5), exp and ln within 2 units in the last place, and rounding of x[k] - m;
// with room to spare.
inline float log_odds_error(float y) { return 5e-5f + 1e-6f * std::fabs(y); }

// The formulas; log_odds in double.
void reference_largest(const Spec& spec, std::int64_t count, const float* x, std::uint8_t* y);
void reference_best_other(const Spec& spec, int index, std::int64_t count, const float* x, float* y);
void reference_log_odds(const Spec& spec, int index, std::int64_t count, const float* x, float* y);

}  // namespace diolkos::kernels::decide
