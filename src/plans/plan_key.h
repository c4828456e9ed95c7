// Everything that a plan depends on.
#pragma once

#include <string>
#include <string_view>

#include "plans/open_model.h"
#include "runtime/plan_file.h"

namespace diolkos::plans {

// "diolkos 0.1.0, packing 1": the key's first part.
std::string engine_version();

// `model` is its hash, or its name where it has no file.
runtime::PlanKey plan_key(std::string_view model, const OpenOptions& options, cpu::Isa isa, int threads);

}  // namespace diolkos::plans
