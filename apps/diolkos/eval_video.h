// `diolkos eval --video`: how steady masks are from frame to frame.
#pragma once

#include "command.h"
#include "eval_network.h"

namespace diolkos::cli {

// Every combination of the models, --runtime and --precision, one after the other.
Result<ExitStatus> eval_video(const EvalOptions& options);

}  // namespace diolkos::cli
