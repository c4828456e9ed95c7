#include "eval_network.h"

#include <algorithm>

#include <fmt/format.h>

#include "history/history.h"
#include "output.h"
#include "progress.h"
#include "stop_signal.h"

namespace diolkos::cli {
namespace {

tl::unexpected<Error> misuse(std::string message) { return failure(ErrorCode::usage, std::move(message)); }

// Of the network's output: channels, or where it gives classes as many as there are names.
int class_count(const runtime::Port& output, const segmentation::ClassNames& names) {
  if (output.dtype != DType::float32) return names.size();
  return output.shape.rank() == 4 ? std::max(2, static_cast<int>(output.shape[1])) : 0;
}

std::vector<std::string> evaluated_names(const Segmenting& segmenting, int classes) {
  const std::optional<int> wanted = segmenting.stages.postprocess.class_index;
  if (wanted) return {"not " + segmenting.classes.name(*wanted), segmenting.classes.name(*wanted)};
  std::vector<std::string> names;
  for (int index = 0; index < classes; ++index) names.push_back(segmenting.classes.name(index));
  return names;
}

std::string normalization_of(const segmentation::Normalization& normalization) {
  const std::string_view name = segmentation::name_of(normalization);
  if (name != "custom") return std::string(name);
  return fmt::format("mean {:.6g} std {:.6g}", fmt::join(normalization.mean, ","), fmt::join(normalization.std, ","));
}

void describe(const EvalOptions& options, const evaluate::Dataset& dataset, const evaluate::Shard& shard,
              EvalNetwork& prepared) {
  const pipeline::StageOptions& stages = prepared.segmenting.stages;
  evaluate::EvalRecord& record = prepared.record;
  record.protocol = {.images = dataset.images,
                     .masks = dataset.masks,
                     .mask_format = options.mask_format,
                     .count = static_cast<std::int64_t>(dataset.pairs.size()),
                     .images_without_mask = dataset.without_mask,
                     .masks_without_image = dataset.without_image,
                     .data_sha256 = dataset.sha256,
                     .input = to_string(prepared.network->input().shape),
                     .fit = std::string(segmentation::name_of(stages.preprocess.fit)),
                     .normalization = normalization_of(stages.preprocess.normalization),
                     .decision = decision_of(prepared.segmenting)};
  record.classes = evaluated_names(prepared.segmenting, prepared.evaluation.classes);
  record.shards = {shard};
}

}  // namespace

std::string decision_of(const Segmenting& segmenting) {
  const auto& options = segmenting.stages.postprocess;
  if (!options.class_index) return "highest score";
  return fmt::format("{} of {} >= {}", options.raw ? "score" : "probability",
                     segmenting.classes.name(*options.class_index), options.threshold);
}

Result<EvalNetwork> open_for_eval(const EvalOptions& options, const std::string& model, const RuntimeOptions& runtime) {
  ModelOptions of_model = options.model;
  of_model.model = model;
  TRY_ASSIGN(auto opened, open_segmenting(of_model, runtime, options.segmentation));
  EvalNetwork prepared{std::move(opened), {}, {}};
  if (prepared.network == nullptr) return prepared;
  const plans::ModelNotes& notes = prepared.notes;
  evaluate::EvalRecord& record = prepared.record;
  record.model = {notes.name, notes.format, notes.architecture, notes.sha256};
  record.runtime = prepared.running.runtime;
  record.precision = prepared.running.precision;
  record.isa = prepared.running.isa;
  record.threads = prepared.running.threads;

  evaluate::EvaluateOptions& evaluation = prepared.evaluation;
  evaluation.stages = prepared.segmenting.stages;
  const auto format = evaluate::mask_format_named(options.mask_format);
  if (!format) return misuse(fmt::format("--mask-format {}: expected auto, index or binary", options.mask_format));
  evaluation.masks = *format;
  evaluation.classes = class_count(prepared.network->output(), prepared.segmenting.classes);
  if (*format == evaluate::MaskFormat::binary && !evaluation.stages.postprocess.class_index && evaluation.classes != 2)
    return misuse(
        fmt::format("--mask-format binary knows one class, the network has {}: give --class NAME", evaluation.classes));
  evaluation.worst = static_cast<std::size_t>(options.worst.first);
  evaluation.stop = &stop_on_signal();
  return prepared;
}

Result<evaluate::EvalRecord> evaluate_network(const EvalOptions& options, const evaluate::Dataset& dataset,
                                              const evaluate::Shard& shard, EvalNetwork& network,
                                              std::function<void(const segmentation::Image&)> predicted) {
  describe(options, dataset, shard, network);
  const std::vector<evaluate::Pair> pairs = evaluate::pairs_of(dataset, shard);
  network.evaluation.predicted = std::move(predicted);
  Result<evaluate::Evaluation> evaluation;
  {
    ProgressBar bar(options.images);
    network.evaluation.progress = [&bar](std::int64_t done, std::int64_t total) { bar.update(done, total); };
    evaluation = evaluate::evaluate(*network.network, pairs, network.evaluation);
  }
  if (!evaluation) return failure(std::move(evaluation).error());
  evaluate::EvalRecord record = std::move(network.record);
  record.images = std::move(evaluation->images);
  record.curves = std::move(evaluation->curves);
  record.elapsed_ms = evaluation->elapsed_ms;
  record.processor_ms = evaluation->processor_ms;
  if (options.worst.first > 0) TRY(evaluate::write_worst(evaluation->worst, options.worst.second));
  return record;
}

Status write_eval(const EvalOptions& options, const std::string& document, const std::string& text) {
  if (!options.json.empty()) TRY(write_document(options.json, document));
  if (!options.history.empty()) TRY(history::add(options.history, document, history::now()));
  if (options.json != "-") print(text);
  return {};
}

}  // namespace diolkos::cli
