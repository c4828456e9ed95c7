// One HTTP/1.1 request, read from bytes that come in pieces. Anything longer or odder than this program's own page
// sends is refused.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace diolkos::web {

inline constexpr std::size_t kMostHeaderBytes = 8192;
inline constexpr std::size_t kMostBodyBytes = 4096;

struct Request {
  std::string method;  // GET, HEAD or POST
  std::string path;    // from '/', percent-decoded, without the query
  std::map<std::string, std::string> query;    // percent-decoded
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  std::string header(const std::string& name) const;  // empty where it is absent
  std::string cookie(const std::string& name) const;
};

struct Parsed {
  enum class Outcome { incomplete, whole, refused };
  Outcome outcome = Outcome::incomplete;
  int status = 0;  // of a refusal: 400, 405, 411, 413, 431, 505
  Request request;
};

// `bytes`: all that has come so far. Any bytes are welcome.
Parsed parse_request(std::string_view bytes);

}  // namespace diolkos::web
