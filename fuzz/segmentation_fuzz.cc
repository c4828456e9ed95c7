// Any text as class names, and as a file's metadata on normalisation.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "segmentation/classes.h"
#include "segmentation/normalization.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace diolkos::segmentation;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto classes = ClassNames::parse("text", text)) static_cast<void>(classes->find(classes->name(0)).value());
  static_cast<void>(
      read_normalization({{"diolkos.normalize", "custom"}, {"diolkos.mean", text}, {"diolkos.std", text}}));
  static_cast<void>(read_normalization({{"diolkos.normalize", text}}));
  return 0;
}
