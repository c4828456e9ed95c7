#include "segmenting_network.h"

#include "opened.h"

namespace diolkos::cli {

Result<SegmentingNetwork> open_segmenting(const ModelOptions& model, const RuntimeOptions& runtime,
                                          const SegmentationOptions& segmentation, const Wrap& wrap) {
  TRY(check_options(runtime));
  TRY_ASSIGN(const porting::LoadOptions load_options, to_load_options(model));
  TRY_ASSIGN(OpenedNetwork opened, open_network(model.model, load_options, runtime));
  SegmentingNetwork made;
  made.notes = std::move(opened.notes);
  made.running = std::move(opened.running.running);
  if (!made.running.refusal.empty()) return made;
  made.network = std::move(opened.running.network);
  if (wrap) {
    TRY_ASSIGN(made.network, wrap(std::move(made.network)));
  }
  TRY_ASSIGN(made.segmenting, to_segmenting(segmentation, opened.metadata, made.network->output()));
  return made;
}

}  // namespace diolkos::cli
