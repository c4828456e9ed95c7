// The report as one file.
#pragma once

#include <string>
#include <vector>

#include "report/sections.h"

namespace diolkos::report {

// A self-contained page: no network, no image, a few lines of script that sort tables; works without it.
std::string to_html(const std::string& title, const std::vector<Section>& sections,
                    const std::vector<std::string>& files);

std::string to_markdown(const std::string& title, const std::vector<Section>& sections,
                        const std::vector<std::string>& files);

}  // namespace diolkos::report
