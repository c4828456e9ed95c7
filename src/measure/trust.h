// Checks that a measurement is of what it claims to be.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/tensor.h"

namespace diolkos::measure {

// Runs `step`, which writes `outputs`, over a pattern of our own and looks at once, and again after `wait_ms`. An error
// where the outputs changed after the step had returned, or are the pattern still: the runtime works on behind the
// caller's back, and its time is that of queueing.
Status check_synchronized(FunctionRef<Status()> step, std::span<Tensor> outputs, double wait_ms);

// How many multiply-adds of the network a float32 multiply-add of the machine can stand for: 2 for 16-bit types and 4
// for 8-bit ones, by their width (8 times as many where the processor has matrix units, Intel's AMX: 1024 of 8 bits a
// cycle against 32 of float32); and up to 5.07 where 3x3 convolutions may be done by Winograd's F(6x6), 6 * 6 * 9 / (8
// * 8).
double shortcut_of(std::string_view precision, bool winograd, bool matrix_units);

// An error where `fastest_ms` for `multiply_adds` is beyond `peak_gflops` (float32, two operations a multiply-add) with
// that shortcut, by more than a tenth.
Status check_limit(double fastest_ms, std::int64_t multiply_adds, double peak_gflops, double shortcut);

// The largest |a - b| of two float32 tensors of one shape over the largest |b|; infinite where they cannot be compared.
double difference(std::span<const Tensor> a, std::span<const Tensor> b);

// An error where a result's difference from float32's says that another precision was computed in than the one named:
// larger than `tolerance`, or, for an 8-bit one, as small as only floats have it.
Status check_precision(std::string_view precision, double found, double tolerance);

}  // namespace diolkos::measure
