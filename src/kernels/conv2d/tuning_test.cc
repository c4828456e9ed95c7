#include "kernels/conv2d/tuning.h"

#include <algorithm>

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::conv2d {
namespace {

constexpr Axis kAxis{36, 36, 3, 1, 1, 1};

class TuningTest : public testing::Test {
 protected:
  TuningTest() {
    spec_.isa = isas_here().back();
    spec_.threads = pool_.threads();
    spec_.winograd = true;
    spec_.pool = &pool_;
    spec_.tuning = &tuning_;
  }

  std::vector<float> weights_ = Random(1).floats(64 * 64 * 9);
  ThreadPool pool_{2};
  Tuning tuning_;
  Spec spec_{{1, 64, 64, 1, kAxis, kAxis}, weights_, {}, {}};
};

TEST_F(TuningTest, MeasuresWhatTheEstimateDoesNotRuleOut) {
  const std::vector<Measured> measured = tuning_.measure(spec_);
  const std::vector<Estimate> estimates = estimate_methods(spec_);
  ASSERT_GE(measured.size(), 2u);
  EXPECT_TRUE(std::is_sorted(measured.begin(), measured.end(),
                             [](const Measured& a, const Measured& b) { return a.milliseconds < b.milliseconds; }));
  for (const Measured& one : measured) {
    EXPECT_GT(one.milliseconds, 0);
    const auto estimate = std::find_if(estimates.begin(), estimates.end(),
                                       [&](const Estimate& other) { return other.method == one.method; });
    ASSERT_NE(estimate, estimates.end());
    EXPECT_LE(estimate->cycles, 2 * estimates.front().cycles);
  }
}

TEST_F(TuningTest, AShapeIsMeasuredOnce) {
  const double first = tuning_.measure(spec_).front().milliseconds;
  EXPECT_EQ(tuning_.measure(spec_).front().milliseconds, first);
}

TEST_F(TuningTest, ThePlanTakesTheFastestAndAStoreKeepsIt) {
  PackedStore store;
  spec_.store = &store;
  const auto convolution = plan(spec_);
  ASSERT_NE(convolution, nullptr);
  const Method fastest = tuning_.measure(spec_).front().method;
  EXPECT_EQ(convolution->kernel(), make(spec_, fastest)->kernel());
  ASSERT_EQ(store.all_choices().size(), 1u);
  EXPECT_EQ(store.all_choices().front(), fastest);
}

TEST_F(TuningTest, OneCandidateIsNotRun) {
  spec_.winograd = false;
  const std::vector<Measured> measured = tuning_.measure(spec_);
  ASSERT_EQ(measured.size(), 1u);
  EXPECT_EQ(measured.front().method, kDirect);
  EXPECT_EQ(measured.front().milliseconds, 0);
}

TEST_F(TuningTest, CandidatesTellBothFigures) {
  int measured = 0;
  for (const Candidate& candidate : candidates(spec_)) measured += candidate.milliseconds.has_value();
  EXPECT_EQ(measured, static_cast<int>(tuning_.measure(spec_).size()));
}

}  // namespace
}  // namespace diolkos::kernels::conv2d
