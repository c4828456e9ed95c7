#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/mapped_file.h"
#include "base/printable.h"
#include "evaluate/eval_record.h"

namespace diolkos::evaluate {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kSchema = "diolkos.eval/1";
constexpr std::size_t kMostClasses = 256;

Protocol protocol_of(const Json& json) {
  Protocol protocol;
  json.at("images").get_to(protocol.images);
  json.at("masks").get_to(protocol.masks);
  json.at("mask_format").get_to(protocol.mask_format);
  json.at("count").get_to(protocol.count);
  json.at("images_without_mask").get_to(protocol.images_without_mask);
  json.at("masks_without_image").get_to(protocol.masks_without_image);
  json.at("data_sha256").get_to(protocol.data_sha256);
  json.at("input").get_to(protocol.input);
  json.at("fit").get_to(protocol.fit);
  json.at("normalize").get_to(protocol.normalization);
  json.at("threshold").get_to(protocol.decision);
  return protocol;
}

ImageTally image_of(const Json& json) {
  ImageTally image;
  json.at("name").get_to(image.name);
  json.at("width").get_to(image.width);
  json.at("height").get_to(image.height);
  for (const Json& cell : json.at("pixels"))
    image.cells.push_back({cell.at(0).get<int>(), cell.at(1).get<int>(), cell.at(2).get<std::int64_t>()});
  for (const Json& edge : json.at("boundary"))
    image.boundaries.push_back({edge.at(0).get<int>(), edge.at(1).get<std::int64_t>(), edge.at(2).get<std::int64_t>(),
                                edge.at(3).get<std::int64_t>()});
  return image;
}

EvalRecord record_of(const Json& json) {
  EvalRecord record;
  const Json& model = json.at("model");
  model.at("name").get_to(record.model.name);
  model.at("format").get_to(record.model.format);
  model.at("architecture").get_to(record.model.architecture);
  model.at("sha256").get_to(record.model.sha256);
  json.at("runtime").get_to(record.runtime);
  json.at("precision").get_to(record.precision);
  json.at("isa").get_to(record.isa);
  json.at("threads").get_to(record.threads);
  record.protocol = protocol_of(json.at("protocol"));
  json.at("classes").get_to(record.classes);
  for (const Json& shard : json.at("shards")) record.shards.push_back({shard.at(0).get<int>(), shard.at(1).get<int>()});
  for (const Json& curve : json.at("curves")) {
    PrecisionCurve parsed;
    curve.at("class").get_to(parsed.index);
    curve.at("right").get_to(parsed.right);
    curve.at("wrong").get_to(parsed.wrong);
    record.curves.push_back(parsed);
  }
  for (const Json& image : json.at("per_image")) record.images.push_back(image_of(image));
  json.at("elapsed_ms").get_to(record.elapsed_ms);
  json.at("processor_ms").get_to(record.processor_ms);
  return record;
}

bool in(int index, std::size_t count) { return index >= 0 && static_cast<std::size_t>(index) < count; }

// What later code takes for granted: indices are among the classes, and no count is negative.
Status check(const EvalRecord& record) {
  const std::size_t classes = record.classes.size();
  if (classes < 1 || classes > kMostClasses) return invalid(fmt::format("{} classes, expected 1 to 256", classes));
  for (const ImageTally& image : record.images) {
    bool sound = true;
    for (const auto& cell : image.cells)
      sound &= in(cell.truth, classes) && in(cell.predicted, classes + 1) && cell.pixels >= 0;
    for (const auto& edge : image.boundaries)
      sound &= in(edge.index, classes) && edge.both >= 0 && edge.truth >= edge.both && edge.predicted >= edge.both;
    if (!sound) return invalid(fmt::format("the counts of image '{}' cannot be", printable(image.name)));
  }
  for (const PrecisionCurve& curve : record.curves)
    if (!in(curve.index, record.curves.size() == 1 ? kMostClasses : classes) ||
        (record.curves.size() == 1 && classes < 2))
      return invalid(fmt::format("a curve of class {}, and there are {} classes", curve.index, classes));
  for (const Shard& shard : record.shards)
    if (shard.index < 1 || shard.index > shard.of)
      return invalid(fmt::format("shard {}/{} cannot be", shard.index, shard.of));
  if (record.shards.empty()) return invalid("names no shard");
  return {};
}

}  // namespace

Result<EvalRecord> parse_eval_record(std::string_view origin, std::string_view json) try {
  const Json document = Json::parse(json);
  const std::string schema = document.is_object() ? document.value("schema", "") : "";
  if (schema != kSchema)
    return invalid(fmt::format("{}: its schema is '{}', expected {}: a file that `diolkos eval --json` wrote", origin,
                               printable(schema), kSchema));
  EvalRecord record = record_of(document);
  if (Status sound = check(record); !sound) return failure(within(origin, std::move(sound).error()));
  return record;
} catch (const Json::parse_error& error) {
  return invalid(fmt::format("{}: no whole JSON document (it breaks off or is damaged at byte {} of {})", origin,
                             error.byte, json.size()));
} catch (const Json::exception& error) {
  return invalid(fmt::format("{}: not as {} has it: {}", origin, kSchema, printable(error.what(), 200)));
}

Result<EvalRecord> read_eval_record(const std::filesystem::path& path) {
  TRY_ASSIGN(const auto file, MappedFile::open(path));
  return parse_eval_record(path.string(), file->text());
}

}  // namespace diolkos::evaluate
