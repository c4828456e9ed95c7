#include "runtime/session.h"

#include <chrono>

#include <fmt/format.h>

#include "base/cpu_list.h"
#include "base/thread_pool.h"
#include "passes/pass.h"
#include "passes/widen_half.h"
#include "runtime/planner.h"

namespace diolkos::runtime {
namespace {

Status check_types(const graph::Graph& graph) {
  for (const graph::ValueId id : graph.inputs()) {
    const graph::Value& input = graph.value(id);
    if (!input.type.known())
      return invalid(fmt::format("input '{}': got {} {}, expected a closed shape; give the sizes", input.name,
                                 name_of(input.type.dtype), to_string(input.type.shape)));
  }
  for (const graph::NodeId id : graph.order())
    for (const graph::ValueId output : graph.node(id).outputs)
      if (!graph.value(output).type.known())
        return invalid(fmt::format("{}: the shape of '{}' depends on what the graph computes; only fixed shapes run",
                                   graph::describe(graph.node(id)), graph.value(output).name));
  return {};
}

std::vector<Port> ports_of(const graph::Graph& graph, std::span<const graph::ValueId> ids) {
  std::vector<Port> ports;
  for (const graph::ValueId id : ids) {
    const graph::Value& value = graph.value(id);
    ports.push_back({value.name, value.type.dtype, value.type.shape});
  }
  return ports;
}

Status check_tensors(std::span<const Port> ports, std::span<const Tensor> tensors, std::string_view what) {
  if (tensors.size() != ports.size())
    return invalid(fmt::format("got {} {} tensors, expected {}", tensors.size(), what, ports.size()));
  for (std::size_t i = 0; i < ports.size(); ++i)
    if (tensors[i].dtype() != ports[i].dtype || tensors[i].shape() != ports[i].shape)
      return invalid(fmt::format("{} '{}': got {} {}, expected {} {}", what, ports[i].name,
                                 name_of(tensors[i].dtype()), to_string(tensors[i].shape()), name_of(ports[i].dtype),
                                 to_string(ports[i].shape)));
  return {};
}

kernels::tile::Storage storage_of(FloatPrecision precision) {
  switch (precision) {
    case FloatPrecision::fp32: return kernels::tile::Storage::float32;
    case FloatPrecision::bf16: return kernels::tile::Storage::bfloat16;
    case FloatPrecision::fp16: return kernels::tile::Storage::float16;
  }
  return kernels::tile::Storage::float32;
}

// Kernels compute in float32, whatever floats the file has.
Status widen(graph::Graph& graph) {
  if (!passes::has_half(graph)) return {};
  TRY(passes::run_passes(graph, passes::Pipeline::types));
  TRY(check_types(graph));
  return passes::widen_half(graph);
}

Result<std::unique_ptr<ThreadPool>> make_pool(int threads, const std::vector<int>& cpus = {}) {
  if (threads < 0)
    return failure(ErrorCode::usage, fmt::format("threads: got {}, expected at least 1 (0: all)", threads));
  if (threads == 0) threads = available_threads();
  if (!cpus.empty() && cpus.size() != static_cast<std::size_t>(threads))
    return failure(ErrorCode::usage, fmt::format("{} threads on {} CPUs, expected as many", threads, cpus.size()));
  return std::make_unique<ThreadPool>(threads, cpus);
}

}  // namespace

// What sessions share: made once, then only read.
struct Session::Plan {
  Status make(const SessionOptions& options, ThreadPool& pool);

  graph::Graph graph;  // what the reference steps and the plain constants read
  cpu::Isa isa = cpu::Isa::generic;
  int threads = 1;     // that it was made for
  kernels::PackedStore store;
  std::vector<Port> inputs;
  std::vector<Port> outputs;
  std::vector<Buffer> buffers;
  std::vector<std::unique_ptr<Step>> steps;
  std::vector<kernels::AlignedFloats> constants;
  std::size_t arena_bytes = 0;
  std::size_t weight_bytes = 0;
};

// What is one session's own.
struct Session::State {
  State(std::shared_ptr<const Plan> shared, std::unique_ptr<ThreadPool> threads)
      : plan(std::move(shared)), pool(std::move(threads)) {}

  Status allocate();
  Status prepare(std::span<const Tensor> given, std::span<Tensor> results);

  std::shared_ptr<const Plan> plan;
  std::unique_ptr<ThreadPool> pool;
  std::optional<int> caller_cpu;
  kernels::AlignedFloats arena;
  std::vector<std::byte*> pointers;  // of each buffer
};

Status Session::Plan::make(const SessionOptions& options, ThreadPool& pool) {
  TRY(check_types(graph));
  inputs = ports_of(graph, graph.inputs());
  if (!options.observe) outputs = ports_of(graph, graph.outputs());
  threads = pool.threads();
  kernels::conv2d::Tuning tuning;
  PlanOptions plan_options;
  plan_options.isa = isa;
  plan_options.pool = &pool;
  plan_options.winograd = options.winograd;
  plan_options.storage = storage_of(options.precision);
  if (options.tune && !store.replays()) plan_options.tuning = &tuning;
  plan_options.store = &store;
  if (options.observe) plan_options.observe = &options.observe;
  Planner planner(graph, plan_options);
  TRY(planner.plan());
  if (store.replays() && !store.spent()) return invalid("the plan file has more weights than its network");
  buffers = std::move(planner.buffers);
  steps = std::move(planner.steps);
  constants = std::move(planner.constants);
  weight_bytes = planner.weight_bytes();
  arena_bytes = place_buffers(buffers);
  return {};
}

Status Session::State::allocate() {
  arena = kernels::AlignedFloats(plan->arena_bytes / sizeof(float));
  if (arena.data() == nullptr)
    return failure(ErrorCode::io, fmt::format("out of memory: {} bytes of activations", plan->arena_bytes));
  for (const Buffer& buffer : plan->buffers) {
    std::byte* pointer = nullptr;
    if (buffer.place == Buffer::Place::arena) pointer = reinterpret_cast<std::byte*>(arena.data()) + buffer.offset;
    if (buffer.place == Buffer::Place::constant) pointer = const_cast<std::byte*>(buffer.constant);
    pointers.push_back(pointer);
  }
  return {};
}

// Puts the caller's tensors in their buffers' places.
Status Session::State::prepare(std::span<const Tensor> given, std::span<Tensor> results) {
  TRY(check_tensors(plan->inputs, given, "input"));
  TRY(check_tensors(plan->outputs, results, "output"));
  for (std::size_t i = 0; i < plan->buffers.size(); ++i) {
    const Buffer& buffer = plan->buffers[i];
    // Steps only read what is an input.
    if (buffer.place == Buffer::Place::input) pointers[i] = const_cast<std::byte*>(given[buffer.index].data());
    if (buffer.place != Buffer::Place::output) continue;
    pointers[i] = results[buffer.index].mutable_data();
    if (pointers[i] == nullptr)
      return invalid(fmt::format("output '{}': its tensor may not be written", plan->outputs[buffer.index].name));
  }
  return {};
}

std::string_view name_of(FloatPrecision precision) {
  switch (precision) {
    case FloatPrecision::fp32: return "fp32";
    case FloatPrecision::bf16: return "bf16";
    case FloatPrecision::fp16: return "fp16";
  }
  return "unknown";
}

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::start(std::shared_ptr<const Plan> plan, std::unique_ptr<ThreadPool> pool,
                                                const std::vector<int>& cpus) {
  auto state = std::make_unique<State>(std::move(plan), std::move(pool));
  if (!cpus.empty()) state->caller_cpu = cpus.front();
  TRY(state->allocate());
  return std::unique_ptr<Session>(new Session(std::move(state)));
}

Result<std::unique_ptr<Session>> Session::create(graph::Graph graph, const SessionOptions& options) {
  TRY_ASSIGN(const cpu::Isa isa, cpu::choose_isa(options.isa));
  TRY_ASSIGN(auto pool, make_pool(options.threads, options.cpus));
  auto plan = std::make_shared<Plan>();
  plan->graph = std::move(graph);
  plan->isa = isa;
  TRY(widen(plan->graph));
  TRY(passes::run_passes(plan->graph, passes::Pipeline::native));
  plan->graph.prune();  // what a plan file keeps is what is planned
  TRY(plan->make(options, *pool));
  return start(std::move(plan), std::move(pool), options.cpus);
}

Result<std::unique_ptr<Session>> Session::restore(StoredPlan stored, const SessionOptions& options) {
  TRY_ASSIGN(const cpu::Isa isa, cpu::choose_isa(options.isa));
  TRY_ASSIGN(auto pool, make_pool(options.threads, options.cpus));
  auto plan = std::make_shared<Plan>();
  plan->graph = std::move(stored.graph);
  plan->store = std::move(stored.store);
  plan->isa = isa;
  TRY(plan->make(options, *pool));
  return start(std::move(plan), std::move(pool), options.cpus);
}

Status Session::save(const std::filesystem::path& path, const PlanKey& key, std::string_view notes) const {
  return write_plan(path, key, notes, state_->plan->graph, state_->plan->store);
}

Result<std::unique_ptr<Session>> Session::share(int threads) const {
  TRY_ASSIGN(auto pool, make_pool(threads));
  if (pool->threads() > state_->plan->threads)
    return failure(ErrorCode::usage, fmt::format("threads: got {}, but the shared plan is for {}", pool->threads(),
                                                 state_->plan->threads));
  return start(state_->plan, std::move(pool), {});
}

std::span<const Port> Session::inputs() const { return state_->plan->inputs; }
std::span<const Port> Session::outputs() const { return state_->plan->outputs; }

Status Session::run(std::span<const Tensor> inputs, std::span<Tensor> outputs) {
  TRY(state_->prepare(inputs, outputs));
  const PinnedScope pinned(state_->caller_cpu);
  const Context context{state_->pointers, *state_->pool};
  for (const auto& step : state_->plan->steps) TRY(step->run(context));
  return {};
}

Result<std::vector<Tensor>> Session::make_outputs() const {
  std::vector<Tensor> tensors;
  for (const Port& port : state_->plan->outputs) {
    TRY_ASSIGN(Tensor tensor, Tensor::zeros(port.dtype, port.shape));
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

Result<std::vector<StepProfile>> Session::profile(std::span<const Tensor> inputs, std::span<Tensor> outputs) {
  TRY(state_->prepare(inputs, outputs));
  const PinnedScope pinned(state_->caller_cpu);
  const Context context{state_->pointers, *state_->pool};
  std::vector<StepProfile> profiles;
  for (const auto& step : state_->plan->steps) {
    const auto start = std::chrono::steady_clock::now();
    TRY(step->run(context));
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
    profiles.push_back({step->name, step->kernel, step->reason, step->multiply_adds, spent.count()});
  }
  return profiles;
}

const std::map<std::string, std::string>& Session::metadata() const { return state_->plan->graph.metadata; }
int Session::threads() const { return state_->pool->threads(); }
cpu::Isa Session::isa() const { return state_->plan->isa; }
std::size_t Session::activation_bytes() const { return state_->arena.bytes(); }
std::size_t Session::weight_bytes() const { return state_->plan->weight_bytes; }

}  // namespace diolkos::runtime
