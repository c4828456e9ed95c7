// Several frames in one network at once: networks that share its weights, with the threads divided among them.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "segmenting_network.h"

namespace diolkos::cli {

// An error of usage where several streams are asked for and `why_one` says why one frame at a time is computed.
Status check_streams(int asked, std::string_view why_one);

// So many as are asked for; 0: two where that can be and nothing speaks against it (`why_one` is empty), since two
// frames by half the threads each are done sooner than one after the other by all. None: one frame at a time, by
// `network`.
Result<std::vector<std::unique_ptr<pipeline::Network>>> open_streams(const SegmentingNetwork& network, int asked,
                                                                     std::string_view why_one);

}  // namespace diolkos::cli
