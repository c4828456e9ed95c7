#include "fetch/loopback_server.h"

#include <algorithm>
#include <cstdlib>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

namespace diolkos::fetch::testing {
namespace {

int listen_on_loopback(int& port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  ::listen(listener, 16);
  socklen_t length = sizeof(address);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  port = ntohs(address.sin_port);
  return listener;
}

std::string read_request(int client) {
  std::string request;
  char block[1024];
  while (request.find("\r\n\r\n") == std::string::npos) {
    const ssize_t got = ::recv(client, block, sizeof(block), 0);
    if (got <= 0) break;
    request.append(block, static_cast<std::size_t>(got));
  }
  return request;
}

void send_all(int client, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

LoopbackServer::LoopbackServer(std::string contents, std::vector<Behaviour> behaviours)
    : contents_(std::move(contents)), behaviours_(std::move(behaviours)), listener_(listen_on_loopback(port_)) {
  thread_ = std::thread([this] { serve(); });
}

LoopbackServer::~LoopbackServer() {
  ending_ = true;
  thread_.join();
  ::close(listener_);
}

std::string LoopbackServer::address() const { return fmt::format("http://127.0.0.1:{}/models", port_); }

void LoopbackServer::serve() {
  while (!ending_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, 20) <= 0) continue;
    const int client = ::accept(listener_, nullptr, nullptr);
    const auto turn = static_cast<std::size_t>(connections_++);
    answer(client, behaviours_[std::min(turn, behaviours_.size() - 1)]);
    ::close(client);
  }
}

void LoopbackServer::answer(int client, const Behaviour& behaviour) {
  const std::string request = read_request(client);
  if (!behaviour.redirect.empty()) {
    send_all(client, fmt::format("HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                                 behaviour.redirect));
    return;
  }
  if (behaviour.status != 200) {
    send_all(client,
             fmt::format("HTTP/1.1 {} No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno", behaviour.status));
    return;
  }
  const std::size_t range = request.find("Range: bytes=");
  const bool partial = behaviour.ranges && range != std::string::npos;
  const std::size_t begin = partial ? std::strtoull(request.c_str() + range + 13, nullptr, 10) : 0;
  if (partial && begin >= contents_.size()) {
    send_all(client, "HTTP/1.1 416 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    return;
  }
  std::string body = contents_.substr(begin);
  std::string head = partial ? fmt::format("HTTP/1.1 206 Partial\r\nContent-Range: bytes {}-{}/{}\r\n",
                                           begin + behaviour.range_shift, contents_.size() - 1, contents_.size())
                             : std::string("HTTP/1.1 200 OK\r\n");
  if (behaviour.says_length) head += fmt::format("Content-Length: {}\r\n", body.size());
  send_all(client, head + "Connection: close\r\n\r\n");
  while (behaviour.stalls && !ending_) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (behaviour.break_after > 0) body.resize(std::min(body.size(), behaviour.break_after));
  send_all(client, body);
}

std::string dead_address() {
  int port = 0;
  ::close(listen_on_loopback(port));
  return fmt::format("http://127.0.0.1:{}", port);
}

}  // namespace diolkos::fetch::testing
