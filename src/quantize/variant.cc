#include "quantize/variant.h"

namespace diolkos::quantize {
namespace {

struct Names {
  std::string_view suffix;
  std::string_view brief;
};

constexpr std::array<Names, 7> kNames{{
    {"float32", "float32"},
    {"float16", "float16"},
    {"dynamic_range_quant", "dynamic_range"},
    {"integer_quant", "integer"},
    {"full_integer_quant", "full_integer"},
    {"integer_quant_with_int16_act", "integer_int16"},
    {"full_integer_quant_with_int16_act", "full_integer_int16"},
}};

const Names& names_of(Variant variant) { return kNames[static_cast<std::size_t>(variant)]; }

}  // namespace

std::string_view suffix_of(Variant variant) { return names_of(variant).suffix; }
std::string_view short_name_of(Variant variant) { return names_of(variant).brief; }

std::optional<Variant> variant_named(std::string_view name) {
  for (Variant variant : kVariants)
    if (name == suffix_of(variant) || name == short_name_of(variant)) return variant;
  return std::nullopt;
}

bool needs_calibration(Variant variant) { return variant >= Variant::integer; }
bool has_int16_activations(Variant variant) { return variant >= Variant::integer_int16; }
bool has_float_ends(Variant variant) {
  return variant != Variant::full_integer && variant != Variant::full_integer_int16;
}

}  // namespace diolkos::quantize
