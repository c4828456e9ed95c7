// Whether a file was cut short, as far as its format tells: MP4/MOV, AVI, WebP, Matroska/WebM, PNG, JPEG.
// Decoders show what is there of a cut file and say nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace diolkos::video {

// What is missing ("its 'mdat' part ends at byte 2783108, the file at 1392116"); nothing for a whole file, and for
// formats that do not tell. Any bytes are welcome.
std::optional<std::string> find_cut(std::span<const std::byte> file);

}  // namespace diolkos::video
