// One model in LiteRT.
#pragma once

#include <memory>

#include "kit/runtime.h"
#include "litert/api.h"

namespace diolkos::plugin::litert {

Result<std::unique_ptr<Model>> load_session(const Api& api, Environment* environment,
                                            const diolkos_load_options& options);

}  // namespace diolkos::plugin::litert
