// What charts are made of. They are inline SVG: they scale with the page, print in gray (hatching beside colour) and
// need no script. Colours are Okabe and Ito's, which the colour-blind can tell apart.
#pragma once

#include <array>
#include <string>

namespace diolkos::report {

inline constexpr std::array<const char*, 8> kColours = {"#0072B2", "#E69F00", "#009E73", "#CC79A7",
                                                        "#56B4E9", "#D55E00", "#F0E442", "#666666"};

// <svg> of the page's width with its title.
std::string chart_opening(const std::string& title, int height);

// 1, 2 or 5 times a power of ten, for four to ten ticks up to `most`.
double tick_of(double most);

// Of a grid, with the value that it stands for.
std::string upright_line(double x, int top, int bottom, int text_at, double value);

}  // namespace diolkos::report
