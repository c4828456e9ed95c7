#include "targets/sidecar.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "base/output_file.h"
#include "base/sha256.h"

namespace diolkos::targets {
namespace {

using Json = nlohmann::ordered_json;
using tflite::Model;
using tflite::TensorInfo;

Json port_of(const Model& model, const tflite::Port& port) {
  const TensorInfo& tensor = model.tensor(port.tensor);
  Json shape = Json::array();
  for (int axis = 0; axis < tensor.shape.rank(); ++axis) shape.push_back(tensor.shape[axis]);
  Json result = {{"name", port.name}, {"type", name_of(tensor.dtype)}, {"shape", std::move(shape)}};
  result["layout"] = tensor.shape.rank() == 4 ? Json("NHWC") : Json(nullptr);
  const bool scaled = tensor.quantization && tensor.quantization->scales.size() == 1;
  result["scale"] = scaled ? Json(tensor.quantization->scales[0]) : Json(nullptr);
  result["zero_point"] =
      scaled ? Json(tensor.quantization->zero_points.empty() ? 0 : tensor.quantization->zero_points[0]) : Json(nullptr);
  return result;
}

Json ports_of(const Model& model, const std::vector<tflite::Port>& ports) {
  Json result = Json::array();
  for (const tflite::Port& port : ports) result.push_back(port_of(model, port));
  return result;
}

// The least stored integer that reaches a raw threshold; null where the first output has no scale.
Json stored_threshold(const Model& model, const SidecarThreshold& entry) {
  if (!entry.raw || model.outputs.empty()) return nullptr;
  const auto& q = model.tensor(model.outputs[0].tensor).quantization;
  if (!q || q->scales.size() != 1) return nullptr;
  const double zero = q->zero_points.empty() ? 0.0 : static_cast<double>(q->zero_points[0]);
  return static_cast<std::int64_t>(std::ceil(entry.threshold / static_cast<double>(q->scales[0]) + zero));
}

Json thresholds_of(const Model& model, const SidecarFacts& facts) {
  Json result = Json::array();
  for (const SidecarThreshold& entry : facts.thresholds)
    result.push_back({{"class", entry.class_index},
                      {"name", entry.name},
                      {"kind", entry.raw ? "raw" : "probability"},
                      {"threshold", entry.threshold},
                      {"stored", stored_threshold(model, entry)},
                      {"agreement", entry.agreement}});
  return result;
}

Json metadata_or_null(const Model& model, const char* key) {
  const auto found = model.metadata.find(key);
  return found == model.metadata.end() ? Json(nullptr) : Json(found->second);
}

}  // namespace

std::filesystem::path sidecar_path(const std::filesystem::path& file) {
  std::filesystem::path path = file;
  path += ".json";
  return path;
}

Status write_sidecar(const std::filesystem::path& file, const Model& model, const SidecarFacts& facts) {
  TRY_ASSIGN(const std::string sha256, sha256_of_file(file));
  Json document = {{"schema", "diolkos.sidecar/1"}, {"file", file.filename().string()}, {"sha256", sha256}};
  if (!facts.source.empty()) {
    document["source"] = {{"file", facts.source.filename().string()}, {"sha256", facts.source_sha256}};
    document["target"] = {{"board", facts.board}, {"arch", facts.arch}};
    document["command"] = facts.command;
  }
  document["inputs"] = ports_of(model, model.inputs);
  document["outputs"] = ports_of(model, model.outputs);
  document["preprocessing"] = facts.normalize.empty() ? Json(nullptr)
                                                      : Json({{"normalize", facts.normalize},
                                                              {"mean", facts.mean},
                                                              {"std", facts.deviation}});
  document["output"] = metadata_or_null(model, "diolkos.output");
  document["resize"] = metadata_or_null(model, "diolkos.resize");
  document["classes"] = facts.classes;
  document["thresholds"] = thresholds_of(model, facts);
  return write_file(sidecar_path(file), document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace diolkos::targets
