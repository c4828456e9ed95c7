#include <fmt/format.h>

#include "formats/tflite/element_type.h"
#include "formats/tflite/options_table.h"

namespace diolkos::tflite {
namespace {

Result<Padding> padding(std::int8_t code) {
  if (code != 0 && code != 1) return invalid(fmt::format("padding is {}, expected 0 (SAME) or 1 (VALID)", code));
  return static_cast<Padding>(code);
}

Result<Activation> activation(std::int8_t code) {
  if (code < 0 || code > 5) return invalid(fmt::format("activation is {}, expected 0 to 5", code));
  return static_cast<Activation>(code);
}

Status positive(std::int32_t value, std::string_view what) {
  if (value > 0) return {};
  return invalid(fmt::format("{} is {}, expected 1 or more", what, value));
}

Result<DType> type(std::int8_t code) {
  const auto dtype = dtype_of_code(code);
  if (!dtype) return unsupported(fmt::format("element type {} is not one that Diolkos reads", code));
  return *dtype;
}

template <class Table>
Status read_strides(const Table& table, Options& options) {
  options.stride_h = table.stride_h();
  options.stride_w = table.stride_w();
  TRY(positive(options.stride_h, "stride_h"));
  TRY(positive(options.stride_w, "stride_w"));
  TRY_ASSIGN(options.padding, padding(table.padding()));
  TRY_ASSIGN(options.activation, activation(table.activation()));
  return {};
}

template <class Table>
Status read_dilations(const Table& table, Options& options) {
  options.dilation_h = table.dilation_h();
  options.dilation_w = table.dilation_w();
  TRY(positive(options.dilation_h, "dilation_h"));
  return positive(options.dilation_w, "dilation_w");
}

void read_shape(const flatbuffers::Vector<std::int32_t>* from, Options& options) {
  if (from != nullptr) options.shape.assign(from->begin(), from->end());
}

Status read_pool(const fb::PoolOptions& table, Options& options) {
  TRY(read_strides(table, options));
  options.filter_h = table.filter_h();
  options.filter_w = table.filter_w();
  TRY(positive(options.filter_h, "filter_h"));
  return positive(options.filter_w, "filter_w");
}

Status read_fully_connected(const fb::FullyConnectedOptions& table, Options& options) {
  if (table.weights_format() != 0) return unsupported("shuffled weights; write the file without them");
  options.keep_dims = table.keep_num_dims();
  TRY_ASSIGN(options.activation, activation(table.activation()));
  return {};
}

Status read_table(const fb::Operator& op, Options& options) {
  switch (op.options_type()) {
    case fb::Options_Conv:
      TRY(read_strides(*op.options_as_Conv(), options));
      return read_dilations(*op.options_as_Conv(), options);
    case fb::Options_Depthwise:
      options.depth_multiplier = op.options_as_Depthwise()->depth_multiplier();
      TRY(read_strides(*op.options_as_Depthwise(), options));
      return read_dilations(*op.options_as_Depthwise(), options);
    case fb::Options_TransposeConv: return read_strides(*op.options_as_TransposeConv(), options);
    case fb::Options_Pool: return read_pool(*op.options_as_Pool(), options);
    case fb::Options_FullyConnected: return read_fully_connected(*op.options_as_FullyConnected(), options);
    case fb::Options_Softmax: options.beta = op.options_as_Softmax()->beta(); return {};
    case fb::Options_Concat: {
      options.axis = op.options_as_Concat()->axis();
      TRY_ASSIGN(options.activation, activation(op.options_as_Concat()->activation()));
      return {};
    }
    case fb::Options_Add:
    case fb::Options_Sub: {
      const auto* table = static_cast<const fb::AddOptions*>(op.options());
      options.pot_scale_int16 = table->pot_scale_int16();
      TRY_ASSIGN(options.activation, activation(table->activation()));
      return {};
    }
    case fb::Options_Mul:
    case fb::Options_Div: {
      TRY_ASSIGN(options.activation, activation(static_cast<const fb::ActivationOptions*>(op.options())->activation()));
      return {};
    }
    case fb::Options_ResizeBilinear:
      options.align_corners = op.options_as_ResizeBilinear()->align_corners();
      options.half_pixel_centers = op.options_as_ResizeBilinear()->half_pixel_centers();
      return {};
    case fb::Options_ResizeNearest:
      options.align_corners = op.options_as_ResizeNearest()->align_corners();
      options.half_pixel_centers = op.options_as_ResizeNearest()->half_pixel_centers();
      return {};
    case fb::Options_Reshape: read_shape(op.options_as_Reshape()->new_shape(), options); return {};
    case fb::Options_Squeeze: read_shape(op.options_as_Squeeze()->squeeze_dims(), options); return {};
    case fb::Options_SpaceToDepth:
    case fb::Options_DepthToSpace:
      options.block_size = static_cast<const fb::SpaceDepthOptions*>(op.options())->block_size();
      return positive(options.block_size, "block_size");
    case fb::Options_Reducer: options.keep_dims = op.options_as_Reducer()->keep_dims(); return {};
    case fb::Options_StridedSlice: {
      const auto& table = *op.options_as_StridedSlice();
      options.begin_mask = table.begin_mask();
      options.end_mask = table.end_mask();
      options.ellipsis_mask = table.ellipsis_mask();
      options.new_axis_mask = table.new_axis_mask();
      options.shrink_axis_mask = table.shrink_axis_mask();
      return {};
    }
    case fb::Options_Split:
    case fb::Options_SplitV:
      options.num_splits = static_cast<const fb::SplitOptions*>(op.options())->num_splits();
      return {};
    case fb::Options_Cast: {
      TRY_ASSIGN(options.in_type, type(op.options_as_Cast()->in_type()));
      TRY_ASSIGN(options.out_type, type(op.options_as_Cast()->out_type()));
      return {};
    }
    case fb::Options_ArgMax:
    case fb::Options_ArgMin: {
      TRY_ASSIGN(options.out_type, type(static_cast<const fb::ArgOptions*>(op.options())->output_type()));
      return {};
    }
    case fb::Options_LeakyRelu: options.alpha = op.options_as_LeakyRelu()->alpha(); return {};
    case fb::Options_MirrorPad: options.mirror_symmetric = op.options_as_MirrorPad()->mode() != 0; return {};
    default: return {};
  }
}

}  // namespace

Result<Options> read_options(const fb::Operator& op, Builtin builtin) {
  Options options;
  if (op.options() == nullptr) return options;
  const fb::Options expected = options_type(builtin);
  if (expected == fb::Options_NONE) return options;
  if (op.options_type() != expected)
    return invalid(fmt::format("has the options of another operator (union member {}, expected {})",
                               static_cast<int>(op.options_type()), static_cast<int>(expected)));
  TRY(read_table(op, options));
  return options;
}

}  // namespace diolkos::tflite
