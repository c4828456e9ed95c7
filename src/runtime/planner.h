// From a graph to steps over buffers. A float image lives channel-blocked between kernels that can read it so, and
// plain elsewhere; where a step asks for the layout that a value does not have yet, a reordering is put before it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "cpu/features.h"
#include "graph/graph.h"
#include "kernels/conv2d/tuning.h"
#include "kernels/layout/blocked.h"
#include "kernels/packed_store.h"
#include "kernels/resize/resize.h"
#include "kernels/tile/tile.h"
#include "runtime/buffers.h"
#include "runtime/observer.h"
#include "runtime/step.h"

namespace diolkos::runtime {

// blocked: kernels/layout/blocked.h, of [batch][channel][pixels...]; rows: the same bytes of
// [batch][pixels...][channel] (kernels/layout/rows.h); pixels: kernels/integer/pixels.h.
enum class Layout { plain, blocked, rows, pixels };

struct PlanOptions {
  cpu::Isa isa = cpu::Isa::generic;
  ThreadPool* pool = nullptr;  // that will run the plan; packs its weights
  bool winograd = true;
  kernels::tile::Storage storage = kernels::tile::Storage::float32;  // of convolutions' weights
  kernels::conv2d::Tuning* tuning = nullptr;  // null: estimates choose the kernels
  kernels::PackedStore* store = nullptr;  // that keeps the packed weights, or has them from a plan file

  const Observer* observe = nullptr;  // takes the outputs, as SessionOptions says

  int threads() const { return pool->threads(); }
};

class Planner {
 public:
  Planner(graph::Graph& graph, const PlanOptions& options);

  Status plan();  // every node, then the outputs

  // For the planners of single operators.
  graph::Graph& graph() { return graph_; }
  const graph::Graph& graph() const { return graph_; }
  const PlanOptions& options() const { return options_; }
  const graph::TensorType& type(graph::ValueId id) const { return graph_.value(id).type; }
  const Shape& shape(graph::ValueId id) const { return type(id).shape; }
  // As graph().users(), but found at once: planning changes no node.
  std::span<const graph::NodeId> users(graph::ValueId id) const { return users_[static_cast<std::size_t>(id)]; }
  bool is_float_image(graph::ValueId id) const;   // float32 of rank 4
  bool has(graph::ValueId id, Layout layout) const { return buffer(id, layout) != kNoBuffer; }
  bool wanted_plain(graph::ValueId id) const;     // nothing that reads the value can read it blocked

  // The value in that layout, reordered or packed first where it is not. The step that reads it says so to add().
  BufferId read(graph::ValueId id, Layout layout);
  // A new place for the value, written by the next step added.
  BufferId write(graph::ValueId id, Layout layout);
  BufferId scratch(std::size_t bytes);  // for the next step added alone
  BufferId constant(kernels::AlignedFloats floats);
  void alias(graph::ValueId made, graph::ValueId from);  // `made` is plain `from` under another shape
  // `made` in one layout is what `from` is in another, byte for byte.
  void share(graph::ValueId made, Layout layout, graph::ValueId from, Layout from_layout);
  void add(std::unique_ptr<Step> step, const graph::Node& node, std::string kernel, std::span<const BufferId> reads);
  void add(std::unique_ptr<Step> step, const graph::Node& node, std::string kernel,
           std::initializer_list<BufferId> reads) {
    add(std::move(step), node, std::move(kernel), std::span(reads.begin(), reads.size()));
  }
  // The constant's elements are packed, in the store: once every node that reads it has said so, the original is let go
  // and a tensor without elements stands for it (is_hollow).
  void packed(graph::ValueId id);
  void add_weight_bytes(std::size_t bytes) { weight_bytes_ += bytes; }

  std::vector<Buffer> buffers;
  std::vector<std::unique_ptr<Step>> steps;
  std::vector<kernels::AlignedFloats> constants;
  std::size_t weight_bytes() const { return weight_bytes_; }

 private:
  struct Places {
    BufferId plain = kNoBuffer;
    BufferId blocked = kNoBuffer;
    BufferId rows = kNoBuffer;
    BufferId pixels = kNoBuffer;
  };

  Status plan_node(graph::NodeId id);
  Status plan_outputs();
  void plan_observation(graph::NodeId id);  // of those of its values that are outputs
  BufferId buffer(graph::ValueId id, Layout layout) const;
  BufferId& buffer(graph::ValueId id, Layout layout);
  BufferId new_buffer(std::size_t bytes);
  void use(BufferId id);
  void reorder(graph::ValueId id, Layout layout);
  void reorder_pixels(graph::ValueId id, Layout layout);
  BufferId plain_constant(graph::ValueId id);
  BufferId blocked_constant(graph::ValueId id, Layout layout);
  kernels::Planes planes(graph::ValueId id, Layout layout) const;
  std::size_t bytes_of(graph::ValueId id, Layout layout) const;

  graph::Graph& graph_;
  PlanOptions options_;
  std::vector<Places> places_;        // of each value
  std::vector<std::vector<graph::NodeId>> users_;  // of each value, each once
  std::vector<int> unpacked_uses_;    // of each constant
  std::size_t weight_bytes_ = 0;
};

// A constant whose elements only packed weights have: nothing but its type may be looked at.
inline bool is_hollow(const graph::Value& value) {
  return value.is_constant() && value.constant->data() == nullptr && value.constant->elements() > 0;
}
Error not_of_this_network(const graph::Node& node);  // the plan file that should have them

kernels::Planes planes_of(const Shape& image);        // of rank 3 or 4, channels second
kernels::Planes planes_of_rows(const Shape& tokens);  // of rank 2 and more, channels last

// Each plans the node and returns true, or leaves it to the next: false. Layout and type conditions are theirs.
using PlanOperator = Result<bool> (*)(Planner& planner, const graph::Node& node);
Result<bool> plan_convolution(Planner& planner, const graph::Node& node);
Result<bool> plan_batch_norm(Planner& planner, const graph::Node& node);
Result<bool> plan_pool(Planner& planner, const graph::Node& node);
Result<bool> plan_global_pool(Planner& planner, const graph::Node& node);
Result<bool> plan_unary(Planner& planner, const graph::Node& node);
Result<bool> plan_binary(Planner& planner, const graph::Node& node);
Result<bool> plan_resize(Planner& planner, const graph::Node& node);
// Add of images that Resize makes, and of such sums: one step, with those Resizes.
Result<bool> plan_resized_sum(Planner& planner, const graph::Node& node);
bool is_in_resized_sum(const Planner& planner, const graph::Node& node);  // planned with what reads it
// Of a Resize that looks at no more than two neighbours along an axis, over blocks; empty for any other.
std::optional<kernels::resize::Spec> blocked_resize(const Planner& planner, const graph::Node& node);
Result<bool> plan_concat(Planner& planner, const graph::Node& node);
Result<bool> plan_softmax(Planner& planner, const graph::Node& node);  // LogSoftmax too
Result<bool> plan_arg(Planner& planner, const graph::Node& node);      // ArgMax, ArgMin
Result<bool> plan_layer_norm(Planner& planner, const graph::Node& node);
Result<bool> plan_attention(Planner& planner, const graph::Node& node);
Result<bool> plan_batched_product(Planner& planner, const graph::Node& node);  // Gemm, MatMul of what is computed
// Whether a Transpose is read by products alone that take it as it was before.
bool is_transposed_in_products(const Planner& planner, const graph::Node& node);
Result<bool> plan_cast(Planner& planner, const graph::Node& node);
Result<bool> plan_transpose(Planner& planner, const graph::Node& node);
Result<bool> plan_conv_transpose(Planner& planner, const graph::Node& node);
Result<bool> plan_gemm(Planner& planner, const graph::Node& node);
Result<bool> plan_matmul(Planner& planner, const graph::Node& node);
Result<bool> plan_alias(Planner& planner, const graph::Node& node);
Result<bool> plan_reference(Planner& planner, const graph::Node& node);  // takes every node
PlanOperator fast_plan(graph::Op op);  // null where only the reference has it

}  // namespace diolkos::runtime
