#include "eval_video.h"

#include <algorithm>

#include "comma_list.h"
#include "eval_rows.h"
#include "evaluate/flicker.h"
#include "progress.h"
#include "video/source.h"

namespace diolkos::cli {
namespace {

Result<evaluate::Flicker> flicker_of(const EvalOptions& options, EvalNetwork& network) {
  TRY_ASSIGN(const auto source, video::open_source(options.video));
  evaluate::FlickerOptions flicker;
  flicker.stages = network.evaluation.stages;
  flicker.classes = network.evaluation.classes;
  flicker.stop = network.evaluation.stop;
  ProgressBar bar(options.video);
  flicker.progress = [&bar](std::int64_t done, std::int64_t total) { bar.update(done, total); };
  return evaluate::measure_flicker(*network.network, *source, flicker);
}

// Nothing where the row turns out to be one that is there already: a quantized file in its own precision.
Status add_row(const EvalOptions& options, const std::string& model, const std::string& runtime,
               const std::string& precision, std::vector<evaluate::FlickerRow>& rows) {
  const bool several = options.models.size() > 1;
  evaluate::FlickerRow row;
  auto network = open_for_eval(options, model, runtime_of(options, runtime, precision));
  if (!network || network->network == nullptr) {
    row.label = row_label(model, runtime, precision, several);
    row.runtime = runtime;
    row.precision = precision;
    row.missing = network ? network->running.refusal : network.error().message;
    rows.push_back(std::move(row));
    return {};
  }
  row.label = row_label(model, runtime, network->running.precision, several);
  if (std::ranges::find(rows, row.label, &evaluate::FlickerRow::label) != rows.end()) return {};
  row.model = network->record.model;
  row.runtime = network->running.runtime;
  row.precision = network->running.precision;
  row.isa = network->running.isa;
  row.threads = network->running.threads;
  row.input = to_string(network->network->input().shape);
  row.decision = decision_of(network->segmenting);
  TRY_ASSIGN(row.flicker, flicker_of(options, *network));
  rows.push_back(std::move(row));
  return {};
}

}  // namespace

Result<ExitStatus> eval_video(const EvalOptions& options) {
  warn_of_native_rows(options);
  evaluate::FlickerTable table{options.video, {}};
  for (const std::string& model : options.models)
    for (const std::string& runtime : split_commas(options.runtime.runtime))
      for (const std::string& precision : split_commas(options.runtime.precision))
        TRY(add_row(options, model, runtime, precision, table.rows));
  leave_out_what_others_have(table.rows, [](const evaluate::FlickerRow& row) { return row.flicker.has_value(); });
  TRY(write_eval(options, to_json(table), to_text(table)));
  const bool any = std::ranges::any_of(table.rows, [](const auto& row) { return row.flicker.has_value(); });
  return any ? kOk : kFailure;
}

}  // namespace diolkos::cli
