#include "runtime/plan_file.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/checksum.h"
#include "graph/text.h"
#include "runtime/random_network.h"
#include "runtime/session.h"

namespace diolkos::runtime {
namespace {

using testing::HasSubstr;

const PlanKey kKey{{"model", "abc"}, {"threads", "2"}};

class PlanFile : public testing::Test {
 protected:
  PlanFile() {
    const std::string test = testing::UnitTest::GetInstance()->current_test_info()->name();
    path_ = std::filesystem::temp_directory_path() / ("diolkos_" + test + ".dplan");
    std::filesystem::remove(path_);
    options_.threads = 2;
  }
  ~PlanFile() override { std::filesystem::remove(path_); }

  std::vector<Tensor> run(Session& session, const Tensor& input) {
    auto outputs = session.make_outputs();
    EXPECT_TRUE(outputs);
    const Status status = session.run(std::span(&input, 1), *outputs);
    EXPECT_TRUE(status) << (status ? "" : status.error().message);
    return *outputs;
  }
  std::string reason(const PlanKey& key = kKey) {
    const auto plan = read_plan(path_, key, 2);
    return plan ? "" : plan.error().message;
  }
  std::vector<char> bytes() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path path_;
  SessionOptions options_;
};

void expect_same_bytes(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].shape(), b[i].shape());
    EXPECT_EQ(std::memcmp(a[i].data(), b[i].data(), a[i].bytes()), 0) << i;
  }
}

TEST_F(PlanFile, GivesTheSameBytesAsThePlanThatItWasMadeFrom) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    RandomNetwork network(seed);
    options_.winograd = seed % 3 != 0;
    auto built = Session::create(network.make(8), options_);
    ASSERT_TRUE(built) << built.error().message;
    const Tensor input = network.random_tensor((*built)->inputs()[0].shape);
    ASSERT_TRUE((*built)->save(path_, kKey, "some notes"));
    auto stored = read_plan(path_, kKey, 2);
    ASSERT_TRUE(stored) << stored.error().message;
    EXPECT_EQ(stored->notes, "some notes");
    auto restored = Session::restore(std::move(*stored), options_);
    ASSERT_TRUE(restored) << seed << ": " << restored.error().message;
    EXPECT_EQ((*restored)->weight_bytes(), (*built)->weight_bytes());
    EXPECT_EQ((*restored)->outputs()[0].name, (*built)->outputs()[0].name);
    expect_same_bytes(run(**built, input), run(**restored, input));
  }
}

TEST_F(PlanFile, HoldsSixteenBitWeights) {
  RandomNetwork network(4);
  graph::Graph graph = network.make(10);
  auto wide = Session::create(graph, options_);
  ASSERT_TRUE(wide);
  const Tensor input = network.random_tensor((*wide)->inputs()[0].shape);
  for (const FloatPrecision precision : {FloatPrecision::bf16, FloatPrecision::fp16}) {
    options_.precision = precision;
    auto built = Session::create(graph, options_);
    ASSERT_TRUE(built) << built.error().message;
    EXPECT_LT((*built)->weight_bytes(), (*wide)->weight_bytes());
    ASSERT_TRUE((*built)->save(path_, kKey));
    auto restored = Session::restore(*read_plan(path_, kKey, 2), options_);
    ASSERT_TRUE(restored) << restored.error().message;
    expect_same_bytes(run(**built, input), run(**restored, input));
  }
}

TEST_F(PlanFile, OfARestoredSessionIsTheSameFile) {
  auto built = Session::create(RandomNetwork(3).make(6), options_);
  ASSERT_TRUE(built);
  ASSERT_TRUE((*built)->save(path_, kKey));
  const std::vector<char> first = bytes();
  auto restored = Session::restore(*read_plan(path_, kKey, 1), options_);
  ASSERT_TRUE(restored);
  ASSERT_TRUE((*restored)->save(path_, kKey));
  EXPECT_EQ(bytes(), first);
}

TEST_F(PlanFile, KeepsExpansionsThatAreComputedWithTheirReader) {
  const auto graph = graph::parse_text(R"(graph "net" {
  input %x: float32[1,24,65,65]
  const %w1: float32[260,24,1,1] = seeded(1)
  const %w2: float32[260,1,3,3] = seeded(2)
  %a = Conv(%x, %w1)
  %b = Conv(%a, %w2) {pads=[1,1,1,1], group=260}
  output %b
})");
  ASSERT_TRUE(graph);
  auto built = Session::create(*graph, options_);
  ASSERT_TRUE(built);
  ASSERT_TRUE((*built)->save(path_, kKey));
  auto restored = Session::restore(*read_plan(path_, kKey, 1), options_);
  ASSERT_TRUE(restored) << restored.error().message;
  const std::vector<Tensor> inputs{RandomNetwork(2).random_tensor({1, 24, 65, 65})};
  auto a = (*built)->make_outputs().value(), b = (*restored)->make_outputs().value();
  ASSERT_TRUE((*built)->run(inputs, a));
  ASSERT_TRUE((*restored)->run(inputs, b));
  EXPECT_EQ(std::memcmp(a[0].data(), b[0].data(), a[0].bytes()), 0);
}

TEST_F(PlanFile, SaysWhatDiffers) {
  EXPECT_THAT(reason(), HasSubstr("cannot open"));
  auto session = Session::create(RandomNetwork(1).make(3), options_);
  ASSERT_TRUE((*session)->save(path_, kKey));
  EXPECT_EQ(reason(), "");
  EXPECT_EQ(reason({{"model", "abc"}, {"threads", "1"}}), "it was made for 'threads: 2', wanted is 'threads: 1'");
  EXPECT_THAT(reason({{"model", "abc"}}), HasSubstr("wanted is ''"));
}

TEST_F(PlanFile, DamageAnywhereIsNoticed) {
  auto session = Session::create(RandomNetwork(1).make(2), options_);
  ASSERT_TRUE((*session)->save(path_, kKey));
  const std::vector<char> whole = bytes();
  const auto read = [&](const std::vector<char>& damaged) {
    auto* const memory = static_cast<std::byte*>(std::aligned_alloc(64, (damaged.size() / 64 + 1) * 64));
    std::transform(damaged.begin(), damaged.end(), memory, [](char c) { return static_cast<std::byte>(c); });
    const std::shared_ptr<std::byte> copy(memory, std::free);
    return read_plan(copy, damaged.size(), kKey, 1).has_value();
  };
  ASSERT_TRUE(read(whole));
  const std::size_t stride = whole.size() / 3000 + 1;
  for (std::size_t at = 0; at < whole.size(); at += at < 4096 ? 1 : stride) {
    std::vector<char> flipped = whole;
    flipped[at] ^= 0x10;
    EXPECT_FALSE(read(flipped)) << "byte " << at;
    EXPECT_FALSE(read({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(at)})) << "cut at " << at;
  }
  std::vector<char> longer = whole;
  longer.push_back(0);
  EXPECT_FALSE(read(longer));
}

// What kernels make of the same weights, in which order. Where this fails, raise kPackingVersion and take the new sum.
TEST_F(PlanFile, PackedBytesAreThoseOfTheVersion) {
  options_.isa = cpu::Isa::generic;  // everywhere the same
  options_.threads = 1;
  auto session = Session::create(RandomNetwork(2).make(12), options_);
  ASSERT_TRUE(session);
  ASSERT_TRUE((*session)->save(path_, kKey));
  const auto plan = read_plan(path_, kKey, 1);
  ASSERT_TRUE(plan);
  std::vector<std::uint64_t> sums;
  ThreadPool pool(1);
  for (const kernels::AlignedFloats& floats : plan->store.all_floats())
    sums.push_back(checksum(std::as_bytes(std::span(floats.data(), floats.size())), pool));
  EXPECT_EQ(kPackingVersion, 6);
  EXPECT_EQ(checksum(std::as_bytes(std::span(sums)), pool), 10588452779238553230u);
}

TEST_F(PlanFile, OfAnotherNetworkIsRefused) {
  auto a = Session::create(RandomNetwork(1).make(3), options_);
  ASSERT_TRUE((*a)->save(path_, kKey));
  auto stored = read_plan(path_, kKey, 1);
  ASSERT_TRUE(stored);
  stored->store = kernels::PackedStore({}, {});
  const auto session = Session::restore(std::move(*stored), options_);
  ASSERT_FALSE(session);
  EXPECT_THAT(session.error().message, HasSubstr("not this network's"));
}

TEST_F(PlanFile, TwoWritersLeaveOneWholeFile) {
  auto session = Session::create(RandomNetwork(5).make(4), options_);
  ASSERT_TRUE(session);
  const auto write = [&] {
    for (int i = 0; i < 20; ++i) EXPECT_TRUE((*session)->save(path_, kKey));
  };
  std::thread other(write);
  write();
  other.join();
  EXPECT_EQ(reason(), "");
}

TEST_F(PlanFile, SessionsOnOnePlanRunAtTheSameTime) {
  RandomNetwork network(11);
  auto first = Session::create(network.make(8), options_);
  ASSERT_TRUE(first);
  const Tensor input = network.random_tensor((*first)->inputs()[0].shape);
  const std::vector<Tensor> expected = run(**first, input);
  EXPECT_FALSE((*first)->share(3));
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    auto shared = (*first)->share(1);
    ASSERT_TRUE(shared) << shared.error().message;
    threads.emplace_back([&, session = std::move(*shared)] {
      for (int k = 0; k < 5; ++k) expect_same_bytes(run(*session, input), expected);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace diolkos::runtime
