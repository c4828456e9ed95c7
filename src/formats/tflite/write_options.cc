#include "formats/tflite/element_type.h"
#include "formats/tflite/options_table.h"

namespace diolkos::tflite {
namespace {

std::int8_t code(DType dtype) { return code_of_dtype(dtype).value_or(0); }

template <class Enum>
std::int8_t number(Enum value) {
  return static_cast<std::int8_t>(value);
}

}  // namespace

fb::Options options_type(Builtin builtin) {
  switch (builtin) {
#define DIOLKOS_TFLITE_OP(name, text, code, options) \
  case Builtin::name: return fb::Options_##options;
#include "formats/tflite/builtin_list.inc"
#undef DIOLKOS_TFLITE_OP
  }
  return fb::Options_NONE;
}

flatbuffers::Offset<void> write_options(flatbuffers::FlatBufferBuilder& b, const Operator& op) {
  const Options& o = op.options;
  switch (options_type(op.builtin)) {
    case fb::Options_NONE: return {};
    case fb::Options_Conv:
      return fb::CreateConvOptions(b, number(o.padding), o.stride_w, o.stride_h, number(o.activation), o.dilation_w,
                                   o.dilation_h).Union();
    case fb::Options_Depthwise:
      return fb::CreateDepthwiseOptions(b, number(o.padding), o.stride_w, o.stride_h, o.depth_multiplier,
                                        number(o.activation), o.dilation_w, o.dilation_h).Union();
    case fb::Options_Pool:
      return fb::CreatePoolOptions(b, number(o.padding), o.stride_w, o.stride_h, o.filter_w, o.filter_h,
                                   number(o.activation)).Union();
    case fb::Options_FullyConnected:
      return fb::CreateFullyConnectedOptions(b, number(o.activation), 0, o.keep_dims).Union();
    case fb::Options_Softmax: return fb::CreateSoftmaxOptions(b, o.beta).Union();
    case fb::Options_Concat: return fb::CreateConcatOptions(b, o.axis, number(o.activation)).Union();
    case fb::Options_Add:
    case fb::Options_Sub: return fb::CreateAddOptions(b, number(o.activation), o.pot_scale_int16).Union();
    case fb::Options_Mul:
    case fb::Options_Div: return fb::CreateActivationOptions(b, number(o.activation)).Union();
    case fb::Options_ResizeBilinear:
      return fb::CreateResizeBilinearOptions(b, o.align_corners, o.half_pixel_centers).Union();
    case fb::Options_ResizeNearest:
      return fb::CreateResizeNearestOptions(b, o.align_corners, o.half_pixel_centers).Union();
    case fb::Options_Reshape: return fb::CreateReshapeOptions(b, b.CreateVector(o.shape)).Union();
    case fb::Options_Squeeze: return fb::CreateSqueezeOptions(b, b.CreateVector(o.shape)).Union();
    case fb::Options_SpaceToDepth:
    case fb::Options_DepthToSpace: return fb::CreateSpaceDepthOptions(b, o.block_size).Union();
    case fb::Options_Reducer: return fb::CreateReducerOptions(b, o.keep_dims).Union();
    case fb::Options_StridedSlice:
      return fb::CreateStridedSliceOptions(b, o.begin_mask, o.end_mask, o.ellipsis_mask, o.new_axis_mask,
                                           o.shrink_axis_mask).Union();
    case fb::Options_Split:
    case fb::Options_SplitV: return fb::CreateSplitOptions(b, o.num_splits).Union();
    case fb::Options_Cast: return fb::CreateCastOptions(b, code(o.in_type), code(o.out_type)).Union();
    case fb::Options_ArgMax:
    case fb::Options_ArgMin: return fb::CreateArgOptions(b, code(o.out_type)).Union();
    case fb::Options_TransposeConv:
      return fb::CreateTransposeConvOptions(b, number(o.padding), o.stride_w, o.stride_h, number(o.activation)).Union();
    case fb::Options_LeakyRelu: return fb::CreateLeakyReluOptions(b, o.alpha).Union();
    case fb::Options_MirrorPad: return fb::CreateMirrorPadOptions(b, o.mirror_symmetric ? 1 : 0).Union();
    case fb::Options_Pad:
    case fb::Options_Transpose:
    case fb::Options_Exp:
    case fb::Options_Dequantize:
    case fb::Options_MaximumMinimum:
    case fb::Options_Neg:
    case fb::Options_PadV2:
    case fb::Options_Slice:
    case fb::Options_ExpandDims:
    case fb::Options_Pow:
    case fb::Options_Abs:
    case fb::Options_Quantize:
    case fb::Options_HardSwish: return fb::CreateNoOptions(b).Union();
  }
  return {};
}

}  // namespace diolkos::tflite
