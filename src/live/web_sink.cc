#include "live/web_sink.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "video/encode_jpeg.h"
#include "web/page.h"

namespace diolkos::live {
namespace {

constexpr std::array<std::string_view, 2> kKeys = {"token", "quality"};
constexpr const char* kJson = "application/json";

tl::unexpected<Error> misuse(std::string message) { return failure(ErrorCode::usage, std::move(message)); }

Result<int> port_of(const std::string& text, std::string_view port) {
  int value = -1;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), value);
  if (error != std::errc{} || end != port.data() + port.size() || value < 0 || value > 65535)
    return misuse(fmt::format("{}: expected http://HOST:PORT with a port of 0 to 65535", text));
  return value;
}

}  // namespace

Result<WebPlace> web_place(const video::Address& address) {
  TRY(address.check_keys(kKeys));
  WebPlace place;
  std::string where = address.place;
  while (where.ends_with('/')) where.pop_back();
  const std::size_t colon = where.rfind(':');
  if (colon == std::string::npos || (where.ends_with(']')))
    return misuse(fmt::format("{}: expected http://HOST:PORT, or http://:PORT for this machine alone", address.text));
  TRY_ASSIGN(place.server.port, port_of(address.text, std::string_view(where).substr(colon + 1)));
  std::string host = where.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (!host.empty()) place.server.host = host;
  if (address.has("token")) place.server.token = address.query.at("token");
  if (place.server.token.empty() && !web::is_loopback(place.server.host)) place.server.token = web::random_token();
  place.server.open_paths = {"/healthz"};
  TRY_ASSIGN(const auto quality, address.number("quality", 1, 100));
  if (quality) place.quality = static_cast<int>(*quality);
  return place;
}

std::string WebPlace::link(int port) const {
  const bool six = server.host.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}/{}", six ? "[" : "", server.host, six ? "]" : "", port,
                     server.token.empty() ? "" : "?token=" + server.token);
}

Result<std::unique_ptr<WebSink>> WebSink::open(const video::Address& address, const RunFacts& facts, Shared shared) {
  TRY_ASSIGN(WebPlace place, web_place(address));
  std::unique_ptr<WebSink> sink(new WebSink(address.text.substr(0, address.text.find('?')), std::move(place), facts, shared));
  TRY_ASSIGN(sink->server_, web::Server::start(sink->place_.server, [raw = sink.get()](const web::Request& request) {
    return raw->answer(request);
  }));
  return sink;
}

std::optional<View> WebSink::view(const Settings& settings) const {
  return server_->viewers() > 0 ? std::optional(settings.view) : std::nullopt;
}

Status WebSink::write(const Frame& frame) {
  const segmentation::Image* const picture = frame.picture(frame.settings.view);
  if (picture == nullptr || server_->viewers() == 0) return {};
  const auto bytes = free_bytes();
  TRY(video::encode_jpeg(picture->view(), place_.quality, *bytes));
  server_->publish(bytes);
  return {};
}

std::shared_ptr<web::Bytes> WebSink::free_bytes() {
  for (const auto& picture : pictures_)
    if (picture.use_count() == 1) return picture;
  return pictures_.emplace_back(std::make_shared<web::Bytes>());
}

web::Response WebSink::answer(const web::Request& request) {
  if (request.path == "/settings" && request.method == "POST") return change_settings(request);
  if (request.method == "POST") return {405, "text/plain; charset=utf-8", "nothing to be posted here\n", {}};
  using Kind = web::Response::Kind;
  if (request.path == "/") return {200, "text/html; charset=utf-8", std::string(web::page()), {}};
  if (request.path == "/stream") return {200, "", "", Kind::stream};
  if (request.path == "/snapshot.jpg") return {200, "", "", Kind::snapshot};
  if (request.path == "/status")
    return {200, kJson, to_json(shared_.statistics.figures(), shared_.settings.get(), facts_), {}};
  if (request.path == "/metrics")
    return {200, "text/plain; version=0.0.4; charset=utf-8", to_metrics(shared_.statistics.figures(), facts_), {}};
  if (request.path == "/healthz") return health();
  return {404, "text/plain; charset=utf-8", "there is /, /stream, /snapshot.jpg, /status, /settings, /metrics, /healthz\n", {}};
}

web::Response WebSink::change_settings(const web::Request& request) {
  const auto changed = change(shared_.settings.get(), request.body, facts_);
  if (!changed) return {400, "text/plain; charset=utf-8", changed.error().message + "\n", {}};
  shared_.settings.set(*changed);
  return {200, kJson, to_json(shared_.statistics.figures(), *changed, facts_), {}};
}

web::Response WebSink::health() const {
  const Figures figures = shared_.statistics.figures();
  const std::string_view state = kSourceStateNames[static_cast<std::size_t>(figures.source)];
  const bool well = figures.source == SourceState::running;
  return {well ? 200 : 503, "text/plain; charset=utf-8", well ? "ok\n" : fmt::format("the source is {}\n", state), {}};
}

}  // namespace diolkos::live
