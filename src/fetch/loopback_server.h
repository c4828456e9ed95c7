// For tests: a web server on the loopback address that holds one file and misbehaves on request.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace diolkos::fetch::testing {

struct Behaviour {
  bool ranges = true;           // answers "Range: bytes=N-" with 206
  int status = 200;             // any other: an error with a short body
  std::size_t break_after = 0;  // closes the connection after so many bytes of the body; 0: never
  bool says_length = true;      // Content-Length
  bool stalls = false;          // sends the headers and then nothing, until the server ends
  std::string redirect = {};    // 302 to this path
  std::size_t range_shift = 0;  // the lie in Content-Range
};

class LoopbackServer {
 public:
  // Connection n is served by behaviours[n], later ones by the last.
  LoopbackServer(std::string contents, std::vector<Behaviour> behaviours);
  ~LoopbackServer();

  std::string address() const;  // "http://127.0.0.1:PORT/models"
  int connections() const { return connections_; }

 private:
  void serve();
  void answer(int client, const Behaviour& behaviour);
  std::string contents_;
  std::vector<Behaviour> behaviours_;
  int port_ = 0;
  int listener_;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

// An address on the loopback interface that nobody listens on.
std::string dead_address();

}  // namespace diolkos::fetch::testing
