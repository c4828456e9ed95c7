#include "fetch/transfer.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include <curl/curl.h>
#include <fmt/format.h>

namespace diolkos::fetch {
namespace {

constexpr long kOk = 200;
constexpr long kPartial = 206;

// What the callbacks share.
struct Body {
  const Request& request;
  PartFile& part;
  CURL* handle;
  std::uint64_t asked_from;            // the part's size when the request was made
  std::optional<std::uint64_t> begin;  // of Content-Range
  std::uint64_t total = 0;             // of the whole file, where the server says it
  bool started = false;
  Status written;
  std::string refused;  // why the body was not taken
};

long status_of(CURL* handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

std::optional<std::uint64_t> leading_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  return value;
}

// "Content-Range: bytes 100-199/1000"
std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  Body& body = *static_cast<Body*>(user);
  std::string line(data, size);
  std::ranges::transform(line, line.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  constexpr std::string_view kName = "content-range: bytes ";
  if (line.starts_with("http/")) body.begin.reset();  // the next answer, after a redirection
  if (!line.starts_with(kName)) return size;
  body.begin = leading_number(std::string_view(line).substr(kName.size()));
  const std::size_t slash = line.find('/');
  if (slash != line.npos) body.total = leading_number(std::string_view(line).substr(slash + 1)).value_or(0);
  return size;
}

// Decides by the status and Content-Range where the body belongs. False: nowhere.
bool start(Body& body) {
  body.started = true;
  const long status = status_of(body.handle);
  if (status == kOk) {
    curl_off_t length = 0;
    curl_easy_getinfo(body.handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    body.total = length > 0 ? static_cast<std::uint64_t>(length) : 0;
    body.written = body.part.clear();
    return body.written.has_value();
  }
  if (status == kPartial && body.begin == body.asked_from) return true;
  if (status == kPartial) body.refused = "the server sends another range than was asked for";
  return false;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  Body& body = *static_cast<Body*>(user);
  if (!body.started && !start(body)) return 0;
  const std::uint64_t limit = body.request.expected * 2 + (std::uint64_t{1} << 20);
  if (body.part.size() + size > limit) {
    body.refused =
        fmt::format("the server sends more than {} bytes where {} are expected", limit, body.request.expected);
    return 0;
  }
  body.written = body.part.append(std::as_bytes(std::span(data, size)));
  if (!body.written) return 0;
  if (body.request.progress) body.request.progress(body.part.size(), body.total);
  return size;
}

void configure(CURL* handle, Body& body, char* message) {
  const Request& request = body.request;
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "diolkos");
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.stall_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, message);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &body);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
  if (body.asked_from > 0) curl_easy_setopt(handle, CURLOPT_RANGE, fmt::format("{}-", body.asked_from).c_str());
}

}  // namespace

Result<Answer> transfer(const Request& request, PartFile& part) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
  if (!handle) return failure(ErrorCode::internal, "libcurl cannot be started");
  char message[CURL_ERROR_SIZE] = "";
  Body body{request, part, handle.get(), part.size(), {}, 0, false, {}, {}};
  configure(handle.get(), body, message);
  const CURLcode code = curl_easy_perform(handle.get());
  TRY(std::move(body.written));
  Answer answer;
  answer.status = status_of(handle.get());
  answer.complete = code == CURLE_OK && (answer.status == kOk || answer.status == kPartial);
  curl_off_t connect_time = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_CONNECT_TIME_T, &connect_time);
  answer.connected = connect_time > 0;
  answer.refused = !body.refused.empty();
  answer.problem = !body.refused.empty() ? body.refused : message[0] != '\0' ? message : curl_easy_strerror(code);
  return answer;
}

}  // namespace diolkos::fetch
