#include "runtime/session.h"

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <new>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/infer.h"
#include "graph/text.h"
#include "reference/evaluate.h"
#include "runtime/random_network.h"

namespace {
std::atomic<std::int64_t> allocations{0};
}

#pragma GCC diagnostic ignored "-Wmismatched-new-delete"  // malloc and free are the pair of these two
// Counted, so that a run can be shown to allocate nothing.
void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace diolkos::runtime {
namespace {

using testing::HasSubstr;

std::vector<cpu::Isa> isas_here() {
  std::vector<cpu::Isa> isas;
  for (cpu::Isa isa : {cpu::Isa::generic, cpu::Isa::avx2, cpu::Isa::avx512})
    if (cpu::supports(isa)) isas.push_back(isa);
  return isas;
}

SessionOptions threads(int count) {
  SessionOptions options;
  options.threads = count;
  return options;
}

// What one run on `inputs` took, step by step.
std::vector<StepProfile> profile_of(Session& session, const std::vector<Tensor>& inputs) {
  auto outputs = session.make_outputs().value();
  auto profile = session.profile(inputs, outputs);
  EXPECT_TRUE(profile) << profile.error().message;
  return profile ? *std::move(profile) : std::vector<StepProfile>{};
}

graph::Graph parse(std::string_view text) {
  auto graph = graph::parse_text(text);
  EXPECT_TRUE(graph.has_value()) << (graph ? "" : graph.error().message);
  return graph ? *graph : graph::Graph();
}

double largest_difference(const Tensor& expected, const Tensor& got) {
  const auto a = expected.as<float>();
  const auto b = got.as<float>();
  if (expected.shape() != got.shape() || b.size() != a.size()) return INFINITY;
  double largest = 1e-3;
  double difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(a[i])));
    const double apart = std::abs(static_cast<double>(a[i]) - b[i]);
    difference = std::isnan(apart) ? INFINITY : std::max(difference, apart);
  }
  return difference / largest;
}

void expect_agreement(Session& session, std::span<const Tensor> inputs, const std::vector<Tensor>& expected) {
  auto outputs = session.make_outputs().value();
  for (int run = 0; run < 2; ++run) {
    const Status status = session.run(inputs, outputs);
    ASSERT_TRUE(status.has_value()) << status.error().message;
    for (std::size_t i = 0; i < expected.size(); ++i)
      ASSERT_LE(largest_difference(expected[i], outputs[i]), 2e-5) << "output " << i;
  }
}

TEST(Session, RandomNetworksAgreeWithTheReferenceOnEveryIsa) {
  for (unsigned seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomNetwork random(seed);
    const graph::Graph graph = random.make(static_cast<int>(1 + seed % 9));
    const std::vector<Tensor> inputs{random.random_tensor(graph.value(graph.inputs()[0]).type.shape)};
    const auto expected = reference::run(graph, inputs);
    ASSERT_TRUE(expected.has_value()) << expected.error().message;
    for (cpu::Isa isa : isas_here()) {
      SCOPED_TRACE(cpu::name_of(isa));
      SessionOptions options;
      options.threads = static_cast<int>(1 + seed % 3);
      options.isa = isa;
      options.winograd = seed % 2 == 0;
      auto session = Session::create(graph, options);
      ASSERT_TRUE(session.has_value()) << session.error().message;
      expect_agreement(**session, inputs, *expected);
      if (HasFatalFailure()) {
        ADD_FAILURE() << graph::to_text(graph, {.elide_constants = true});
        return;
      }
    }
  }
}

constexpr std::string_view kNetwork = R"(graph "net" {
  input %x: float32[1,3,32,32]
  const %w1: float32[32,3,7,7] = seeded(1)
  const %w2: float32[32,32,3,3] = seeded(2)
  const %w3: float32[21,32,1,1] = seeded(3)
  const %dw: float32[32,1,3,3] = seeded(4)
  const %sizes: int64[4] = [1,21,32,32]
  %a = Conv(%x, %w1) {strides=[2,2], pads=[3,3,3,3]}
  %b = Relu(%a)
  %p = MaxPool(%b) {kernel_shape=[3,3], strides=[2,2], pads=[1,1,1,1]}
  %c = Conv(%p, %w2) {pads=[2,2,2,2], dilations=[2,2]}
  %d = Add(%c, %p)
  %e = Relu(%d)
  %f = Conv(%e, %dw) {pads=[1,1,1,1], group=32}
  %g = HardSwish(%f)
  %m = GlobalAveragePool(%g)
  %s = HardSigmoid(%m)
  %h = Mul(%g, %s)
  %i = Conv(%h, %w3)
  %y: float32[1,21,32,32] = Resize(%i, _, _, %sizes) {mode="linear", coordinate_transformation_mode="half_pixel"}
  output %y
})";

TEST(Session, ARunAllocatesNothing) {
  auto session = Session::create(parse(kNetwork), threads(2));
  ASSERT_TRUE(session.has_value()) << session.error().message;
  const std::vector<Tensor> inputs{Tensor::zeros(DType::float32, {1, 3, 32, 32}).value()};
  auto outputs = (*session)->make_outputs().value();
  ASSERT_TRUE((*session)->run(inputs, outputs).has_value());
  const std::int64_t before = allocations.load();
  for (int run = 0; run < 3; ++run) ASSERT_TRUE((*session)->run(inputs, outputs).has_value());
  EXPECT_EQ(allocations.load(), before);
}

TEST(Session, EveryStepOfASegmentationNetworkHasAKernel) {
  auto session = Session::create(parse(kNetwork), threads(2));
  ASSERT_TRUE(session.has_value()) << session.error().message;
  const std::vector<Tensor> inputs{Tensor::zeros(DType::float32, {1, 3, 32, 32}).value()};
  std::int64_t multiply_adds = 0;
  for (const StepProfile& step : profile_of(**session, inputs)) {
    EXPECT_THAT(step.kernel, testing::Not(HasSubstr("reference")));
    EXPECT_FALSE(step.name.empty());
    multiply_adds += step.multiply_adds;
  }
  EXPECT_EQ(multiply_adds, 16 * 16 * 32 * 147 + 8 * 8 * 32 * (32 * 9 + 9) + 8 * 8 * 21 * 32);
  EXPECT_GT((*session)->weight_bytes(), 32u * 32 * 9 * 4);
  EXPECT_GT((*session)->activation_bytes(), 16u * 16 * 32 * 4);
}

TEST(Session, TwoSessionsRunInTwoThreads) {
  RandomNetwork random(5);
  const graph::Graph graph = parse(kNetwork);
  const std::vector<Tensor> inputs{random.random_tensor({1, 3, 32, 32})};
  const auto expected = reference::run(graph, inputs).value();
  std::atomic<int> wrong{0};
  const auto work = [&] {
    auto session = Session::create(graph, threads(2)).value();
    auto outputs = session->make_outputs().value();
    for (int i = 0; i < 20; ++i)
      if (!session->run(inputs, outputs) || largest_difference(expected[0], outputs[0]) > 1e-5) ++wrong;
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(wrong.load(), 0);
}

TEST(Session, OutputsThatAreInputsConstantsOrTwice) {
  const graph::Graph graph = parse(R"(graph "odd" {
    input %x: float32[1,2,3]
    const %c: float32[2] = [5, 6]
    %y = Tanh(%x)
    %z = Identity(%y)
    output %x
    output %c
    output %y
    output %y
    output %z
  })");
  auto session = Session::create(graph);
  ASSERT_TRUE(session.has_value()) << session.error().message;
  const std::vector<Tensor> inputs{Tensor::of<float>({1, 2, 3}, {1, 2, 3, 4, 5, 6})};
  const auto expected = reference::run(graph, inputs).value();
  ASSERT_EQ((*session)->outputs().size(), 5u);
  expect_agreement(**session, inputs, expected);
}

TEST(Session, IntegersAndOtherTypesGoThroughTheReference) {
  const graph::Graph graph = parse(R"(graph "ints" {
    input %x: float32[1,3,4,5]
    input %i: int64[3]
    %a = ArgMax(%x) {axis=1}
    %b = Add(%i, %i)
    output %a
    output %b
  })");
  auto session = Session::create(graph);
  ASSERT_TRUE(session.has_value()) << session.error().message;
  RandomNetwork random(1);
  const std::vector<Tensor> inputs{random.random_tensor({1, 3, 4, 5}), Tensor::of<std::int64_t>({3}, {1, -2, 3})};
  const auto expected = reference::run(graph, inputs).value();
  auto outputs = (*session)->make_outputs().value();
  ASSERT_TRUE((*session)->run(inputs, outputs).has_value());
  EXPECT_TRUE(std::ranges::equal(expected[0].as<std::int64_t>(), outputs[0].as<std::int64_t>()));
  EXPECT_TRUE(std::ranges::equal(expected[1].as<std::int64_t>(), outputs[1].as<std::int64_t>()));
}

TEST(Session, ScoresAlongAnyAxisOnEveryIsa) {
  for (const char* attributes : {"axis=1", "axis=-3, keepdims=0", "axis=3", "axis=0", "axis=1, select_last_index=1"})
    for (const char* op : {"ArgMax", "ArgMin"})
      for (cpu::Isa isa : isas_here()) {
        SCOPED_TRACE(std::string(op) + " " + attributes + " " + std::string(cpu::name_of(isa)));
        const graph::Graph graph = parse(std::string(R"(graph "end" {
          input %x: float32[2,21,9,7]
          %s = Softmax(%x) {axis=1}
          %l = LogSoftmax(%x)
          %y = )") + op + "(%x) {" + attributes + "}\n output %s\n output %l\n output %y\n }");
        SessionOptions options = threads(2);
        options.isa = isa;
        auto session = Session::create(graph, options);
        ASSERT_TRUE(session.has_value()) << session.error().message;
        RandomNetwork random(3);
        const std::vector<Tensor> inputs{random.random_tensor({2, 21, 9, 7})};
        const auto expected = reference::run(graph, inputs).value();
        auto outputs = (*session)->make_outputs().value();
        ASSERT_TRUE((*session)->run(inputs, outputs).has_value());
        EXPECT_LE(largest_difference(expected[0], outputs[0]), 1e-6);
        EXPECT_LE(largest_difference(expected[1], outputs[1]), 1e-6);
        EXPECT_TRUE(std::ranges::equal(expected[2].as<std::int64_t>(), outputs[2].as<std::int64_t>()));
      }
}

TEST(Session, WrongTensorsAreNamed) {
  auto session = Session::create(parse(kNetwork)).value();
  auto outputs = session->make_outputs().value();
  const auto message = [&](std::vector<Tensor> inputs) {
    const Status status = session->run(inputs, outputs);
    return status ? std::string() : status.error().message;
  };
  EXPECT_THAT(message({}), HasSubstr("got 0 input tensors, expected 1"));
  EXPECT_THAT(message({Tensor::zeros(DType::float32, {1, 3, 31, 32}).value()}),
              HasSubstr("input 'x': got float32 1x3x31x32, expected float32 1x3x32x32"));
  EXPECT_THAT(message({Tensor::zeros(DType::int8, {1, 3, 32, 32}).value()}), HasSubstr("got int8"));
  outputs[0] = Tensor();
  EXPECT_THAT(message({Tensor::zeros(DType::float32, {1, 3, 32, 32}).value()}), HasSubstr("output 'y'"));
}

TEST(Session, WhatCannotBePlannedIsSaid) {
  graph::Graph open;
  const graph::ValueId x = open.add_input("x", {DType::float32, Shape{1, 3, -1, 8}, {}});
  open.add_output(open.add(graph::Op::Relu, "r", {x}));
  const auto session = Session::create(open);
  ASSERT_FALSE(session.has_value());
  EXPECT_THAT(session.error().message, HasSubstr("x"));
  EXPECT_FALSE(Session::create(parse(kNetwork), threads(-1)).has_value());
  for (cpu::Isa isa : {cpu::Isa::avx2, cpu::Isa::avx512}) {
    SessionOptions options = threads(1);
    options.isa = isa;
    EXPECT_EQ(Session::create(parse(kNetwork), options).has_value(), cpu::supports(isa));
  }
}

TEST(Session, ThreadsOnCpusOfTheirOwnComputeTheSame) {
  SessionOptions options;
  options.threads = 2;
  options.cpus = {0};
  const auto refused = Session::create(parse(kNetwork), options);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("2 threads on 1 CPUs, expected as many"));
  RandomNetwork random(3);
  const graph::Graph graph = random.make(6);
  const std::vector<Tensor> inputs{random.random_tensor(graph.value(graph.inputs()[0]).type.shape)};
  const auto expected = reference::run(graph, inputs);
  ASSERT_TRUE(expected);
  options.cpus = {0, 0};
  auto session = Session::create(graph, options);
  ASSERT_TRUE(session) << session.error().message;
  expect_agreement(**session, inputs, *expected);
}

// The expansion that is read once is computed with its reader; the one that is an output too, or read twice, is not.
constexpr std::string_view kExpansions = R"(graph "net" {
  input %x: float32[1,24,66,65]
  const %w1: float32[260,24,1,1] = seeded(1)
  const %w2: float32[260,1,3,3] = seeded(2)
  const %b2: float32[260] = seeded(3)
  const %w3: float32[24,260,1,1] = seeded(4)
  %a = Conv(%x, %w1)
  %b = Relu(%a)
  %c = Conv(%b, %w2, %b2) {pads=[2,2,2,2], dilations=[2,2], group=260}
  %d = HardSwish(%c)
  %e = Conv(%d, %w3)
  %f = Add(%e, %x)
  %g = Conv(%f, %w1)
  %h = Conv(%g, %w2, %b2) {strides=[2,2], pads=[1,1,1,1], group=260}
  %i = Conv(%f, %w1)
  %j = Conv(%i, %w2, %b2) {pads=[1,1,1,1], group=260}
  output %h
  output %i
  output %j
})";

TEST(Session, ExpansionsAreComputedWithTheDepthwiseConvolutionThatReadsThem) {
  const graph::Graph graph = parse(kExpansions);
  RandomNetwork random(7);
  const std::vector<Tensor> inputs{random.random_tensor({1, 24, 66, 65})};
  const auto expected = reference::run(graph, inputs);
  ASSERT_TRUE(expected) << expected.error().message;
  auto session = Session::create(graph, threads(2));
  ASSERT_TRUE(session) << session.error().message;
  expect_agreement(**session, inputs, *expected);
  int together = 0;
  std::int64_t multiply_adds = 0;
  for (const StepProfile& step : profile_of(**session, inputs)) {
    together += step.kernel.find(" + depthwise") != std::string::npos;
    multiply_adds += step.multiply_adds;
  }
  EXPECT_EQ(together, 2);
  EXPECT_EQ(multiply_adds, 66 * 65 * 260 * (4 * 24 + 2 * 9) + 33 * 33 * 260 * 9);
}

TEST(Session, ABiasMayBeComputed) {
  const graph::Graph graph = parse(R"(graph "net" {
  input %x: float32[1,20,9,7]
  const %w1: float32[32,20,1,1] = seeded(1)
  const %w2: float32[48,52,1,1] = seeded(2)
  const %b2: float32[48] = seeded(3)
  const %sizes: int64[4] = [1,32,9,7]
  %p = GlobalAveragePool(%x)
  %v = Conv(%p, %w1)
  %r = Resize(%v, _, _, %sizes) {mode="linear"}
  %c = Concat(%r, %x) {axis=1}
  %d = Conv(%c, %w2, %b2)
  %y = Relu(%d)
  output %y
})");
  RandomNetwork random(8);
  const std::vector<Tensor> inputs{random.random_tensor({1, 20, 9, 7})};
  const auto expected = reference::run(graph, inputs);
  ASSERT_TRUE(expected) << expected.error().message;
  for (const cpu::Isa isa : isas_here()) {
    SessionOptions options = threads(2);
    options.isa = isa;
    auto session = Session::create(graph, options);
    ASSERT_TRUE(session) << session.error().message;
    expect_agreement(**session, inputs, *expected);
    for (const StepProfile& step : profile_of(**session, inputs)) {
      EXPECT_THAT(step.kernel, testing::Not(HasSubstr("reference")));
      EXPECT_THAT(step.kernel, testing::Not(HasSubstr("concat")));
    }
  }
}

TEST(Session, AKernelIsChosenThatTakesAComputedBias) {
  const graph::Graph graph = parse(R"(graph "net" {
  input %x: float32[1,64,24,24]
  input %b: float32[64]
  const %w: float32[64,64,3,3] = seeded(1)
  const %d: float32[64,1,3,3] = seeded(2)
  %v = Conv(%x, %w, %b) {pads=[1,1,1,1]}
  %plain = Conv(%x, %w) {pads=[1,1,1,1]}
  %each = Conv(%x, %d, %b) {pads=[1,1,1,1], group=64}
  output %v
  output %plain
  output %each
})");
  RandomNetwork random(9);
  const std::vector<Tensor> inputs{random.random_tensor({1, 64, 24, 24}), random.random_tensor({64})};
  const auto expected = reference::run(graph, inputs);
  ASSERT_TRUE(expected) << expected.error().message;
  SessionOptions options = threads(1);
  options.isa = cpu::Isa::generic;  // that has no matrix unit, which might be faster than Winograd
  auto session = Session::create(graph, options);
  ASSERT_TRUE(session) << session.error().message;
  expect_agreement(**session, inputs, *expected);
  std::string kernels;
  for (const StepProfile& step : profile_of(**session, inputs))
    if (step.kernel.find("onv") != std::string::npos) kernels += step.kernel + "; ";
  EXPECT_THAT(kernels, testing::MatchesRegex("conv2d direct .*; conv2d winograd .*; reference Conv; "));
}

}  // namespace
}  // namespace diolkos::runtime
