#include "plans/model_notes.h"

#include <nlohmann/json.hpp>

#include "graph/count.h"
#include "graph/precision.h"

namespace diolkos::plans {

using Json = nlohmann::json;

ModelNotes describe(const porting::LoadedModel& model) {
  ModelNotes notes;
  notes.name = model.name;
  notes.format = porting::name_of(model.format);
  notes.architecture = model.architecture;
  notes.sha256 = model.sha256;
  if (!model.graph.inputs().empty()) notes.input = to_string(model.graph.value(model.graph.inputs()[0]).type.shape);
  notes.precision = graph::precision_of(model.graph);
  notes.parameters = graph::parameters(model.graph);
  notes.multiply_adds = graph::multiply_adds(model.graph);
  return notes;
}

std::string to_text(const ModelNotes& notes) {
  Json files = Json::array();
  for (const ModelFile& file : notes.files)
    files.push_back({{"path", file.path}, {"stamp", file.stamp}, {"sha256", file.sha256}});
  const Json document = {{"name", notes.name},
                         {"format", notes.format},
                         {"architecture", notes.architecture},
                         {"sha256", notes.sha256},
                         {"input", notes.input},
                         {"precision", notes.precision},
                         {"parameters", notes.parameters},
                         {"multiply_adds", notes.multiply_adds},
                         {"files", files},
                         {"reason", notes.reason}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<ModelNotes> parse_notes(std::string_view text) {
  try {
    const Json document = Json::parse(text);
    ModelNotes notes;
    notes.name = document.at("name").get<std::string>();
    notes.format = document.at("format").get<std::string>();
    notes.architecture = document.at("architecture").get<std::string>();
    notes.sha256 = document.at("sha256").get<std::string>();
    notes.input = document.at("input").get<std::string>();
    notes.precision = document.at("precision").get<std::string>();
    notes.parameters = document.at("parameters").get<std::int64_t>();
    notes.multiply_adds = document.at("multiply_adds").get<std::int64_t>();
    for (const Json& file : document.at("files"))
      notes.files.push_back({file.at("path").get<std::string>(), file.at("stamp").get<std::string>(),
                             file.at("sha256").get<std::string>()});
    notes.reason = document.value("reason", "");
    return notes;
  } catch (const Json::exception&) {
    return invalid("its notes are not this program's");
  }
}

}  // namespace diolkos::plans
