// Several sessions on one plan at the same time: what they do in all.
#pragma once

#include <span>

#include "measure/bench_record.h"
#include "runtime/session.h"

namespace diolkos::cli {

// `count` streams share the session's threads, at least one each, and its packed weights. Each begins its next
// inference when its last is done, for the protocol's duration and its number of iterations in all.
Result<measure::BenchRecord::Streams> measure_streams(const runtime::Session& session, std::span<const Tensor> inputs,
                                                      int count, const measure::LatencyProtocol& protocol);

}  // namespace diolkos::cli
