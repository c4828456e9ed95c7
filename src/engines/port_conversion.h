// Between a runtime's form of a port and float32 NCHW.
#pragma once

#include <string>
#include <string_view>

#include "base/tensor.h"
#include "engines/model.h"

namespace diolkos::engines {

// The port as float32 NCHW. An integer without a scale keeps its type.
Port float_form(const Port& port);
Port nchw_form(const Port& port);  // as NCHW, of its own type
bool needs_conversion(const Port& theirs, const Port& ours);

// `ours` is of float_form(port)'s or nchw_form(port)'s type and shape, `theirs` of the port's;
// real = scale * (stored - zero_point), rounded half to even and saturated.
void to_runtime(const Tensor& ours, const Port& port, Tensor& theirs);
void from_runtime(const Tensor& theirs, const Port& port, Tensor& ours);

std::string count_differs(std::size_t got, std::string_view what, std::size_t expected);
std::string tensor_differs(const Port& port, const Tensor& tensor, std::string_view what);

}  // namespace diolkos::engines
