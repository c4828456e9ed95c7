// What a plan file remembers of the model that it was made from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "porting/load_model.h"

namespace diolkos::plans {

struct ModelFile {
  std::string path;
  std::string stamp;   // file_stamp.h
  std::string sha256;
};

struct ModelNotes {
  std::string name, format, architecture, sha256;  // as in porting::LoadedModel
  std::string input;                               // "1x3x288x288"
  std::string precision;                           // graph::precision_of
  std::int64_t parameters = 0;
  std::int64_t multiply_adds = 0;
  std::vector<ModelFile> files;                    // the model's own first; none for NAME:random
  std::string reason;                              // why the plan was made: "there was none"
};

// Of a graph as it was loaded, before any plan.
ModelNotes describe(const porting::LoadedModel& model);

std::string to_text(const ModelNotes& notes);
Result<ModelNotes> parse_notes(std::string_view text);

}  // namespace diolkos::plans
