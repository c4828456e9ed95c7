// The convolutions of FCN-ResNet50 at 288x288, each by itself, on every instruction set of this machine:
//
//   convolution_bench --benchmark_filter=avx512 --benchmark_repetitions=9
//
// Counters: GFLOP/s as if by the direct method with nothing skipped, and their share of the peak of a register-only
// loop measured in the same run. Threads: $DIOLKOS_BENCH_THREADS, 1 by default.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "kernels/aligned_floats.h"
#include "kernels/conv2d/convolution.h"
#include "kernels/layout/blocked.h"
#include "kernels/tile/tile.h"

namespace diolkos::kernels {
namespace {

struct Layer {
  const char* name;
  std::int64_t in, out, size, kernel, stride, dilation;
};

constexpr Layer kLayers[] = {
    {"stem", 3, 64, 288, 7, 2, 1},           {"layer1_3x3", 64, 64, 72, 3, 1, 1},
    {"layer1_expand", 64, 256, 72, 1, 1, 1}, {"layer1_reduce", 256, 64, 72, 1, 1, 1},
    {"layer2_stride", 128, 128, 72, 3, 2, 1}, {"layer2_3x3", 128, 128, 36, 3, 1, 1},
    {"layer2_expand", 128, 512, 36, 1, 1, 1}, {"layer3_reduce", 1024, 256, 36, 1, 1, 1},
    {"layer3_3x3_d2", 256, 256, 36, 3, 1, 2}, {"layer3_expand", 256, 1024, 36, 1, 1, 1},
    {"layer4_reduce", 2048, 512, 36, 1, 1, 1}, {"layer4_3x3_d4", 512, 512, 36, 3, 1, 4},
    {"layer4_expand", 512, 2048, 36, 1, 1, 1}, {"head_3x3", 2048, 512, 36, 3, 1, 1},
    {"classes", 512, 21, 36, 1, 1, 1},
};

int bench_threads() {
  const char* text = std::getenv("DIOLKOS_BENCH_THREADS");
  return text == nullptr ? 1 : std::max(1, std::atoi(text));
}

conv2d::Shape shape_of(const Layer& layer) {
  const std::int64_t pad = layer.kernel / 2 * layer.dilation;
  const std::int64_t reach = (layer.kernel - 1) * layer.dilation;
  const conv2d::Axis axis{layer.size,   (layer.size + 2 * pad - reach - 1) / layer.stride + 1,
                          layer.kernel, layer.stride,
                          layer.dilation, pad};
  return {1, layer.in, layer.out, 1, axis, axis};
}

// GFLOP/s of the widest tile on data in the first-level cache: what a core can do, measured once for each set.
double peak(cpu::Isa isa) {
  const tile::Family& family = tile::family(isa);
  constexpr std::int64_t kSteps = 4;
  AlignedFloats data(16 * 16 * 2 * kSteps + 16 * 16 * kSteps);
  AlignedFloats output(16 * 16 * 2);
  std::vector<std::int32_t> offsets;
  for (std::int32_t s = 0; s < kSteps; ++s) offsets.push_back(s * 16);
  tile::Args args{data.data(), offsets.data(), kSteps, data.data(), output.data(), 16 * 16, data.data(), nullptr, {}};
  const tile::Kernel kernel = family.kernel(tile::Form::blocked, family.max_blocks, family.max_pixels);
  const double flops = 2.0 * 16 * 16 * kSteps * family.max_blocks * family.max_pixels;
  double best = 0;
  for (int round = 0; round < 50; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 200; ++i) kernel(args);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    best = std::max(best, 200 * flops / spent.count() * 1e-9);
  }
  return best;
}

void run(benchmark::State& state, const Layer& layer, cpu::Isa isa, bool winograd) {
  static ThreadPool pool(bench_threads());
  const conv2d::Shape shape = shape_of(layer);
  const std::vector<float> weights(static_cast<std::size_t>(layer.in * layer.out * layer.kernel * layer.kernel), 0.01f);
  const std::vector<float> bias(static_cast<std::size_t>(layer.out), 0.5f);
  conv2d::Spec spec{shape, weights, bias, Activation::relu(), isa, pool.threads(), winograd, &pool};
  const auto convolution = conv2d::plan(spec);
  AlignedFloats input(static_cast<std::size_t>(blocks_of(layer.in) * kBlock * shape.in_pixels()));
  AlignedFloats output(static_cast<std::size_t>(blocks_of(layer.out) * kBlock * shape.out_pixels()));
  AlignedFloats scratch(convolution->scratch_floats() + 1);
  for (auto _ : state) convolution->run({input.data(), nullptr, output.data(), scratch.data()}, pool);
  const double flops = 2.0 * static_cast<double>(shape.multiply_adds());
  state.counters["GFLOP/s"] =
      benchmark::Counter(flops * 1e-9, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
  state.counters["of_peak"] = benchmark::Counter(flops * 1e-9 / peak(isa) / pool.threads(),
                                                 benchmark::Counter::kIsIterationInvariantRate);
  state.SetLabel(convolution->kernel());
}

void register_all() {
  for (const cpu::Isa isa : {cpu::Isa::avx512, cpu::Isa::avx2, cpu::Isa::generic}) {
    if (!cpu::supports(isa)) continue;
    for (const Layer& layer : kLayers) {
      for (const bool winograd : {false, true}) {
        if (winograd && (layer.kernel != 3 || layer.stride != 1)) continue;
        const std::string name =
            std::string(cpu::name_of(isa)) + "/" + layer.name + (winograd ? "/winograd" : "/direct");
        benchmark::RegisterBenchmark(name.c_str(), run, layer, isa, winograd)
            ->UseRealTime()
            ->Unit(benchmark::kMillisecond);
      }
    }
  }
}

}  // namespace
}  // namespace diolkos::kernels

int main(int argc, char** argv) {
  diolkos::kernels::register_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
