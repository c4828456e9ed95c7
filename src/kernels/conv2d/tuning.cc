#include "kernels/conv2d/tuning.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "kernels/layout/blocked.h"

namespace diolkos::kernels::conv2d {
namespace {

constexpr double kWorthATrial = 2;  // times the least estimate
constexpr int kRounds = 4;          // the first warms up
constexpr std::size_t kEvictorFloats = 12 << 20;

struct Trial {
  Method method;
  std::unique_ptr<Convolution> convolution;
  double best = std::numeric_limits<double>::infinity();
};

std::vector<Trial> trials_of(const Spec& spec) {
  const std::vector<Estimate> estimates = estimate_methods(spec);
  Spec unstored = spec;
  unstored.store = nullptr;
  std::vector<Trial> trials;
  for (const Estimate& estimate : estimates) {
    if (estimate.cycles > kWorthATrial * estimates.front().cycles) break;
    if (auto convolution = make(unstored, estimate.method)) trials.push_back({estimate.method, std::move(convolution)});
  }
  return trials;
}

std::size_t floats_of(const Shape& shape, std::int64_t channels, std::int64_t pixels) {
  return static_cast<std::size_t>(shape.batch * blocks_of(channels) * kBlock * pixels);
}

void evict(AlignedFloats& floats, ThreadPool& pool) {
  constexpr std::size_t kParts = 64;
  pool.parallel_for(kParts, [&](std::int64_t part, int) {
    const std::size_t count = floats.size() / kParts;
    float* const from = floats.data() + static_cast<std::size_t>(part) * count;
    for (std::size_t i = 0; i < count; i += 16) from[i] += 1;
  });
}

double milliseconds_of(const Trial& trial, const Buffers& buffers, ThreadPool& pool) {
  const auto start = std::chrono::steady_clock::now();
  trial.convolution->run(buffers, pool);
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

const std::vector<Measured>& Tuning::measure(const Spec& spec) {
  const auto known = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.shape == spec.shape && entry.late_bias == spec.late_bias;
  });
  if (known != entries_.end()) return known->measured;
  std::vector<Measured>& measured = entries_.emplace_back(Entry{spec.shape, spec.late_bias, {}}).measured;
  std::vector<Trial> trials = trials_of(spec);
  if (trials.size() == 1) measured.push_back({trials.front().method, 0});
  if (trials.size() < 2) return measured;

  std::size_t scratch_floats = 1;
  for (const Trial& trial : trials) scratch_floats = std::max(scratch_floats, trial.convolution->scratch_floats());
  AlignedFloats input(floats_of(spec.shape, spec.shape.in_channels, spec.shape.in_pixels()));
  AlignedFloats output(floats_of(spec.shape, spec.shape.out_channels, spec.shape.out_pixels()));
  AlignedFloats scratch(scratch_floats);
  if (evictor_.size() == 0) evictor_ = AlignedFloats(kEvictorFloats);
  if (!input.data() || !output.data() || !scratch.data() || !evictor_.data()) return measured;
  for (int round = 0; round < kRounds; ++round) {
    for (Trial& trial : trials) {
      evict(evictor_, *spec.pool);
      const double taken = milliseconds_of(trial, {input.data(), nullptr, output.data(), scratch.data()}, *spec.pool);
      if (round > 0) trial.best = std::min(trial.best, taken);
    }
  }
  for (const Trial& trial : trials) measured.push_back({trial.method, trial.best});
  std::stable_sort(measured.begin(), measured.end(),
                   [](const Measured& a, const Measured& b) { return a.milliseconds < b.milliseconds; });
  return measured;
}

}  // namespace diolkos::kernels::conv2d
