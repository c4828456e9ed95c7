#include "web/server.h"

#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

namespace diolkos::web {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// A connection to the server, closed with the object.
class Client {
 public:
  explicit Client(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const timeval patience{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  Client(int port, const std::string& path) : Client(port) {
    send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(const std::string& text) const {
    EXPECT_EQ(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  // Until the server closes.
  std::string receive() const {
    std::string all;
    while (receive_some(all)) {
    }
    return all;
  }
  std::string receive_until(std::string_view end) const {
    std::string all;
    while (all.find(end) == std::string::npos && receive_some(all)) {
    }
    return all;
  }

 private:
  bool receive_some(std::string& all) const {
    char buffer[4096];
    const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
    if (got > 0) all.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
  }

  const int socket_;
};

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() { options_.port = 0; }

  void start() {
    server_ = Server::start(options_, [](const Request& asked) -> Response {
                const std::size_t channel = asked.query.contains("other") ? 1 : 0;
                if (asked.path == "/stream") return {200, "", "", Response::Kind::stream, channel};
                if (asked.path == "/snapshot.jpg") return {200, "", "", Response::Kind::snapshot, channel};
                return {200, "text/plain", "path " + asked.path};
              }).value();
  }
  Client ask(const std::string& path) const { return Client(server_->port(), path); }
  std::string get(const std::string& path) const { return ask(path).receive(); }

  void await_viewers(int count, std::size_t channel = 0) const {
    while (server_->viewers(channel) != count) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  void publish(std::size_t channel, const std::string& picture) const {
    server_->publish(channel, std::make_shared<Bytes>(picture.begin(), picture.end()));
  }

  ServerOptions options_;
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
  const Client snapshot = ask("/snapshot.jpg");
  {
    const Client stream = ask("/stream");
    await_viewers(2);
    publish(0, "aaaaa");
    EXPECT_THAT(snapshot.receive(), HasSubstr("Content-Length: 5\r\n\r\naaaaa"));
    stream.receive_until("aaaaa\r\n");
    publish(0, "bbb");
    const std::string more = stream.receive_until("bbb\r\n");
    EXPECT_THAT(more, StartsWith("--diolkos-picture\r\n"));
    EXPECT_THAT(more, HasSubstr("Content-Length: 3\r\n\r\nbbb"));
  }
  await_viewers(0);
}

TEST_F(ServerTest, EachChannelHasPicturesAndViewersOfItsOwn) {
  options_.channels = 2;
  options_.most_viewers = 1;
  start();
  const Client one = ask("/snapshot.jpg"), other = ask("/snapshot.jpg?other");
  await_viewers(1, 0);
  await_viewers(1, 1);
  EXPECT_THAT(get("/stream?other"), StartsWith("HTTP/1.1 503"));
  publish(1, "bbbb");
  EXPECT_THAT(other.receive(), HasSubstr("\r\n\r\nbbbb"));
  publish(0, "aa");
  EXPECT_THAT(one.receive(), HasSubstr("\r\n\r\naa"));
}

TEST_F(ServerTest, AChannelThatIsNotThereIsNotFound) {
  start();
  EXPECT_THAT(get("/stream?other"), StartsWith("HTTP/1.1 404"));
}

TEST_F(ServerTest, AViewerWhoDoesNotReadHoldsNobodyUpAndIsDropped) {
  options_.picture_patience_s = 0.5;
  options_.requests_a_second = 1e6;
  start();
  const Client lazy = ask("/stream");
  await_viewers(1);
  for (int i = 0; i < 40; ++i) {
    publish(0, std::string(1 << 20, 'x'));
    ASSERT_THAT(get("/"), HasSubstr("200 OK"));
  }
  await_viewers(0);
}

TEST_F(ServerTest, ARequestThatComesTooSlowlyIsEnded) {
  options_.request_patience_s = 0.3;
  start();
  const Client slow(server_->port());
  slow.send("GET");
  EXPECT_THAT(slow.receive(), StartsWith("HTTP/1.1 408"));
}

TEST_F(ServerTest, TooManyRequestsAndViewersAreRefused) {
  options_.requests_a_second = 3;
  options_.most_viewers = 1;
  start();
  const Client first = ask("/stream");
  await_viewers(1);
  EXPECT_THAT(get("/stream"), StartsWith("HTTP/1.1 503"));
  std::string last;
  for (int i = 0; i < 200 && !last.starts_with("HTTP/1.1 429"); ++i) last = get("/");
  EXPECT_THAT(last, StartsWith("HTTP/1.1 429"));
}

TEST_F(ServerTest, APortThatIsTakenIsAnError) {
  start();
  options_.port = server_->port();
  EXPECT_THAT(Server::start(options_, {}).error().message, HasSubstr("another program listens there"));
}

}  // namespace
}  // namespace diolkos::web
