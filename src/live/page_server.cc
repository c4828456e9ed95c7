#include "live/page_server.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/log_event.h"
#include "web/page.h"

namespace diolkos::live {
namespace {

constexpr std::array<std::string_view, 2> kKeys = {"token", "quality"};
constexpr const char *kJson = "application/json", *kText = "text/plain; charset=utf-8";

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

Result<std::unique_ptr<PageServer>> PageServer::open(const video::Address& address, const RunFacts& facts,
                                                     Shared shared) {
  TRY_ASSIGN(WebPlace place, web_place(address));
  place.server.channels = shared.statistics.size();
  std::unique_ptr<PageServer> page(new PageServer(std::move(place), facts, shared));
  TRY_ASSIGN(page->server_, web::Server::start(page->place_.server, [raw = page.get()](const web::Request& request) {
    return raw->answer(request);
  }));
  return page;
}

web::Response PageServer::answer(const web::Request& request) const {
  if (request.path == "/settings" && request.method == "POST") return change_settings(request);
  if (request.method == "POST") return {405, kText, "nothing to be posted here\n"};
  using Kind = web::Response::Kind;
  if (request.path == "/") return {200, "text/html; charset=utf-8", std::string(web::page())};
  if (request.path == "/stream") return pictures(request, Kind::stream);
  if (request.path == "/snapshot.jpg") return pictures(request, Kind::snapshot);
  if (request.path == "/status")
    return {200, kJson, to_json(figures_of(shared_.statistics), shared_.settings.get(), facts_)};
  if (request.path == "/metrics")
    return {200, "text/plain; version=0.0.4; charset=utf-8", to_metrics(figures_of(shared_.statistics), facts_)};
  if (request.path == "/healthz") return health();
  return {404, kText, "there is /, /stream, /snapshot.jpg, /status, /settings, /metrics, /healthz\n"};
}

// Of ?source=N, or of the first.
web::Response PageServer::pictures(const web::Request& request, web::Response::Kind kind) const {
  const auto asked = request.query.find("source");
  std::size_t source = 0;
  if (asked != request.query.end()) {
    const std::string& text = asked->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), source);
    if (error != std::errc{} || end != text.data() + text.size() || source >= shared_.statistics.size())
      return {404, kText, fmt::format("the sources are 0 to {}\n", shared_.statistics.size() - 1)};
  }
  return {200, "", "", kind, source};
}

web::Response PageServer::change_settings(const web::Request& request) const {
  const auto changed = change(shared_.settings.get(), request.body, facts_);
  if (!changed) return {400, kText, changed.error().message + "\n"};
  shared_.settings.set(*changed);
  log::event(log::Level::debug, "settings_changed", "the page's settings were changed: " + request.body);
  return {200, kJson, to_json(figures_of(shared_.statistics), *changed, facts_)};
}

web::Response PageServer::health() const {
  std::string unwell;
  for (const Figures& one : figures_of(shared_.statistics))
    if (one.source != SourceState::running)
      unwell +=
          fmt::format("{}: the source is {}\n", one.name, kSourceStateNames[static_cast<std::size_t>(one.source)]);
  return {unwell.empty() ? 200 : 503, kText, unwell.empty() ? "ok\n" : unwell};
}

}  // namespace diolkos::live
