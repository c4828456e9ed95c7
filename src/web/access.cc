#include "web/access.h"

#include <algorithm>

namespace diolkos::web {
namespace {

// In a time that does not tell how much is right.
bool equal(const std::string& a, const std::string& b) {
  unsigned char difference = a.size() != b.size();
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

std::string host_of(const std::string& address) {
  if (address.starts_with('[')) return address.substr(1, address.find(']') - 1);
  return address.substr(0, address.find(':'));
}

std::string query_token(const Request& request) {
  const auto found = request.query.find("token");
  return found == request.query.end() ? "" : found->second;
}

bool has_token(const Request& request, const std::string& token) {
  const std::string bearer = "Bearer " + token;
  return equal(query_token(request), token) || equal(request.cookie("diolkos"), token) ||
         equal(request.header("authorization"), bearer);
}

}  // namespace

int refusal(const Request& request, const ServerOptions& options) {
  const bool open = std::ranges::find(options.open_paths, request.path) != options.open_paths.end();
  if (!options.token.empty() && !open && !has_token(request, options.token)) return 401;
  if (options.token.empty() && !is_loopback(host_of(request.header("host")))) return 403;
  if (request.method != "POST") return 0;
  if (!request.header("content-type").starts_with("application/json")) return 415;
  const std::string origin = request.header("origin");
  if (origin.empty()) return 0;
  const std::size_t start = origin.find("://");
  return start != std::string::npos && origin.substr(start + 3) == request.header("host") ? 0 : 403;
}

bool brings_token(const Request& request, const ServerOptions& options) {
  return !options.token.empty() && equal(query_token(request), options.token);
}

}  // namespace diolkos::web
