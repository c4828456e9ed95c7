// Everything that a plan depends on.
#pragma once

#include <string>
#include <string_view>

#include "plans/open_model.h"
#include "runtime/plan_file.h"

namespace diolkos::plans {

// `model` is its hash, or its name where it has no file.
runtime::PlanKey plan_key(std::string_view model, const OpenOptions& options, cpu::Isa isa, int threads);

}  // namespace diolkos::plans
