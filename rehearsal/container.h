// The rehearsal board's DLA file: this line, a byte of the compiler's major version, and the TFLite file as it was.
#pragma once

#include <string_view>

namespace diolkos::rehearsal {

inline constexpr std::string_view kMagic = "diolkos rehearsal DLA, for no real board\n";
inline constexpr unsigned char kMajor = 6;

}  // namespace diolkos::rehearsal
