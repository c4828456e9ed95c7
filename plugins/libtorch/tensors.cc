#include "libtorch/tensors.h"

#include <cstdlib>
#include <string_view>

#include <ATen/ops/from_blob.h>

namespace diolkos::plugin::libtorch {

Result<at::ScalarType> scalar_type_of(DType dtype) {
  switch (dtype) {
    case DType::float32: return at::kFloat;
    case DType::float16: return at::kHalf;
    case DType::bfloat16: return at::kBFloat16;
    case DType::float64: return at::kDouble;
    case DType::int8: return at::kChar;
    case DType::uint8: return at::kByte;
    case DType::int16: return at::kShort;
    case DType::int32: return at::kInt;
    case DType::int64: return at::kLong;
    case DType::boolean: return at::kBool;
    default: return unsupported("PyTorch has no " + std::string(name_of(dtype)));
  }
}

Result<Place> place_of(const diolkos_load_options& options) {
  const std::string_view device = options.device, precision = options.precision;
  Place place;
  if (device.starts_with("cuda:")) {
    place.device = at::Device(at::kCUDA, static_cast<at::DeviceIndex>(std::atoi(options.device + 5)));
  } else if (device != "cpu") {
    return unsupported("device '" + std::string(device) + "': expected cpu or cuda:NUMBER");
  }
  if (precision == "fp16" && place.device.is_cuda()) {
    place.floats = at::kHalf;
  } else if (precision == "bf16") {
    place.floats = at::kBFloat16;
  } else if (precision != "fp32") {
    return unsupported("precision '" + std::string(precision) + "' on " + options.device +
                       ": expected fp32, bf16 or, on cuda, fp16");
  }
  return place;
}

Result<at::Tensor> to_place(const Tensor& constant, const Place& place) {
  TRY_ASSIGN(const at::ScalarType type, scalar_type_of(constant.dtype()));
  const std::vector<std::int64_t> dims(constant.shape().begin(), constant.shape().end());
  // from_blob's tensor is only read.
  const at::Tensor over = at::from_blob(const_cast<std::byte*>(constant.data()), dims, at::TensorOptions(type));
  return over.to(place.device, is_float(constant.dtype()) ? place.floats : type, /*non_blocking=*/false, /*copy=*/true);
}

}  // namespace diolkos::plugin::libtorch
