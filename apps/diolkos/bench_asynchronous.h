// A runtime that works apart from its caller, measured both ways.
#pragma once

#include "bench_network.h"

namespace diolkos::cli {

// Takes the time until a run is queued and until its outputs are there, after the samples, into the record; nothing
// where the runtime works in the caller's thread.
Status measure_asynchronous(Measured& measured);

}  // namespace diolkos::cli
