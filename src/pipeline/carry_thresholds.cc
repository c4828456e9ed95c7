#include "pipeline/carry_thresholds.h"

#include <algorithm>

#include "pipeline/network.h"
#include "segmentation/scores.h"
#include "segmentation/threshold_transfer.h"

namespace diolkos::pipeline {
namespace {

// The output that native_network() looks at.
graph::ValueId looked_at(const graph::Graph& graph) {
  const auto outputs = graph.outputs();
  const auto named = std::ranges::find_if(outputs, [&](graph::ValueId id) { return graph.value(id).name == "out"; });
  return named == outputs.end() ? outputs.front() : *named;
}

// Calls visit(output) for every sample.
Status each_answer(graph::Graph graph, const OpenSamples& open, int threads,
                   const std::function<Status(const Tensor& output)>& visit) {
  runtime::SessionOptions options;
  options.threads = threads;
  options.winograd = false;
  TRY_ASSIGN(const auto network, native_network(std::move(graph), options));
  TRY_ASSIGN(Tensor output, Tensor::zeros(network->output().dtype, network->output().shape));
  TRY_ASSIGN(const Samples next, open());
  while (true) {
    TRY_ASSIGN(const auto sample, next());
    if (!sample) return {};
    TRY(network->run(sample->front(), output));
    TRY(visit(output));
  }
}

}  // namespace

ThresholdCarrier::ThresholdCarrier(graph::Graph exact, OpenSamples open, double probability, int threads)
    : exact_(std::move(exact)), open_(std::move(open)), probability_(probability), threads_(threads) {
  const graph::NodeId last = exact_.value(looked_at(exact_)).producer;
  if (last == graph::kNoNode) return;
  const graph::Op op = exact_.node(last).op;
  probabilities_ = op == graph::Op::Softmax || op == graph::Op::Sigmoid;
}

bool ThresholdCarrier::applies() const {
  const graph::TensorType& type = exact_.value(looked_at(exact_)).type;
  return exact_.inputs().size() == 1 && type.dtype == DType::float32 &&
         segmentation::check_scores(type.dtype, type.shape).has_value();
}

Status ThresholdCarrier::look() {
  if (!found_.empty()) return {};
  return each_answer(exact_, open_, threads_, [this](const Tensor& output) -> Status {
    TRY_ASSIGN(const segmentation::Scores scores, segmentation::scores_of(output));
    found_.push_back(segmentation::confident_classes(scores, probability_, probabilities_));
    return {};
  });
}

Result<std::vector<segmentation::ClassThreshold>> ThresholdCarrier::carry(graph::Graph rounded) {
  TRY(look());
  const Shape& shape = exact_.value(looked_at(exact_)).type.shape;
  segmentation::ThresholdTransfer transfer(static_cast<int>(shape[1]), probabilities_);
  std::size_t sample = 0;
  TRY(each_answer(std::move(rounded), open_, threads_, [&](const Tensor& output) -> Status {
    TRY_ASSIGN(const segmentation::Scores scores, segmentation::scores_of(output));
    if (sample >= found_.size()) return invalid("the samples are not the same the second time");
    return transfer.add(found_[sample++], scores);
  }));
  return transfer.thresholds();
}

}  // namespace diolkos::pipeline
