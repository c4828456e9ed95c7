// Whether a target's compiler takes a TFLite file: a judgement for each operator, and one for the file.
#pragma once

#include <string>
#include <vector>

#include "formats/tflite/model.h"
#include "targets/rules.h"

namespace diolkos::targets {

enum class Verdict { accepted, conditional, refused };  // by gravity
std::string_view name_of(Verdict verdict);

struct Finding {
  Verdict verdict = Verdict::accepted;
  std::string where;   // "operator 12 (CONV_2D) 'layer3'", "input 'x'"
  std::string rule;    // what the target asks and what was found
  std::string remedy;  // or the condition; may be empty
};

struct Report {
  Verdict verdict = Verdict::accepted;
  std::vector<Finding> findings;   // refusals and conditions only
  std::size_t operators = 0;
  std::size_t accepted = 0;        // of them
  std::int64_t multiply_adds = 0;
  double least_milliseconds = 0;   // multiply-adds at the rated rate of their types; 0 where no rate is known
};

Report check(const tflite::Model& model, const Rules& rules);

}  // namespace diolkos::targets
