// The passes in their order, each with the reason for its place.
#include <array>
#include <cstddef>

#include "passes/activate_before_moving.h"
#include "passes/convolve_before_resize.h"
#include "passes/eliminate_common_subexpressions.h"
#include "passes/eliminate_dead_code.h"
#include "passes/eliminate_identity.h"
#include "passes/expand_quantized_conv.h"
#include "passes/fold_batch_norm.h"
#include "passes/fold_constants.h"
#include "passes/fold_dequantized_constants.h"
#include "passes/fold_scale_into_conv.h"
#include "passes/fuse_activation.h"
#include "passes/fuse_attention.h"
#include "passes/fuse_gelu.h"
#include "passes/fuse_hard_sigmoid.h"
#include "passes/fuse_hard_swish.h"
#include "passes/fuse_layer_norm.h"
#include "passes/fuse_pad_into_conv.h"
#include "passes/fuse_quantization.h"
#include "passes/fuse_residual_add.h"
#include "passes/merge_pointwise_convolutions.h"
#include "passes/merge_transposes.h"
#include "passes/normalize_auto_pad.h"
#include "passes/normalize_resize.h"
#include "passes/pass.h"
#include "passes/pooled_branch_as_bias.h"
#include "passes/products_as_convolutions.h"
#include "passes/quantize_before_moving.h"
#include "passes/shift_to_int8.h"

namespace diolkos::passes {
namespace {

constexpr std::array kTable{
    Pass{"eliminate_dead_code", "first: nothing after it looks at what nobody needs", eliminate_dead_code},
    Pass{"fold_constants", "gives every value its type, on which the others rely", fold_constants},
    // Pipeline::types ends here.
    Pass{"merge_transposes", "before eliminate_identity: two that cancel become one that moves nothing",
         merge_transposes},
    Pass{"normalize_resize", "one form of Resize for everything after it", normalize_resize},
    Pass{"eliminate_identity", "before all fusions: what changes nothing would stand between their parts",
         eliminate_identity},
    Pass{"eliminate_common_subexpressions", "before fusions, which copy a value's producer into its only user",
         eliminate_common_subexpressions},
    Pass{"normalize_auto_pad", "before fuse_pad_into_conv, which adds to explicit pads", normalize_auto_pad},
    Pass{"fuse_pad_into_conv", "as soon as all pads are explicit", fuse_pad_into_conv},
    Pass{"fuse_hard_sigmoid", "before fuse_hard_swish, which is made of it", fuse_hard_sigmoid},
    Pass{"fuse_hard_swish", "before scales are folded: the sixth in it is none of a convolution's", fuse_hard_swish},
    Pass{"fold_scale_into_conv", "before fold_batch_norm: a bias added on its own may stand between",
         fold_scale_into_conv},
    Pass{"fold_batch_norm", "after every pass that brings a normalisation next to its convolution", fold_batch_norm},
    Pass{"fold_scale_into_conv", "again: a normalisation written in two steps leaves its scale behind it",
         fold_scale_into_conv},
    // Pipeline::deploy ends here.
    Pass{"expand_quantized_conv", "before all that looks for pairs of QuantizeLinear and DequantizeLinear",
         expand_quantized_conv},
    Pass{"shift_to_int8", "before operators become integer ones, which are of one type", shift_to_int8},
    Pass{"quantize_before_moving", "before fuse_quantization: brings a QuantizeLinear next to what computes",
         quantize_before_moving},
    Pass{"fuse_quantization", "before other fusions, which leave what computes on integers alone", fuse_quantization},
    Pass{"fold_dequantized_constants", "after fuse_quantization, which takes weights as integers",
         fold_dequantized_constants},
    Pass{"fuse_layer_norm", "before products: what is added behind a normalisation is none of theirs", fuse_layer_norm},
    Pass{"fuse_gelu", "before products_as_convolutions, which takes an activation along", fuse_gelu},
    Pass{"fuse_attention", "before products_as_convolutions: looks for heads that are made of products of tokens",
         fuse_attention},
    Pass{"products_as_convolutions", "before all that is done to convolutions", products_as_convolutions},
    Pass{"activate_before_moving", "before fuse_activation: brings an activation next to its convolution",
         activate_before_moving},
    Pass{"convolve_before_resize", "before merge_pointwise_convolutions: leaves convolutions next to each other",
         convolve_before_resize},
    Pass{"merge_pointwise_convolutions", "before activations and residuals are fused, which would stand between",
         merge_pointwise_convolutions},
    Pass{"pooled_branch_as_bias", "before fusions, which leave convolutions of another operator",
         pooled_branch_as_bias},
    Pass{"fuse_residual_add", "before fuse_activation: FusedConv adds first and activates then", fuse_residual_add},
    Pass{"fuse_activation", "last: whatever could still change a convolution's output has", fuse_activation},
};

constexpr std::size_t kTypes = 2;
constexpr std::size_t kDeploy = 13;
static_assert(kTable[kTypes - 1].name == "fold_constants" && kTable[kDeploy].name == "expand_quantized_conv");

}  // namespace

std::span<const Pass> passes_of(Pipeline pipeline) {
  const std::span<const Pass> all(kTable);
  switch (pipeline) {
    case Pipeline::types: return all.first(kTypes);
    case Pipeline::deploy: return all.first(kDeploy);
    case Pipeline::native: break;
  }
  return all;
}

}  // namespace diolkos::passes
