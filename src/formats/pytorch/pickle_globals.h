// The globals (module and name) that a pickle may mention. None is ever imported or called: each stands for something
// that the reader does itself, or leaves alone. Every other one is refused by name.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/dtype.h"
#include "base/result.h"

namespace diolkos::formats::pytorch {

enum class Role {
  ordered_dict,       // collections.OrderedDict
  rebuild_tensor,     // (storage, offset, sizes, strides, …)
  rebuild_tensor_v3,  // (storage, offset, sizes, strides, requires_grad, hooks, dtype, …)
  rebuild_parameter,  // (tensor, …)
  storage_type,       // of elements of `dtype`; undefined: bytes
  dtype,              // torch.float32
  size,               // torch.Size
  opaque,             // a class or function whose results a state dict does not need
};

struct Global {
  std::string_view module;
  std::string_view name;
  Role role;
  DType dtype = DType::undefined;
};

const Global& known_global(std::size_t index);
// The index of a known global, or an error that names it and says why, and what to save instead.
Result<std::size_t> find_global(std::string_view module, std::string_view name);

}  // namespace diolkos::formats::pytorch
