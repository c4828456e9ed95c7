// Which sinks a source has, where several share a command line's.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace diolkos::live {

// Addresses without a window where there is no display, which is said; and the page where nothing is left.
std::vector<std::string> possible_sinks(std::vector<std::string> addresses);

// As others may see it: without a password, and without the token of a page.
std::string public_name(const std::string& address);

// Those of source `source` (from 0) of `sources`: the page and lines are for all; of files and folders each source has
// its own, "out.mp4" is "out-1.mp4" and "masks/" is "masks/1/" for the second; in a GStreamer pipeline "{source}"
// stands for the number, an error where it is missing. A single source's addresses stay as they are.
Result<std::vector<std::string>> sinks_of(const std::vector<std::string>& addresses, std::size_t source,
                                          std::size_t sources);

}  // namespace diolkos::live
