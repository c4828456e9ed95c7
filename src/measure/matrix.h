// A file of environments to compare: matrix.toml.
//
//   rounds = 5
//
//   [[row]]
//   name = "ONNX Runtime, CPU"      # as the table shows it; required
//   runtime = "onnxruntime"         # required
//   precision = "fp32"              # the default
//   device = "cpu"                  # the runtime's first one
//   threads = 2                     # 0: all
//   model = "other_int8.tflite"     # in place of the command line's, relative to this file
//   machine = "Jetson Orin NX"      # must be part of the machine's name, or the row is shown as not measured
//   brings = "JetPack 6"            # what would make the row run, where it cannot
//
// Of TOML: comments, strings in double or single quotes, integers, [[row]].
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace diolkos::measure {

struct MatrixRow {
  std::string name, runtime, precision = "fp32", device, model, machine, brings;
  int threads = 0;
};

struct Matrix {
  int rounds = 5;
  std::vector<MatrixRow> rows;
};

// Errors: "matrix.toml:12: …": what cannot be read, an unknown key (the nearest is suggested), a row without a name or
// a runtime, two rows of one name, no row.
Result<Matrix> parse_matrix(std::string_view origin, std::string_view text);
Result<Matrix> read_matrix(const std::filesystem::path& path);

}  // namespace diolkos::measure
