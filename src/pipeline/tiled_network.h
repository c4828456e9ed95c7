// A network for pictures larger than its input: it is run on tiles that overlap, and their answers are put together.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "pipeline/network.h"

namespace diolkos::pipeline {

struct Tiles {
  int columns = 1;
  int rows = 1;
};

// "3x2": three columns, two rows, 1 to 16 of each.
Result<Tiles> parse_tiles(std::string_view text);

// Its input and output are those of the network, larger. Neighbours share about an eighth of their side; between two
// tiles the answer is cut in the middle of what they share. An error where the output's size does not fit the input's.
Result<std::unique_ptr<Network>> tiled_network(std::unique_ptr<Network> network, Tiles tiles);

}  // namespace diolkos::pipeline
