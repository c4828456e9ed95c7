#include "measure/trust.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace diolkos::measure {
namespace {

constexpr std::byte kPattern{0xa5};
constexpr double kAllowance = 1.1;       // of the machine's peak: it is measured as well
constexpr double kFloatRounding = 1e-4;  // 8-bit networks differ from float by more, everywhere

std::vector<std::byte> bytes_of(std::span<const Tensor> tensors) {
  std::vector<std::byte> bytes;
  for (const Tensor& tensor : tensors) bytes.insert(bytes.end(), tensor.data(), tensor.data() + tensor.bytes());
  return bytes;
}

}  // namespace

Status check_synchronized(FunctionRef<Status()> step, std::span<Tensor> outputs, double wait_ms) {
  for (Tensor& tensor : outputs)
    if (std::byte* const bytes = tensor.mutable_data(); bytes != nullptr)
      std::memset(bytes, static_cast<int>(kPattern), tensor.bytes());
  TRY(step());
  const std::vector<std::byte> at_once = bytes_of(outputs);
  std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(wait_ms));
  const std::vector<std::byte> later = bytes_of(outputs);
  if (at_once != later)
    return invalid(
        "the outputs changed after the run had returned: the runtime does not synchronise, and its times are "
        "those of queueing");
  if (!later.empty() && std::ranges::all_of(later, [](std::byte byte) { return byte == kPattern; }))
    return invalid("the run wrote no output: the runtime does not synchronise, or does nothing");
  return {};
}

double shortcut_of(std::string_view precision, bool winograd, bool matrix_units) {
  const double width = precision.starts_with("int8") ? 4 : precision == "bf16" || precision == "fp16" ? 2 : 1;
  return width * (matrix_units && width > 1 ? 8 : 1) * (winograd ? 36.0 * 9 / 64 : 1);
}

Status check_limit(double fastest_ms, std::int64_t multiply_adds, double peak_gflops, double shortcut) {
  if (peak_gflops <= 0) return {};
  const double least_ms = 2e-6 * static_cast<double>(multiply_adds) / (peak_gflops * shortcut * kAllowance);
  if (fastest_ms >= least_ms) return {};
  return invalid(
      fmt::format("{:.3f} ms for {:.2f} G multiply-adds is faster than this machine can be ({:.3f} ms at its "
                  "peak of {:.0f} GFLOP/s): an error of measurement",
                  fastest_ms, 1e-9 * static_cast<double>(multiply_adds), least_ms, peak_gflops));
}

double difference(std::span<const Tensor> a, std::span<const Tensor> b) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  if (a.size() != b.size()) return kNone;
  double most = 0;
  double scale = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto x = a[i].as<float>();
    const auto y = b[i].as<float>();
    if (x.size() != y.size() || x.empty()) return kNone;
    for (std::size_t k = 0; k < x.size(); ++k) {
      const double apart = std::abs(static_cast<double>(x[k]) - static_cast<double>(y[k]));
      if (std::isnan(apart)) return kNone;
      most = std::max(most, apart);
      scale = std::max(scale, std::abs(static_cast<double>(y[k])));
    }
  }
  return scale > 0 ? most / scale : most;
}

Status check_precision(std::string_view precision, double found, double tolerance) {
  if (!(found <= tolerance))
    return invalid(
        fmt::format("the result is {:.2g} of its largest value away from float32's, {} keeps within {:.2g}: "
                    "something else was computed",
                    found, precision, tolerance));
  if (precision == "int8" && found < kFloatRounding)
    return invalid(
        fmt::format("the result is {:.2g} of its largest value away from float32's, as only floats are: int8 "
                    "was asked for, and floats were computed",
                    found));
  return {};
}

}  // namespace diolkos::measure
