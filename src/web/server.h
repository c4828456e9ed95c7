// A small web server for one page, its controls and a stream of pictures (Motion JPEG: multipart/x-mixed-replace).
//
// One thread and non-blocking sockets: a client that is slow, silent or gone costs a buffer, never a thread. Each
// viewer gets the newest picture when it is done with the one before. What is limited: clients, viewers, requests a
// second, sizes (request.h), and the time a request or a picture may take.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "web/request.h"

namespace diolkos::web {

using Bytes = std::vector<std::uint8_t>;

struct Response {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  enum class Kind { document, stream, snapshot } kind = Kind::document;  // of pictures: no body
  std::size_t channel = 0;                                               // of pictures: which ones
};

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 8080;      // 0: any that is free
  std::string token;  // where there is one, all but open_paths ask for it: ?token=, cookie, or "Authorization: Bearer"
  std::vector<std::string> open_paths;
  std::size_t channels = 1;                    // of pictures
  int most_clients = 64, most_viewers = 8;     // viewers: of each channel
  double requests_a_second = 40;
  double request_patience_s = 5, picture_patience_s = 10;
};

class Server {
 public:
  // Called in the server's thread: must not block.
  using Handler = std::function<Response(const Request&)>;

  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handler handler);
  virtual ~Server() = default;

  virtual int port() const = 0;
  virtual int viewers(std::size_t channel) const = 0;  // that wait for its pictures, snapshots included
  // The channel's newest picture (JPEG), for all its viewers.
  virtual void publish(std::size_t channel, std::shared_ptr<const Bytes> picture) = 0;
};

// Whether only this machine can reach it: "127.…", "::1", "localhost".
bool is_loopback(const std::string& host);

// 128 random bits in hexadecimal.
std::string random_token();

}  // namespace diolkos::web
