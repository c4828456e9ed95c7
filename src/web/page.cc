#include "web/page.h"

#include <web_page.h>

namespace diolkos::web {

std::string_view page() { return kPage; }

}  // namespace diolkos::web
