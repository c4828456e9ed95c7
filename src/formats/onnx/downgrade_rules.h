// The rewrites of downgrade.cc's table, one for each change between opset 13 and 22 that a graph can hold.
#pragma once

#include "formats/onnx/downgrade.h"

namespace diolkos::formats::onnx_io {

Status refuse_own_operator(Downgrade& downgrade);  // FusedConv, FusedAttention

// Element types that operators took up later.
Status refuse_narrow_integers(Downgrade& downgrade);  // Add, Sub, Mul, Div, Relu (14)
Status refuse_bfloat16(Downgrade& downgrade);         // Conv, pools and others (22)

// Operators that came later.
Status swish_to_sigmoid(Downgrade& downgrade);       // Swish (24)
Status hard_swish_to_sigmoid(Downgrade& downgrade);  // HardSwish (14)
Status spell_out_gelu(Downgrade& downgrade);         // Gelu (20)
Status spell_out_layer_norm(Downgrade& downgrade);   // LayerNormalization (17)
Status spell_out_group_norm(Downgrade& downgrade);   // GroupNormalization (21: scale and bias of channels)
Status cast_like_to_cast(Downgrade& downgrade);      // CastLike (15)
Status shape_to_constant(Downgrade& downgrade);      // Shape with start or end (15)

// Inputs that were attributes, and axes that were all axes.
Status axes_to_attribute(Downgrade& downgrade);  // ReduceMean, ReduceMax, ReduceMin, ReduceProd (18)
Status write_split_sizes(Downgrade& downgrade);  // Split with num_outputs (18)
Status resize_all_axes(Downgrade& downgrade);    // Resize with axes (18)
Status pad_all_axes(Downgrade& downgrade);       // Pad with axes (18)

// Attributes that may be dropped only where they say what was meant without them.
Status drop_resize_antialias(Downgrade& downgrade);    // antialias, keep_aspect_ratio_policy (18)
Status refuse_new_resize_mode(Downgrade& downgrade);   // half_pixel_symmetric (19)
Status refuse_wrapped_pad(Downgrade& downgrade);       // mode wrap (19)
Status drop_training_mode(Downgrade& downgrade);       // BatchNormalization (14)
Status drop_allow_zero(Downgrade& downgrade);          // Reshape (14)
Status drop_pool_dilations(Downgrade& downgrade);      // AveragePool (19)
Status drop_saturate(Downgrade& downgrade);            // Cast, CastLike, QuantizeLinear (19)
Status drop_round_mode(Downgrade& downgrade);          // Cast, CastLike (24)
Status drop_quantized_blocks(Downgrade& downgrade);    // QuantizeLinear, DequantizeLinear: block_size, 16 bits (21)
Status zero_point_for_type(Downgrade& downgrade);      // QuantizeLinear with output_dtype (21)
Status drop_quantize_precision(Downgrade& downgrade);  // QuantizeLinear's precision (23)
Status drop_dequantize_type(Downgrade& downgrade);     // DequantizeLinear's output_dtype (23)

}  // namespace diolkos::formats::onnx_io
