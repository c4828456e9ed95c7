#include "runtime/convolution_spec.h"

namespace diolkos::runtime {

kernels::conv2d::Axis axis_of(const graph::WindowAxis& axis) {
  return {axis.input, axis.output, axis.kernel, axis.stride, axis.dilation, axis.pad_begin};
}

bool is_float_constant(const Planner& planner, graph::ValueId id) {
  return id != graph::kNoValue && planner.graph().value(id).is_constant() && planner.type(id).dtype == DType::float32;
}

kernels::conv2d::Spec convolution_spec(const PlanOptions& options) {
  kernels::conv2d::Spec spec;
  spec.isa = options.isa;
  spec.threads = options.threads();
  spec.winograd = options.winograd;
  spec.storage = options.storage;
  spec.matrix = kernels::tile::matrix_unit(spec.isa);
  spec.pool = options.pool;
  return spec;
}

}  // namespace diolkos::runtime
