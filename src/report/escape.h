// Text from result files on its way into a page: names may come from anywhere.
#pragma once

#include <string>
#include <string_view>

namespace diolkos::report {

// For HTML's text and attributes in quotes. Control characters become spaces, what is no UTF-8 "?".
std::string html(std::string_view text);

// For a cell of a Markdown table: one line, nothing that Markdown or HTML would act on.
std::string markdown(std::string_view text);

}  // namespace diolkos::report
