#include <cmath>

#include <fmt/format.h>

#include "models/architecture.h"

namespace diolkos::models {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  float uniform(float low, float high) { return low + (high - low) * (static_cast<float>(next() >> 40) * 0x1p-24f); }

 private:
  std::uint64_t state_;
};

std::uint64_t hash_of(std::string_view text) {  // FNV-1a
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

struct Range {
  float low, high;
};

// Convolutions are uniform with He's variance, 2 / inputs; statistics are far enough from 0 and 1 that a fold of
// batch normalisation gone wrong shows.
Range range_of(Role role, const Shape& shape) {
  switch (role) {
    case Role::conv_weight: {
      const auto inputs = static_cast<float>(shape[1] * shape[2] * shape[3]);
      const float bound = std::sqrt(6.0f / inputs);
      return {-bound, bound};
    }
    case Role::norm_weight: return {0.6f, 1.0f};
    case Role::norm_variance: return {0.5f, 1.5f};
    case Role::conv_bias:
    case Role::norm_bias:
    case Role::norm_mean: return {-0.1f, 0.1f};
  }
  return {0.0f, 0.0f};
}

class RandomWeights : public TensorSource {
 public:
  explicit RandomWeights(std::uint64_t seed) : seed_(seed) {}

  Tensor tensor(const std::string& name, const Shape& expected, Role role) override {
    auto made = Tensor::zeros(DType::float32, expected);
    if (!made) {
      fault_ = made.error();
      return {};
    }
    Random random(seed_ ^ hash_of(name));
    const Range range = range_of(role, expected);
    for (float& element : made->mutable_as<float>()) element = random.uniform(range.low, range.high);
    weights_.tensors.push_back({name, *made});
    return *made;
  }

  void batch_counter(const std::string& name) override {
    weights_.tensors.push_back({name, Tensor::scalar<std::int64_t>(0)});
  }

  Result<StateDict> take() {
    if (fault_) return failure(*fault_);
    return std::move(weights_);
  }

 private:
  std::uint64_t seed_;
  StateDict weights_;
  std::optional<Error> fault_;
};

}  // namespace

Result<StateDict> random_weights(std::string_view architecture, std::uint64_t seed, int classes) {
  constexpr int kMostClasses = 65536;
  if (classes < 1 || classes > kMostClasses)
    return invalid(fmt::format("{} classes: expected 1 to {}", classes, kMostClasses));
  TRY_ASSIGN(const Architecture standard, standard_architecture(architecture, classes));
  RandomWeights source(seed);
  build_network(standard, source, {});
  return source.take();
}

}  // namespace diolkos::models
