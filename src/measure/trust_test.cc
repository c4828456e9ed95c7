// Deliberately wrong set-ups: each must be caught.
#include "measure/trust.h"

#include <chrono>
#include <cmath>
#include <random>
#include <thread>

#include <gmock/gmock.h>

namespace diolkos::measure {
namespace {

using ::testing::HasSubstr;

std::vector<Tensor> output() {
  std::vector<Tensor> tensors;
  tensors.push_back(*Tensor::zeros(DType::float32, {1, 2, 4, 4}));
  return tensors;
}

void fill(Tensor& tensor, float value) {
  for (float& element : tensor.mutable_as<float>()) element = value;
}

TEST(Trust, ARuntimeThatDoesNotSynchroniseIsCaught) {
  std::vector<Tensor> outputs = output();
  std::jthread worker;
  const auto queue = [&]() -> Status {  // returns at once, works on behind our back
    worker = std::jthread([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      fill(outputs[0], 3);
    });
    return {};
  };
  const Status status = check_synchronized(queue, outputs, 60);
  worker.join();
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("changed after the run had returned"));
}

TEST(Trust, ARuntimeThatWritesNothingIsCaught) {
  std::vector<Tensor> outputs = output();
  const Status status = check_synchronized([]() -> Status { return {}; }, outputs, 1);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("wrote no output"));
}

TEST(Trust, OneThatWaitsPasses) {
  std::vector<Tensor> outputs = output();
  EXPECT_TRUE(check_synchronized(
      [&]() -> Status {
        fill(outputs[0], 2);
        return {};
      },
      outputs, 1));
  EXPECT_EQ(check_synchronized([]() -> Status { return io_failure("gone"); }, outputs, 1).error().message, "gone");
}

TEST(Trust, FasterThanTheMachineIsRefused) {
  // 1e9 multiply-adds at 100 GFLOP/s take 20 ms.
  EXPECT_TRUE(check_limit(20, 1'000'000'000, 100, shortcut_of("fp32", false, true)));
  EXPECT_FALSE(check_limit(17, 1'000'000'000, 100, shortcut_of("fp32", false, true)));
  EXPECT_TRUE(check_limit(5, 1'000'000'000, 100, shortcut_of("fp32", true, true)));
  EXPECT_FALSE(check_limit(0.01, 1'000'000'000, 100, shortcut_of("int8", true, false)));
  EXPECT_TRUE(check_limit(0.01, 1'000'000'000, 0, 1));  // a machine whose peak is not known
  EXPECT_THAT(check_limit(0.01, 1'000'000'000, 100, 1).error().message, HasSubstr("error of measurement"));
}

TEST(Trust, AnotherPrecisionThanTheOneNamedIsCaught) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<Tensor> exact = output(), halves = output();
  for (float& value : exact[0].mutable_as<float>()) value = normal(random);
  const auto from = exact[0].as<float>();
  for (std::size_t i = 0; i < from.size(); ++i)  // eight bits of mantissa, as bfloat16 has
    halves[0].mutable_as<float>()[i] = std::round(from[i] * 64) / 64;
  EXPECT_TRUE(check_precision("fp32", difference(exact, exact), 1e-4));
  EXPECT_FALSE(check_precision("fp32", difference(halves, exact), 1e-4));  // asked for floats, got halves
  EXPECT_TRUE(check_precision("bf16", difference(halves, exact), 5e-2));
  EXPECT_THAT(check_precision("int8", difference(exact, exact), 1).error().message, HasSubstr("floats were computed"));
  fill(halves[0], std::nanf(""));
  EXPECT_FALSE(check_precision("fp32", difference(halves, exact), 1e-4));
  EXPECT_FALSE(check_precision("fp32", difference({}, exact), 1e-4));
}

}  // namespace
}  // namespace diolkos::measure
