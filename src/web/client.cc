#include "web/client.h"

#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace diolkos::web {
namespace {

constexpr std::string_view kBoundary = "diolkos-picture";

constexpr std::string_view kHeaders =
    "Connection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n"
    "Referrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'self'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; frame-ancestors 'none'\r\n";

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Error";
  }
}

std::string head_of(const Response& response, const std::string& cookie) {
  std::string type = response.type;
  if (response.kind == Response::Kind::stream) type = fmt::format("multipart/x-mixed-replace; boundary={}", kBoundary);
  if (response.kind == Response::Kind::snapshot) type = "image/jpeg";
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\n{}", response.status,
                                 reason_of(response.status), type, kHeaders);
  if (!cookie.empty()) head += fmt::format("Set-Cookie: diolkos={}; HttpOnly; SameSite=Strict; Path=/\r\n", cookie);
  if (response.status == 401) head += "WWW-Authenticate: Bearer\r\n";
  if (response.kind == Response::Kind::document) head += fmt::format("Content-Length: {}\r\n", response.body.size());
  return head;
}

void Client::say(std::string text) {
  state = State::sending;
  head = std::move(text);
  picture.reset();
  tail.clear();
  sent = 0;
}

void Client::show(std::shared_ptr<const Bytes> next, std::uint64_t next_number) {
  // A stream's answer begins with the head that say() left unsent.
  const bool first = number == 0;
  number = next_number;
  if (!first) head.clear();
  tail.clear();
  if (state == State::streaming) {
    head += fmt::format("--{}\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", kBoundary, next->size());
    tail = "\r\n";
  } else {
    head += fmt::format("Content-Length: {}\r\n\r\n", next->size());
  }
  picture = std::move(next);
  sent = 0;
}

bool Client::send_some() {
  while (busy()) {
    const std::array<std::pair<const void*, std::size_t>, 3> parts{
        {{head.data(), head.size()}, {picture ? picture->data() : nullptr, picture ? picture->size() : 0},
         {tail.data(), tail.size()}}};
    std::array<iovec, 3> pieces{};
    std::size_t skip = sent, count = 0;
    for (const auto& [data, size] : parts) {
      if (skip < size)
        pieces[count++] = {const_cast<char*>(static_cast<const char*>(data) + skip), size - skip};
      skip -= std::min(skip, size);
    }
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = count;
    const ssize_t done = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (done < 0) return would_block();
    sent += static_cast<std::size_t>(done);
  }
  return state == State::streaming || (state == State::snapshot && !picture);
}

bool Client::receive_some() {
  std::array<char, 4096> buffer;
  const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got == 0) return false;
  if (got < 0) return would_block();
  // After its request a client has nothing more to say.
  if (state == State::reading) received.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

}  // namespace diolkos::web
