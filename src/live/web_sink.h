// Frames to a web page, with its controls and figures (docs/live.md).
#pragma once

#include <memory>

#include "live/report.h"
#include "live/sink.h"
#include "video/address.h"
#include "web/server.h"

namespace diolkos::live {

// http://[HOST]:PORT, keys: token, quality (JPEG, 1 to 100). Without a host: the loopback. Another host asks for a token,
// which is made up where none is given.
struct WebPlace {
  web::ServerOptions server;
  int quality = 80;

  // What to open in a browser, once the port is known.
  std::string link(int port) const;
};
Result<WebPlace> web_place(const video::Address& address);

class WebSink : public Sink {
 public:
  // Both outlive the sink.
  struct Shared {
    SharedSettings& settings;
    const Statistics& statistics;
  };
  static Result<std::unique_ptr<WebSink>> open(const video::Address& address, const RunFacts& facts, Shared shared);

  std::string link() const { return place_.link(server_->port()); }

  std::string name() const override { return name_; }
  bool every_frame() const override { return false; }
  std::optional<View> view(const Settings& settings) const override;
  Status write(const Frame& frame) override;
  Status finish() override { return {}; }

 private:
  WebSink(std::string name, WebPlace place, const RunFacts& facts, Shared shared)
      : name_(std::move(name)), place_(std::move(place)), facts_(facts), shared_(shared) {}
  web::Response answer(const web::Request& request);
  web::Response change_settings(const web::Request& request);
  web::Response health() const;
  std::shared_ptr<web::Bytes> free_bytes();

  std::string name_;
  WebPlace place_;
  RunFacts facts_;
  Shared shared_;
  std::vector<std::shared_ptr<web::Bytes>> pictures_;  // used again when no viewer holds them
  std::unique_ptr<web::Server> server_;                // last: it calls answer()
};

}  // namespace diolkos::live
