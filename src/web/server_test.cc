#include "web/server.h"

#include <random>
#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include "web/access.h"
#include "web/page.h"

namespace diolkos::web {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Outcome = Parsed::Outcome;

constexpr const char* kGet = "GET /status?a=1&b=%20x HTTP/1.1\r\nHost: localhost:1\r\nCookie: a=b; diolkos=T\r\n\r\n";

TEST(Request, IsReadInPieces) {
  const std::string text = kGet;
  for (std::size_t cut = 0; cut < text.size(); ++cut)
    ASSERT_EQ(parse_request(text.substr(0, cut)).outcome, Outcome::incomplete) << cut;
  const Parsed parsed = parse_request(text);
  ASSERT_EQ(parsed.outcome, Outcome::whole);
  EXPECT_EQ(parsed.request.path, "/status");
  EXPECT_EQ(parsed.request.query.at("b"), " x");
  EXPECT_EQ(parsed.request.header("host"), "localhost:1");
  EXPECT_EQ(parsed.request.cookie("diolkos"), "T");
  EXPECT_EQ(parsed.request.cookie("iolkos"), "");
}

TEST(Request, BodiesHaveTheirStatedLength) {
  const std::string head = "POST /settings HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n";
  EXPECT_EQ(parse_request(head + "{}").outcome, Outcome::incomplete);
  EXPECT_EQ(parse_request(head + "{\"a\"}").request.body, "{\"a\"");
}

TEST(Request, OddAndLongOnesAreRefused) {
  const auto status = [](const std::string& text) { return parse_request(text).status; };
  EXPECT_EQ(status("GET / HTTP/2.0\r\n\r\n"), 505);
  EXPECT_EQ(status("DELETE / HTTP/1.1\r\n\r\n"), 405);
  EXPECT_EQ(status("GET /\r\n\r\n"), 400);
  EXPECT_EQ(status("GET example.org HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status("GET /%0 HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status("GET /%00 HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nno colon\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\n folded: a\r\n\r\n"), 400);
  EXPECT_EQ(status("POST / HTTP/1.1\r\nContent-Length: 5000\r\n\r\n"), 413);
  EXPECT_EQ(status("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n"), 413);
  EXPECT_EQ(status("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"), 400);
  EXPECT_EQ(status("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 411);
  EXPECT_EQ(status("GET /" + std::string(kMostHeaderBytes, 'a')), 431);
}

TEST(Request, AnyBytesAreWelcome) {
  std::mt19937 random(7);
  const std::string sound = kGet;
  for (int round = 0; round < 20000; ++round) {
    std::string text = sound;
    for (int change = 0; change < 4; ++change) text[random() % text.size()] = static_cast<char>(random());
    text.resize(random() % (text.size() + 1));
    parse_request(text);
  }
}

using Words = std::map<std::string, std::string>;

class Access : public ::testing::Test {
 protected:
  int asked(const std::string& method, Words headers, Words query = {}) const {
    Request request;
    request.method = method;
    request.path = "/settings";
    request.query = std::move(query);
    request.headers = std::move(headers);
    return refusal(request, options_);
  }
  int get(const std::string& host, Words headers = {}, Words query = {}) const {
    headers["host"] = host;
    return asked("GET", std::move(headers), std::move(query));
  }

  ServerOptions options_;
};

TEST_F(Access, OnTheLoopbackAForeignNameIsRefused) {
  const Words json{{"host", "localhost"}, {"content-type", "application/json"}};
  EXPECT_EQ(get("localhost:8080"), 0);
  EXPECT_EQ(get("[::1]:8080"), 0);
  EXPECT_EQ(get("evil.example:8080"), 403);
  EXPECT_EQ(asked("GET", {}), 403);
  EXPECT_EQ(asked("POST", {{"host", "localhost"}}), 415);
  EXPECT_EQ(asked("POST", json), 0);
  Words foreign = json;
  foreign["origin"] = "http://evil.example";
  EXPECT_EQ(asked("POST", foreign), 403);
}

TEST_F(Access, WithATokenOnlyTheRightOneOpens) {
  options_.token = "secret";
  EXPECT_EQ(get("board"), 401);
  EXPECT_EQ(get("board", {}, {{"token", "secre"}}), 401);
  EXPECT_EQ(get("board", {}, {{"token", "secret"}}), 0);
  EXPECT_EQ(get("board", {{"cookie", "diolkos=secret"}}), 0);
  EXPECT_EQ(get("board", {{"authorization", "Bearer secret"}}), 0);
  options_.open_paths = {"/settings"};
  EXPECT_EQ(get("board"), 0);
}

class ServerTest : public ::testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    options.port = 0;
    server_ = Server::start(options, [](const Request& asked) -> Response {
                const std::size_t channel = asked.query.contains("other") ? 1 : 0;
                if (asked.path == "/stream") return {200, "", "", Response::Kind::stream, channel};
                if (asked.path == "/snapshot.jpg") return {200, "", "", Response::Kind::snapshot, channel};
                return {200, "text/plain", "path " + asked.path};
              }).value();
  }

  int connect() const {
    const int client = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(server_->port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const timeval patience{20, 0};
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return client;
  }

  int ask(const std::string& path) const {
    const int client = connect();
    const std::string text = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    EXPECT_EQ(::send(client, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
    return client;
  }

  // Until the server closes, or so many bytes.
  static std::string receive(int client, std::size_t most = 1 << 20) {
    std::string all;
    char buffer[4096];
    while (all.size() < most) {
      const ssize_t got = ::recv(client, buffer, sizeof buffer, 0);
      if (got <= 0) break;
      all.append(buffer, static_cast<std::size_t>(got));
    }
    return all;
  }

  std::string get(const std::string& path) const {
    const int client = ask(path);
    std::string all = receive(client);
    ::close(client);
    return all;
  }

  void await_viewers(int count, std::size_t channel = 0) const {
    while (server_->viewers(channel) != count) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }

  static std::shared_ptr<const Bytes> picture(std::size_t size, char value) {
    return std::make_shared<Bytes>(size, static_cast<std::uint8_t>(value));
  }

  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersAndCloses) {
  start();
  const std::string answer = get("/a%20b");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\n\r\npath /a b"));
}

TEST_F(ServerTest, StreamsTheNewestPictureAndASnapshotGetsOne) {
  start();
  const int stream = ask("/stream"), snapshot = ask("/snapshot.jpg");
  await_viewers(2);
  server_->publish(0, picture(5, 'a'));
  EXPECT_THAT(receive(snapshot), HasSubstr("Content-Length: 5\r\n\r\naaaaa"));
  std::string streamed = receive(stream, 1);
  while (streamed.find("aaaaa\r\n") == std::string::npos) streamed += receive(stream, 1);
  server_->publish(0, picture(3, 'b'));
  std::string more;
  while (more.find("bbb\r\n") == std::string::npos) more += receive(stream, 1);
  EXPECT_THAT(more, StartsWith("--diolkos-picture\r\n"));
  EXPECT_THAT(more, HasSubstr("Content-Length: 3\r\n\r\nbbb"));
  ::close(stream);
  await_viewers(0);
  ::close(snapshot);
}

TEST_F(ServerTest, EachChannelHasPicturesAndViewersOfItsOwn) {
  ServerOptions options;
  options.channels = 2;
  options.most_viewers = 1;
  start(options);
  const int one = ask("/snapshot.jpg"), other = ask("/snapshot.jpg?other");
  await_viewers(1, 0);
  await_viewers(1, 1);
  EXPECT_THAT(get("/stream?other"), StartsWith("HTTP/1.1 503"));
  server_->publish(1, picture(4, 'b'));
  EXPECT_THAT(receive(other), HasSubstr("\r\n\r\nbbbb"));
  server_->publish(0, picture(2, 'a'));
  EXPECT_THAT(receive(one), HasSubstr("\r\n\r\naa"));
  ::close(one);
  ::close(other);
}

TEST_F(ServerTest, AChannelThatIsNotThereIsNotFound) {
  start();
  EXPECT_THAT(get("/stream?other"), StartsWith("HTTP/1.1 404"));
}

TEST_F(ServerTest, AViewerWhoDoesNotReadHoldsNobodyUpAndIsDropped) {
  ServerOptions options;
  options.picture_patience_s = 0.5;
  options.requests_a_second = 1e6;
  start(options);
  const int lazy = ask("/stream");
  await_viewers(1);
  for (int i = 0; i < 40; ++i) {
    server_->publish(0, picture(1 << 20, 'x'));
    ASSERT_THAT(get("/"), HasSubstr("200 OK"));
  }
  await_viewers(0);
  ::close(lazy);
}

TEST_F(ServerTest, ARequestThatComesTooSlowlyIsEnded) {
  ServerOptions options;
  options.request_patience_s = 0.3;
  start(options);
  const int slow = connect();
  ::send(slow, "GET", 3, MSG_NOSIGNAL);
  EXPECT_THAT(receive(slow), StartsWith("HTTP/1.1 408"));
  ::close(slow);
}

TEST_F(ServerTest, TooManyRequestsAndViewersAreRefused) {
  ServerOptions options;
  options.requests_a_second = 3;
  options.most_viewers = 1;
  start(options);
  const int first = ask("/stream");
  await_viewers(1);
  EXPECT_THAT(get("/stream"), StartsWith("HTTP/1.1 503"));
  std::string last;
  for (int i = 0; i < 200 && !last.starts_with("HTTP/1.1 429"); ++i) last = get("/");
  EXPECT_THAT(last, StartsWith("HTTP/1.1 429"));
  ::close(first);
}

TEST_F(ServerTest, APortThatIsTakenIsAnError) {
  start();
  ServerOptions options;
  options.port = server_->port();
  EXPECT_THAT(Server::start(options, {}).error().message, HasSubstr("another program listens there"));
}

TEST(Page, AsksForNothingFromElsewhere) {
  const std::string text(page());
  EXPECT_THAT(text, StartsWith("<!doctype html>"));
  EXPECT_THAT(text, HasSubstr("</html>"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("https://")));
}

}  // namespace
}  // namespace diolkos::web
