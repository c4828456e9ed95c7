#include "command.h"

namespace diolkos::cli {

void hand_over() {}

}  // namespace diolkos::cli
