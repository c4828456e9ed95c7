#include "tensorrt/golden.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace diolkos::plugin::tensorrt {
namespace {

constexpr double kTolerance = 1e-3;

std::size_t total_bytes(const std::vector<Port>& ports) {
  std::size_t bytes = 0;
  for (const Port& port : ports) bytes += bytes_of(port);
  return bytes;
}

// Where each port's bytes begin in a buffer that holds all of them.
template <class Pointer>
std::vector<Pointer> pointers(const std::vector<Port>& ports, std::byte* at) {
  std::vector<Pointer> list;
  for (const Port& port : ports) {
    list.push_back(at);
    at += bytes_of(port);
  }
  return list;
}

// Float32 in [-2, 2) where the port is of float32, small numbers otherwise; the same each time.
std::vector<std::byte> made_up_inputs(const std::vector<Port>& ports) {
  std::vector<std::byte> bytes;
  std::uint32_t state = 1;
  const auto next = [&] { return state = state * 1664525u + 1013904223u; };
  for (const Port& port : ports)
    if (port.dtype == DIOLKOS_FLOAT32) {
      for (std::size_t i = 0; i < bytes_of(port) / sizeof(float); ++i) {
        const float value = static_cast<float>(next() >> 8) / 4194304.0f - 2.0f;
        const auto* first = reinterpret_cast<const std::byte*>(&value);
        bytes.insert(bytes.end(), first, first + sizeof(value));
      }
    } else {
      bytes.resize(bytes.size() + bytes_of(port));
    }
  return bytes;
}

Result<std::vector<std::byte>> run(Execution& execution, std::vector<std::byte> input) {
  std::vector<std::byte> output(total_bytes(execution.outputs()));
  const auto given = pointers<const void*>(execution.inputs(), input.data());
  const auto answers = pointers<void*>(execution.outputs(), output.data());
  TRY(execution.submit(given.data(), answers.data()));
  TRY(execution.synchronize());
  return output;
}

double float_difference(const std::byte* got, const std::byte* expected, std::size_t bytes) {
  double largest = 1e-12, off = 0;
  for (std::size_t at = 0; at < bytes; at += sizeof(float)) {
    float a = 0, b = 0;
    std::memcpy(&a, got + at, sizeof(a));
    std::memcpy(&b, expected + at, sizeof(b));
    if (std::isfinite(b)) largest = std::max(largest, std::fabs(static_cast<double>(b)));
    // What float16 cannot hold of made-up inputs comes out the same each time.
    if (a == b || (std::isnan(a) && std::isnan(b))) continue;
    const double one = std::fabs(static_cast<double>(a) - b);
    off = std::isnan(one) ? INFINITY : std::max(off, one);
  }
  return off / largest;
}

}  // namespace

Result<cache::GoldenRun> golden_run(Execution& execution) {
  cache::GoldenRun golden;
  golden.input = made_up_inputs(execution.inputs());
  TRY_ASSIGN(golden.output, run(execution, golden.input));
  return golden;
}

Status repeat(Execution& execution, const cache::GoldenRun& golden) {
  if (golden.input.size() != total_bytes(execution.inputs()) ||
      golden.output.size() != total_bytes(execution.outputs()))
    return invalid("its stored run is of other shapes");
  TRY_ASSIGN(const std::vector<std::byte> output, run(execution, golden.input));
  std::size_t at = 0;
  for (const Port& port : execution.outputs()) {
    const std::size_t bytes = bytes_of(port);
    const double off = port.dtype == DIOLKOS_FLOAT32
                           ? float_difference(output.data() + at, golden.output.data() + at, bytes)
                           : std::memcmp(output.data() + at, golden.output.data() + at, bytes);
    if (off > kTolerance || off < 0)
      return invalid("output '" + port.name + "' of its stored run is not what it was when it was built");
    at += bytes;
  }
  return {};
}

}  // namespace diolkos::plugin::tensorrt
