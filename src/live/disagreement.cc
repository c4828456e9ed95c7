#include "live/disagreement.h"

#include <algorithm>
#include <array>

namespace diolkos::live {
namespace {

using segmentation::Image;
using segmentation::PixelFormat;

constexpr unsigned kTop = 258;  // of (3 h + kTop) >> 2: 255 is reached and kept

struct Bgr {
  std::uint8_t blue, green, red;
};

// Black, red, yellow, white, evenly; a pixel disputed in the newest frame (64) is red already.
constexpr std::array<Bgr, 256> kGlow = [] {
  std::array<Bgr, 256> glow{};
  const auto part = [](int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); };
  for (int heat = 0; heat < 256; ++heat)
    glow[static_cast<std::size_t>(heat)] = {part(3 * heat - 510), part(3 * heat - 255), part(3 * heat)};
  return glow;
}();

std::uint8_t gray_of(const std::uint8_t* bgr) {
  return static_cast<std::uint8_t>((29u * bgr[0] + 150u * bgr[1] + 77u * bgr[2]) >> 8);
}

}  // namespace

Agreement agreement_of(const Image& first, const Image& second) {
  Agreement agreement;
  agreement.pixels = static_cast<std::int64_t>(first.pixels().size());
  for (int y = 0; y < first.height(); ++y) {
    const std::uint8_t *const a = first.row(y), *const b = second.row(y);
    unsigned same = 0, thing = 0, same_thing = 0;
    for (int x = 0; x < first.width(); ++x) {
      const unsigned alike = a[x] == b[x], seen = (a[x] | b[x]) != 0;
      same += alike;
      thing += seen;
      same_thing += alike & seen;
    }
    agreement.same += same;
    agreement.thing += thing;
    agreement.same_thing += same_thing;
  }
  return agreement;
}

void Heat::run(const Image& first, const Image& second) {
  if (map_.width() != first.width() || map_.height() != first.height()) {
    map_.reshape(first.width(), first.height(), PixelFormat::gray);
    std::ranges::fill(map_.pixels(), std::uint8_t{0});
  }
  const std::uint8_t *const a = first.pixels().data(), *const b = second.pixels().data();
  std::uint8_t* const heat = map_.pixels().data();
  for (std::size_t i = 0; i < map_.pixels().size(); ++i)
    heat[i] = static_cast<std::uint8_t>((3u * heat[i] + (a[i] != b[i] ? kTop : 0u)) >> 2);
}

void draw_heat(const Image& heat, const Image& frame, Image& picture) {
  picture.reshape(frame.width(), frame.height(), PixelFormat::bgr);
  const std::uint8_t *from = frame.pixels().data(), *disputed = heat.pixels().data();
  std::uint8_t* to = picture.pixels().data();
  for (const std::uint8_t* const end = disputed + heat.pixels().size(); disputed != end;
       ++disputed, from += 3, to += 3) {
    const auto dim = static_cast<std::uint8_t>(gray_of(from) / 2);
    const Bgr& glow = kGlow[*disputed];
    to[0] = std::max(dim, glow.blue);
    to[1] = std::max(dim, glow.green);
    to[2] = std::max(dim, glow.red);
  }
}

}  // namespace diolkos::live
