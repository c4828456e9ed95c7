// The native runtime: a graph planned once for this CPU, then run many times without allocating.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/tensor.h"
#include "base/thread_pool.h"
#include "cpu/features.h"
#include "graph/graph.h"
#include "runtime/observer.h"
#include "runtime/plan_file.h"

namespace diolkos::runtime {

// What convolutions of float networks keep their weights in, and multiply in where the CPU can: sums, and all other
// operators, are float32.
//   bf16  bfloat16 weights; with AVX-512 BF16 or AMX inputs are rounded to bfloat16 and products made in it, elsewhere
//         float32.
//         Layers for which Winograd's method in float32 is faster take that.
//   fp16  float16 weights, products in float32
enum class FloatPrecision { fp32, bf16, fp16 };
std::string_view name_of(FloatPrecision precision);  // "bf16"

struct SessionOptions {
  int threads = 0;                // 0: available_threads()
  std::optional<cpu::Isa> isa;    // default: $DIOLKOS_ISA, or the best this CPU has; one that it lacks is an error
  // Faster 3x3 convolutions, some 1e-5 of the largest output away from the sum as written; with false ("exact") 1e-6,
  // and a third of the memory.
  bool winograd = true;
  FloatPrecision precision = FloatPrecision::fp32;
  // Measure which kernels are fastest here, a few seconds, in place of estimating it.
  bool tune = false;
  // Where threads stay, the one that calls run() too while that runs: one CPU for each thread. Empty: where the system
  // puts them. Sessions that share the plan are not kept.
  std::vector<int> cpus;
  // Outputs are handed to it instead of written to tensors: the session then has no output ports, and no more memory
  // than the network needs however many outputs there are.
  Observer observe;
};

struct Port {
  std::string name;
  DType dtype;
  Shape shape;
};

struct StepProfile {
  std::string name;    // of the node
  std::string kernel;  // "conv2d direct avx512 14x32"
  std::string reason;  // the estimates that chose it, "F(4,3) 3.1, direct 5.2 Mcycles"; empty where nothing else is
  std::int64_t multiply_adds;
  double milliseconds;  // of the last run
};

class Session {
 public:
  // Runs the native passes and plans. The graph's types must be known or follow from its inputs.
  static Result<std::unique_ptr<Session>> create(graph::Graph graph, const SessionOptions& options = {});
  // The same plan as the session that saved it had; `options` must be those of that session, as a plan file's key
  // says.
  static Result<std::unique_ptr<Session>> restore(StoredPlan plan, const SessionOptions& options = {});
  ~Session();

  // What restore() needs, as a plan file.
  Status save(const std::filesystem::path& path, const PlanKey& key, std::string_view notes = {}) const;
  // Another session on the same plan and packed weights, with activations and threads of its own (no more than the
  // plan was made for). Both may run at the same time.
  Result<std::unique_ptr<Session>> share(int threads) const;

  std::span<const Port> inputs() const;
  std::span<const Port> outputs() const;

  // `inputs` and `outputs` in the order of the ports, of their types and shapes (an error names the port otherwise).
  // Output tensors are written in place: make them once with make_outputs(). Not for two threads at once.
  Status run(std::span<const Tensor> inputs, std::span<Tensor> outputs);
  Result<std::vector<Tensor>> make_outputs() const;

  Result<std::vector<StepProfile>> profile(std::span<const Tensor> inputs, std::span<Tensor> outputs);

  const std::map<std::string, std::string>& metadata() const;  // of the graph
  int threads() const;
  cpu::Isa isa() const;
  std::size_t activation_bytes() const;  // the arena: peak of live activations
  std::size_t weight_bytes() const;      // packed weights

 private:
  struct Plan;
  struct State;
  static Result<std::unique_ptr<Session>> start(std::shared_ptr<const Plan> plan, std::unique_ptr<ThreadPool> pool,
                                                const std::vector<int>& cpus);
  explicit Session(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace diolkos::runtime
