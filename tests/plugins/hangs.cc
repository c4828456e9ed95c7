// Never comes back from being loaded.
#include <unistd.h>

namespace {
[[maybe_unused]] const int hang = [] {
  while (true) ::pause();
  return 0;
}();
}
