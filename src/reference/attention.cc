#include "kernels/attention/attention.h"

#include "reference/operators.h"

namespace diolkos::reference {

Status attention(const Call& call) {
  const Shape& queries = call.in(0).shape();
  kernels::attention::Spec spec;
  spec.heads = call.attributes().int_or("heads", 1);
  spec.scale = call.attributes().float_or("scale", 1.0f);
  spec.batch = queries[0];
  spec.queries = queries[1];
  spec.keys = call.in(1).shape()[1];
  spec.depth = queries[2] / spec.heads;
  kernels::attention::reference(spec, data<float>(call.in(0)), data<float>(call.in(1)), data<float>(call.in(2)),
                                mutable_data<float>(call.out()));
  return {};
}

}  // namespace diolkos::reference
