// float32 network -> the same network computed in float16 where that is safe, its types written out:
//
//   y = Softmax(Conv(x, w))
//   ->
//   y = Softmax(Cast(Conv(Cast(x, float16), w as float16), float32))
//
// For runtimes that compute in the types of the file. Inputs and outputs stay float32. Float32 stay:
//  - operators whose results leave float16's range or lose its few digits: exponentials, logarithms, powers, quotients,
//    roots, and sums and means over more than 1024 elements;
//  - operators whose types ONNX or an attribute settles (Cast, QuantizeLinear, ...) and all that the table does not
//    name;
//  - nodes with a constant that float16 cannot hold;
//  - nodes that read or make a value of which `largest` says that it may overflow.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"

namespace diolkos::passes {

struct HalfOptions {
  // The largest |element| seen of a value, by its name. More than half of float16's largest, 65504, is too near to it:
  // other inputs may bring more. A value that is missing is trusted.
  std::map<std::string, float, std::less<>> largest;
};

struct HalfReport {
  int half = 0;                     // nodes that compute in float16
  int single = 0;                   // nodes that compute in float32
  std::vector<std::string> beyond;  // values of `largest` that keep nodes in float32, in the graph's order
};

// Types must be known. A graph that has float16 values already stays as it is.
Result<HalfReport> cast_to_half(graph::Graph& graph, const HalfOptions& options = {});

}  // namespace diolkos::passes
