#include "calibration_source.h"

#include <cstring>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>

#include <fmt/format.h>

#include "base/folder_entries.h"
#include "calibration_frames.h"
#include "formats/npy/npy.h"

namespace diolkos::cli {
namespace {

namespace fs = std::filesystem;

bool is_npy(const fs::path& path) { return path.extension() == ".npy"; }

// The .npy files that `path` is or holds, in the order of their names.
Result<std::vector<fs::path>> tensor_files(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return is_npy(path) ? std::vector<fs::path>{path} : std::vector<fs::path>{};
  TRY_ASSIGN(std::vector<fs::path> files, folder_entries(path));
  std::erase_if(files, std::not_fn(is_npy));
  return files;
}

// A file's tensor as samples of the input's shape: one, or its parts along the first axis.
Result<std::vector<Tensor>> samples_of(const fs::path& path, const graph::TensorType& input) {
  TRY_ASSIGN(const Tensor tensor, formats::read_npy(path));
  Shape stacked = input.shape;
  if (tensor.shape().rank() == stacked.rank() && stacked.rank() > 0 && stacked[0] > 0) stacked[0] = tensor.shape()[0];
  if (tensor.dtype() != input.dtype || !(tensor.shape() == stacked) || stacked[0] % input.shape[0] != 0)
    return invalid(fmt::format("{}: {} {}, expected {} {} (or several of them along the first axis)", path.string(),
                               name_of(tensor.dtype()), to_string(tensor.shape()), name_of(input.dtype),
                               to_string(input.shape)));
  std::vector<Tensor> samples;
  for (std::int64_t i = 0; i < stacked[0] / input.shape[0]; ++i) {
    TRY_ASSIGN(Tensor sample, Tensor::zeros(input.dtype, input.shape));
    std::memcpy(sample.mutable_data(), tensor.data() + static_cast<std::size_t>(i) * sample.bytes(), sample.bytes());
    samples.push_back(std::move(sample));
  }
  return samples;
}

CalibrationData from_tensors(std::vector<fs::path> files, std::int64_t most, const graph::TensorType& input) {
  struct State {
    std::vector<fs::path> files;
    std::deque<Tensor> waiting;
    std::size_t next = 0;
    std::int64_t left;
  };
  auto state = std::make_shared<State>(State{std::move(files), {}, 0, most});
  return {[state, input]() -> Result<std::optional<std::vector<Tensor>>> {
            while (state->waiting.empty() && state->next < state->files.size()) {
              TRY_ASSIGN(auto samples, samples_of(state->files[state->next++], input));
              state->waiting.insert(state->waiting.end(), samples.begin(), samples.end());
            }
            if (state->waiting.empty() || state->left-- <= 0) return std::nullopt;
            Tensor sample = std::move(state->waiting.front());
            state->waiting.pop_front();
            return std::vector<Tensor>{std::move(sample)};
          },
          0};
}

}  // namespace

Result<CalibrationData> open_calibration(const std::string& path, std::int64_t most, const graph::Graph& graph,
                                         const SegmentationOptions& options) {
  if (graph.inputs().size() != 1)
    return unsupported(
        fmt::format("the network has {} inputs; calibration knows networks of one", graph.inputs().size()));
  const graph::TensorType& input = graph.value(graph.inputs()[0]).type;
  TRY_ASSIGN(std::vector<fs::path> tensors, tensor_files(path));
  if (!tensors.empty()) return from_tensors(std::move(tensors), most, input);
  const graph::Value& output = graph.value(graph.outputs()[0]);
  TRY_ASSIGN(const Segmenting segmenting,
             to_segmenting(options, graph.metadata, {output.name, output.type.dtype, output.type.shape}));
  return frames_as_samples(path, most, input, segmenting.stages.preprocess);
}

}  // namespace diolkos::cli
