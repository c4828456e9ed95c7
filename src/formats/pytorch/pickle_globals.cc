#include "formats/pytorch/pickle_globals.h"

#include <array>

#include <fmt/format.h>

#include "base/printable.h"

namespace diolkos::formats::pytorch {
namespace {

constexpr std::array kKnown{
    Global{"collections", "OrderedDict", Role::ordered_dict},
    Global{"torch._utils", "_rebuild_tensor", Role::rebuild_tensor},
    Global{"torch._utils", "_rebuild_tensor_v2", Role::rebuild_tensor},
    Global{"torch._utils", "_rebuild_tensor_v3", Role::rebuild_tensor_v3},
    Global{"torch._utils", "_rebuild_parameter", Role::rebuild_parameter},
    Global{"torch._utils", "_rebuild_parameter_with_state", Role::rebuild_parameter},
    Global{"torch", "FloatStorage", Role::storage_type, DType::float32},
    Global{"torch", "DoubleStorage", Role::storage_type, DType::float64},
    Global{"torch", "HalfStorage", Role::storage_type, DType::float16},
    Global{"torch", "BFloat16Storage", Role::storage_type, DType::bfloat16},
    Global{"torch", "LongStorage", Role::storage_type, DType::int64},
    Global{"torch", "IntStorage", Role::storage_type, DType::int32},
    Global{"torch", "ShortStorage", Role::storage_type, DType::int16},
    Global{"torch", "CharStorage", Role::storage_type, DType::int8},
    Global{"torch", "ByteStorage", Role::storage_type, DType::uint8},
    Global{"torch", "BoolStorage", Role::storage_type, DType::boolean},
    Global{"torch", "UntypedStorage", Role::storage_type},
    Global{"torch.storage", "UntypedStorage", Role::storage_type},
    Global{"torch.storage", "_UntypedStorage", Role::storage_type},
    Global{"torch", "float32", Role::dtype, DType::float32},
    Global{"torch", "float64", Role::dtype, DType::float64},
    Global{"torch", "float16", Role::dtype, DType::float16},
    Global{"torch", "bfloat16", Role::dtype, DType::bfloat16},
    Global{"torch", "int8", Role::dtype, DType::int8},
    Global{"torch", "int16", Role::dtype, DType::int16},
    Global{"torch", "int32", Role::dtype, DType::int32},
    Global{"torch", "int64", Role::dtype, DType::int64},
    Global{"torch", "uint8", Role::dtype, DType::uint8},
    Global{"torch", "uint16", Role::dtype, DType::uint16},
    Global{"torch", "uint32", Role::dtype, DType::uint32},
    Global{"torch", "uint64", Role::dtype, DType::uint64},
    Global{"torch", "bool", Role::dtype, DType::boolean},
    Global{"torch", "Size", Role::size},
    Global{"torch", "device", Role::opaque},
    Global{"collections", "Counter", Role::opaque},
    Global{"builtins", "set", Role::opaque},
    Global{"__builtin__", "set", Role::opaque},
    Global{"_codecs", "encode", Role::opaque},  // how protocol 2 spells bytes
    Global{"argparse", "Namespace", Role::opaque},  // of training scripts, torchvision's own among them
    Global{"pathlib", "PosixPath", Role::opaque},
    Global{"pathlib", "WindowsPath", Role::opaque},
    Global{"numpy", "dtype", Role::opaque},
    Global{"numpy", "ndarray", Role::opaque},
    Global{"numpy.core.multiarray", "scalar", Role::opaque},
    Global{"numpy.core.multiarray", "_reconstruct", Role::opaque},
    Global{"numpy.core.numeric", "_frombuffer", Role::opaque},
    Global{"numpy._core.numeric", "_frombuffer", Role::opaque},
    Global{"numpy._core.multiarray", "scalar", Role::opaque},
    Global{"numpy._core.multiarray", "_reconstruct", Role::opaque},
};

struct Refusal {
  std::string_view module;
  std::string_view name;  // the beginning of one
  std::string_view reason;
};

constexpr std::array kRefused{
    Refusal{"torch._utils", "_rebuild_qtensor", "a quantized tensor; expected dense ones: dequantize() before saving"},
    Refusal{"torch._utils", "_rebuild_sparse", "a sparse tensor; expected dense ones: to_dense() before saving"},
    Refusal{"torch._utils", "_rebuild_nested", "a nested tensor; expected dense ones"},
    Refusal{"torch._utils", "_rebuild_meta_tensor", "a tensor on the 'meta' device, which has no values"},
    Refusal{"torch", "QInt", "a quantized tensor; expected dense ones: dequantize() before saving"},
    Refusal{"torch", "QUInt", "a quantized tensor; expected dense ones: dequantize() before saving"},
    Refusal{"torch", "Complex", "a complex tensor; expected real numbers"},
    Refusal{"torch", "complex", "a complex tensor; expected real numbers"},
    Refusal{"torch", "float8_", "an 8-bit float tensor; expected float16, bfloat16, float32 or float64"},
    Refusal{"torch.storage", "_load_from_bytes",
            "tensors written by pickle.dump(); expected a file of torch.save(model.state_dict(), ...)"},
};

constexpr std::string_view kCode =
    "it would execute code; expected a plain state dict (torch.save(model.state_dict(), ...))";

}  // namespace

const Global& known_global(std::size_t index) { return kKnown[index]; }

Result<std::size_t> find_global(std::string_view module, std::string_view name) {
  for (std::size_t i = 0; i < kKnown.size(); ++i)
    if (kKnown[i].module == module && kKnown[i].name == name) return i;
  std::string_view reason = kCode;
  for (const Refusal& refusal : kRefused)
    if (refusal.module == module && name.starts_with(refusal.name)) reason = refusal.reason;
  return unsupported(fmt::format("refuses to load global '{}.{}': {}", printable(module), printable(name), reason));
}

}  // namespace diolkos::formats::pytorch
