#include "live/display.h"

#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace diolkos::live {
namespace {

bool answers(const std::string& path) {
  sockaddr_un address{};
  if (path.size() >= sizeof address.sun_path) return false;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool connected = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::optional<std::string> no_display() {
  const std::string wayland = variable("WAYLAND_DISPLAY"), x11 = variable("DISPLAY");
  if (!wayland.empty()) {
    const std::string path = wayland.starts_with('/') ? wayland : variable("XDG_RUNTIME_DIR") + "/" + wayland;
    if (answers(path)) return std::nullopt;
  }
  if (x11.empty()) return wayland.empty() ? "neither WAYLAND_DISPLAY nor DISPLAY is set"
                                          : fmt::format("WAYLAND_DISPLAY is {}, and nothing answers there", wayland);
  if (!x11.starts_with(':')) return std::nullopt;  // over the network, as ssh forwards it
  const std::string number = x11.substr(1, x11.find('.') - 1);
  if (answers("/tmp/.X11-unix/X" + number)) return std::nullopt;
  return fmt::format("DISPLAY is {}, and nothing answers there", x11);
}

}  // namespace diolkos::live
