// A web page with the pictures of every source, its controls and figures (docs/live.md).
#pragma once

#include <memory>
#include <string>

#include "live/report.h"
#include "live/settings.h"
#include "video/address.h"
#include "web/server.h"

namespace diolkos::live {

// http://[HOST]:PORT, keys: token, quality (JPEG, 1 to 100). Without a host: the loopback. Another host asks for a
// token, which is made up where none is given.
struct WebPlace {
  web::ServerOptions server;
  int quality = 80;

  // What to open in a browser, once the port is known.
  std::string link(int port) const;
};
Result<WebPlace> web_place(const video::Address& address);

class PageServer {
 public:
  // Both outlive the page.
  struct Shared {
    SharedSettings& settings;
    const AllStatistics& statistics;
  };
  static Result<std::unique_ptr<PageServer>> open(const video::Address& address, const RunFacts& facts, Shared shared);

  std::string link() const { return place_.link(server_->port()); }
  int quality() const { return place_.quality; }
  web::Server& server() { return *server_; }  // a channel of pictures for each source

 private:
  PageServer(WebPlace place, const RunFacts& facts, Shared shared)
      : place_(std::move(place)), facts_(facts), shared_(shared) {}
  web::Response answer(const web::Request& request) const;
  web::Response pictures(const web::Request& request, web::Response::Kind kind) const;
  web::Response change_settings(const web::Request& request) const;
  web::Response health() const;

  WebPlace place_;
  RunFacts facts_;
  Shared shared_;
  std::unique_ptr<web::Server> server_;  // last: it calls answer()
};

}  // namespace diolkos::live
