// What every measurement of a loaded network needs: its input, its description, and the checks that the figure is of
// what it claims to be.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "executable.h"
#include "measure/bench_record.h"
#include "plans/model_notes.h"
#include "segmentation/normalization.h"

namespace diolkos::cli {

Result<std::vector<Tensor>> random_inputs(std::span<const runtime::Port> ports);  // seeded, standard normal
measure::BenchRecord::Model describe(const plans::ModelNotes& notes);
measure::BenchRecord::Model describe(const porting::LoadedModel& model);

// A network with its tensors, ready to be timed.
struct Measured {
  std::vector<Tensor> inputs, outputs;
  segmentation::Metadata metadata;  // of the network
  measure::BenchRecord record;      // all but the samples
  Executable network;               // goes first: a runtime that works apart may still write
};

// Errors are those of loading. Where network.running.refusal is set nothing can be timed.
Result<std::unique_ptr<Measured>> prepare(const ModelOptions& model, const RuntimeOptions& runtime);

// Before timing: the runtime returns only when its outputs are written.
Status check_synchronized(Measured& measured);
// After: no sample is faster than the machine can be. Of processors only.
Status check_limit(const Measured& measured);

}  // namespace diolkos::cli
