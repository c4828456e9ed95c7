// What the planners of convolutions, and of what is computed by them, begin with.
#pragma once

#include "graph/window.h"
#include "kernels/conv2d/convolution.h"
#include "runtime/planner.h"

namespace diolkos::runtime {

kernels::conv2d::Axis axis_of(const graph::WindowAxis& axis);

bool is_float_constant(const Planner& planner, graph::ValueId id);  // not kNoValue

// Its pool, its threads and what it may compute in; the operands are the caller's. It is measured and stored nowhere:
// `tuning` and `store` are null.
kernels::conv2d::Spec convolution_spec(const PlanOptions& options);

}  // namespace diolkos::runtime
