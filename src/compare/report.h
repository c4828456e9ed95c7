// A comparison for people, for machines, and as a picture.
#pragma once

#include <string>

#include "compare/compare.h"

namespace diolkos::compare {

struct ReportContext {
  std::string reference, other;  // as they were asked for
  std::string inputs;            // "32 images of photos/", "4 random inputs, standard normal, seed 0"
  double bad_below_db = 20;
  std::size_t lines = 15;        // of layers in the text, the worst; 0: all, in order
};

std::string to_text(const Comparison& comparison, const ReportContext& context);
std::string to_json(const Comparison& comparison, const ReportContext& context);  // "diolkos.compare/1"
// Bars of SQNR by layer, in order: a self-contained SVG document.
std::string to_svg(const Comparison& comparison, const ReportContext& context);

}  // namespace diolkos::compare
