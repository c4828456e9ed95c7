#include "pipeline/tiled_network.h"

#include <charconv>
#include <cstring>
#include <numeric>
#include <vector>

#include <fmt/format.h>

namespace diolkos::pipeline {
namespace {

constexpr int kMostTiles = 16;

// One axis, in the input's pixels and the output's.
struct TiledAxis {
  std::int64_t count = 1;
  std::int64_t input = 0, output = 0;                   // a tile's sides
  std::int64_t input_overlap = 0, output_overlap = 0;

  std::int64_t whole_input() const { return count * input - (count - 1) * input_overlap; }
  std::int64_t whole_output() const { return count * output - (count - 1) * output_overlap; }
  std::int64_t input_start(std::int64_t tile) const { return tile * (input - input_overlap); }
  std::int64_t output_start(std::int64_t tile) const { return tile * (output - output_overlap); }
  // What of a tile's output is kept: [first, end).
  std::int64_t first(std::int64_t tile) const { return tile == 0 ? 0 : output_overlap / 2; }
  std::int64_t end(std::int64_t tile) const {
    return tile == count - 1 ? output : output - (output_overlap - output_overlap / 2);
  }
};

Result<TiledAxis> make_axis(std::int64_t count, std::int64_t input, std::int64_t output) {
  TiledAxis axis{count, input, output, 0, 0};
  const std::int64_t step = input / std::gcd(input, output);  // input pixels that are a whole number of the output's
  axis.input_overlap = (input / 8 + step - 1) / step * step;
  if (count > 1 && 2 * axis.input_overlap > input)
    return unsupported(
        fmt::format("tiles: the network makes {} of {} pixels, which do not fit together; a network whose "
                    "output is as large as its input, or a whole part of it, can be tiled",
                    output, input));
  axis.output_overlap = axis.input_overlap * output / input;
  return axis;
}

// A part of each plane of `from` to a place in each plane of `to`; rows are of so many bytes.
struct Planes {
  std::byte* data;
  std::size_t plane, row;
};

void copy(const Planes& from, const Planes& to, std::size_t planes, std::size_t rows, std::size_t bytes) {
  for (std::size_t p = 0; p < planes; ++p)
    for (std::size_t y = 0; y < rows; ++y)
      std::memcpy(to.data + p * to.plane + y * to.row, from.data + p * from.plane + y * from.row, bytes);
}

// `tensor` from row y, column x on.
Planes at(const Tensor& tensor, std::int64_t y, std::int64_t x) {
  const Shape& shape = tensor.shape();
  const std::size_t element = size_of(tensor.dtype());
  const auto width = static_cast<std::size_t>(shape[shape.rank() - 1]);
  const auto height = static_cast<std::size_t>(shape[shape.rank() - 2]);
  const std::size_t offset = (static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)) * element;
  return {const_cast<std::byte*>(tensor.data()) + offset, height * width * element, width * element};
}

std::size_t planes_of(const Shape& shape) {
  std::int64_t planes = 1;
  for (int i = 0; i + 2 < shape.rank(); ++i) planes *= shape[i];
  return static_cast<std::size_t>(planes);
}

class TiledNetwork : public Network {
 public:
  TiledNetwork(std::unique_ptr<Network> network, Tiles tiles, TiledAxis rows, TiledAxis columns, Tensor input,
               Tensor output)
      : network_(std::move(network)), tiles_(tiles), rows_(rows), columns_(columns), tile_input_(std::move(input)),
        tile_output_(std::move(output)), input_(network_->input()), output_(network_->output()) {
    input_.shape[input_.shape.rank() - 2] = rows.whole_input();
    input_.shape[input_.shape.rank() - 1] = columns.whole_input();
    output_.shape[output_.shape.rank() - 2] = rows.whole_output();
    output_.shape[output_.shape.rank() - 1] = columns.whole_output();
  }

  const runtime::Port& input() const override { return input_; }
  const runtime::Port& output() const override { return output_; }

  Status run(const Tensor& input, Tensor& output) override {
    for (std::int64_t row = 0; row < rows_.count; ++row)
      for (std::int64_t column = 0; column < columns_.count; ++column) TRY(run_tile(input, output, row, column));
    return {};
  }

  Result<std::unique_ptr<Network>> share(int threads) const override {
    TRY_ASSIGN(auto network, network_->share(threads));
    return tiled_network(std::move(network), tiles_);
  }

 private:
  Status run_tile(const Tensor& input, Tensor& output, std::int64_t row, std::int64_t column) {
    copy(at(input, rows_.input_start(row), columns_.input_start(column)), at(tile_input_, 0, 0),
         planes_of(input_.shape), static_cast<std::size_t>(rows_.input),
         static_cast<std::size_t>(columns_.input) * size_of(input_.dtype));
    TRY(network_->run(tile_input_, tile_output_));
    const std::int64_t top = rows_.first(row), left = columns_.first(column);
    copy(at(tile_output_, top, left), at(output, rows_.output_start(row) + top, columns_.output_start(column) + left),
         planes_of(output_.shape), static_cast<std::size_t>(rows_.end(row) - top),
         static_cast<std::size_t>(columns_.end(column) - left) * size_of(output_.dtype));
    return {};
  }

  std::unique_ptr<Network> network_;
  Tiles tiles_;
  TiledAxis rows_, columns_;
  Tensor tile_input_, tile_output_;
  runtime::Port input_, output_;
};

}  // namespace

Result<Tiles> parse_tiles(std::string_view text) {
  Tiles tiles;
  const std::size_t cross = text.find('x');
  const auto number = [](std::string_view digits, int& value) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() && value >= 1 && value <= kMostTiles;
  };
  if (cross == std::string_view::npos || !number(text.substr(0, cross), tiles.columns) ||
      !number(text.substr(cross + 1), tiles.rows))
    return failure(ErrorCode::usage,
                   fmt::format("--tile {}: expected COLUMNSxROWS, 1 to {} of each", text, kMostTiles));
  return tiles;
}

Result<std::unique_ptr<Network>> tiled_network(std::unique_ptr<Network> network, Tiles tiles) {
  const runtime::Port &input = network->input(), &output = network->output();
  if (input.shape.rank() != 4 || output.shape.rank() < 3 || !input.shape.closed() || !output.shape.closed())
    return unsupported(fmt::format("tiles: the network makes {} of {}, expected maps of an image",
                                   to_string(output.shape), to_string(input.shape)));
  const int rank = output.shape.rank();
  TRY_ASSIGN(const TiledAxis rows, make_axis(tiles.rows, input.shape[2], output.shape[rank - 2]));
  TRY_ASSIGN(const TiledAxis columns, make_axis(tiles.columns, input.shape[3], output.shape[rank - 1]));
  TRY_ASSIGN(Tensor tile_input, Tensor::zeros(input.dtype, input.shape));
  TRY_ASSIGN(Tensor tile_output, Tensor::zeros(output.dtype, output.shape));
  return std::unique_ptr<Network>(std::make_unique<TiledNetwork>(std::move(network), tiles, rows, columns,
                                                                 std::move(tile_input), std::move(tile_output)));
}

}  // namespace diolkos::pipeline
