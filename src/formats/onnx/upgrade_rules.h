// The rewrites of upgrade.cc's table, one for each change that an operator went through between opset 9 and 22.
#pragma once

#include "formats/onnx/upgrade.h"

namespace diolkos::formats::onnx_io {

// Attributes that became inputs.
Status clip_bounds_to_inputs(Upgrade& upgrade);   // Clip below 11: min, max
Status pads_to_inputs(Upgrade& upgrade);          // Pad below 11: pads, value
Status slice_bounds_to_inputs(Upgrade& upgrade);  // Slice below 10: starts, ends, axes
Status axes_to_input(Upgrade& upgrade);           // Squeeze, Unsqueeze, ReduceSum below 13, other Reduce* below 18
Status split_sizes_to_input(Upgrade& upgrade);    // Split below 13: split
Status count_split_outputs(Upgrade& upgrade);     // Split below 18: num_outputs was implied

// Operators that are others.
Status sum_to_adds(Upgrade& upgrade);  // Sum

// Resampling.
Status upsample_to_resize(Upgrade& upgrade);        // Upsample
Status resize_without_modes(Upgrade& upgrade);      // Resize below 11
Status drop_empty_resize_inputs(Upgrade& upgrade);  // Resize: empty roi, scales, sizes mean absent ones

// Meanings that changed.
Status flatten_softmax(Upgrade& upgrade);     // Softmax, LogSoftmax below 13: over all axes from `axis` on
Status scale_channels_not_groups(Upgrade& upgrade);  // GroupNormalization below 21: scale and bias of groups
Status drop_dropout_ratio(Upgrade& upgrade);  // Dropout below 12

// Training, which Diolkos does not do.
Status refuse_training_outputs(Upgrade& upgrade);  // BatchNormalization below 14
Status refuse_training_mode(Upgrade& upgrade);     // BatchNormalization, Dropout

}  // namespace diolkos::formats::onnx_io
