// A mask of one class in a picture:  mask_cc MODEL CLASS THRESHOLD PICTURE.ppm MASK.pgm
#include <cstdlib>
#include <fstream>
#include <iostream>

#include <diolkos/diolkos.hpp>

int main(int argc, char** argv) {
  const auto fail = [](const std::string& text) { return std::cerr << "mask_cc: " << text << '\n', 1; };
  if (argc != 6) return fail("expected MODEL CLASS THRESHOLD PICTURE.ppm MASK.pgm");
  auto network = diolkos::Network::load(argv[1]);
  if (!network) return fail(network.error());

  std::ifstream in(argv[4], std::ios::binary);
  std::string kind;
  int width = 0, height = 0, most = 0;
  in >> kind >> width >> height >> most;
  if (kind != "P6" || most != 255 || width < 1 || height < 1) return fail("not a binary PPM file");
  std::vector<char> pixels(3u * width * height);
  if (!in.ignore(1).read(pixels.data(), pixels.size())) return fail("the picture ends early");

  const auto* bytes = reinterpret_cast<const std::uint8_t*>(pixels.data());
  auto mask = network->segment({bytes, width, height, 0, DIOLKOS_RGB}, {argv[2], std::atof(argv[3])});
  if (!mask) return fail(mask.error());

  std::ofstream out(argv[5], std::ios::binary);
  out << "P5 " << width << ' ' << height << " 255\n";
  out.write(reinterpret_cast<const char*>(mask->pixels.data()), mask->pixels.size());
  return out.flush() ? 0 : fail("cannot write the mask");
}
