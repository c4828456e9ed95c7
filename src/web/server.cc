#include "web/server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <random>
#include <thread>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "web/access.h"
#include "web/client.h"
#include "web/listener.h"

namespace diolkos::web {
namespace {

using std::chrono::duration;
using std::chrono::duration_cast;

constexpr int kTickMs = 250;  // deadlines are looked at so often

Clock::duration seconds(double count) { return duration_cast<Clock::duration>(duration<double>(count)); }

class PollServer : public Server {
 public:
  PollServer(int listener, int port, const ServerOptions& options, Handler handler)
      : listener_(listener),
        port_(port),
        wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
        options_(options),
        handler_(std::move(handler)),
        allowance_(options.requests_a_second),
        channels_(options.channels),
        thread_([this] { serve(); }) {}

  ~PollServer() override {
    ending_ = true;
    wake();
    thread_.join();
    for (const Client& client : clients_) ::close(client.socket);
    ::close(listener_);
    ::close(wake_);
  }

  int port() const override { return port_; }
  int viewers(std::size_t channel) const override { return channels_[channel].viewers; }

  void publish(std::size_t channel, std::shared_ptr<const Bytes> picture) override {
    {
      const std::lock_guard lock(mutex_);
      channels_[channel].picture.swap(picture);
      ++channels_[channel].number;
    }
    wake();
  }

 private:
  void wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t ignored = ::write(wake_, &one, sizeof one);
  }

  void take_wake() const {
    std::uint64_t ignored = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake_, &ignored, sizeof ignored);
  }

  void serve() {
    std::vector<pollfd> polled;
    while (!ending_) {
      polled.assign({{Clock::now() < accepts_again_ ? -1 : listener_, POLLIN, 0}, {wake_, POLLIN, 0}});
      for (const Client& client : clients_)
        polled.push_back({client.socket, static_cast<short>(POLLIN | (client.busy() ? POLLOUT : 0)), 0});
      if (::poll(polled.data(), polled.size(), kTickMs) < 0) {
        if (errno != EINTR) std::this_thread::sleep_for(std::chrono::milliseconds(kTickMs));
        continue;
      }
      if ((polled[1].revents & POLLIN) != 0) take_wake();
      for (std::size_t i = 0; i < clients_.size(); ++i)
        if (!step(clients_[i], polled[i + 2].revents)) drop(clients_[i]);
      std::erase_if(clients_, [](const Client& client) { return client.socket < 0; });
      if ((polled[0].revents & POLLIN) != 0) accept_all();
      count_viewers();
    }
  }

  struct Channel {
    std::atomic<int> viewers = 0;
    std::shared_ptr<const Bytes> picture;
    std::uint64_t number = 0;  // of pictures
  };

  void count_viewers() {
    for (std::size_t channel = 0; channel < channels_.size(); ++channel)
      channels_[channel].viewers = static_cast<int>(std::ranges::count_if(
          clients_, [channel](const Client& client) { return is_viewer(client) && client.channel == channel; }));
  }

  static bool is_viewer(const Client& client) {
    return client.state == Client::State::streaming || client.state == Client::State::snapshot;
  }

  // What a client still says is read and dropped, or else the kernel would take back our answer.
  static void drop(Client& client) {
    ::shutdown(client.socket, SHUT_WR);
    std::array<char, 4096> ignored;
    for (int i = 0; i < 8 && ::recv(client.socket, ignored.data(), ignored.size(), MSG_DONTWAIT) > 0; ++i) continue;
    ::close(client.socket);
    client.socket = -1;
  }

  void accept_all() {
    for (;;) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket < 0) {
        // Without files or memory to spare the connection stays in the queue, and poll() would return at once for it.
        if (errno != EAGAIN && errno != EINTR) accepts_again_ = Clock::now() + std::chrono::milliseconds(kTickMs);
        return;
      }
      if (static_cast<int>(clients_.size()) >= options_.most_clients) {
        ::close(socket);
        continue;
      }
      tune(socket);
      clients_.emplace_back();
      clients_.back().socket = socket;
      clients_.back().deadline = Clock::now() + seconds(options_.request_patience_s);
    }
  }

  // Pictures must not queue up in the kernel: they would be old when they arrive.
  static void tune(int socket) {
    const int one = 1, buffer = 128 * 1024, unsent = 16 * 1024;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
    ::setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
  }

  // False: the connection is over.
  bool step(Client& client, short events) {
    if ((events & (POLLERR | POLLNVAL)) != 0) return false;
    if ((events & (POLLIN | POLLHUP)) != 0 && !client.receive_some()) return false;
    if (client.state == Client::State::reading && (events & POLLIN) != 0) read_request(client);
    if (client.waits_for_picture()) show_newest(client);
    if (client.busy() && !client.send_some()) return false;
    if (client.state == Client::State::sending && !client.busy()) return false;
    const bool idle_stream = client.state == Client::State::streaming && !client.busy();
    if (idle_stream || Clock::now() < client.deadline) return true;
    if (client.state == Client::State::snapshot && !client.picture) return refuse(client, 503);
    return client.state == Client::State::reading && refuse(client, 408);
  }

  void show_newest(Client& client) {
    const std::lock_guard lock(mutex_);
    // A viewer that comes waits for a picture made from now on: nobody made any while nobody looked.
    const Channel& channel = channels_[client.channel];
    if (channel.number == std::max(client.number, client.came_at)) return;
    client.show(channel.picture, channel.number);
    client.deadline = Clock::now() + seconds(options_.picture_patience_s);
  }

  void read_request(Client& client) {
    Parsed parsed = parse_request(client.received);
    if (parsed.outcome == Parsed::Outcome::incomplete) return;
    client.received.clear();
    client.deadline = Clock::now() + seconds(options_.picture_patience_s);
    if (parsed.outcome == Parsed::Outcome::refused)
      refuse(client, parsed.status);
    else
      answer(client, parsed.request);
  }

  void answer(Client& client, const Request& request) {
    if (!allowed()) return static_cast<void>(refuse(client, 429));
    if (const int status = refusal(request, options_)) return static_cast<void>(refuse(client, status));
    const Response response = handler_(request);
    if (response.channel >= channels_.size()) return static_cast<void>(refuse(client, 404));
    const std::string head = head_of(response, brings_token(request, options_) ? options_.token : "");
    if (response.kind == Response::Kind::document || request.method == "HEAD") {
      client.say(head + "\r\n" + (request.method == "HEAD" ? "" : response.body));
      return;
    }
    Channel& channel = channels_[response.channel];
    if (channel.viewers >= options_.most_viewers) return static_cast<void>(refuse(client, 503));
    const bool stream = response.kind == Response::Kind::stream;
    client.say(stream ? head + "\r\n" : head);
    client.state = stream ? Client::State::streaming : Client::State::snapshot;
    client.sent = client.head.size();  // goes with the first picture
    client.channel = response.channel;
    {
      const std::lock_guard lock(mutex_);
      client.came_at = channel.number;
    }
    ++channel.viewers;  // from here on somebody makes pictures
  }

  bool refuse(Client& client, int status) {
    const Response response{status, "text/plain; charset=utf-8", fmt::format("{} {}\n", status, reason_of(status)), {}};
    client.say(head_of(response, "") + "\r\n" + response.body);
    client.deadline = Clock::now() + seconds(options_.request_patience_s);
    return client.send_some();
  }

  // A bucket that fills by so many requests a second, and holds two seconds' worth.
  bool allowed() {
    const auto now = Clock::now();
    allowance_ = std::min(2 * options_.requests_a_second,
                          allowance_ + options_.requests_a_second * duration<double>(now - refilled_).count());
    refilled_ = now;
    if (allowance_ < 1) return false;
    allowance_ -= 1;
    return true;
  }

  const int listener_, port_, wake_;
  const ServerOptions options_;
  const Handler handler_;
  std::vector<Client> clients_;  // the thread's
  double allowance_;
  Clock::time_point refilled_ = Clock::now();
  Clock::time_point accepts_again_ = refilled_;
  std::atomic<bool> ending_ = false;
  std::mutex mutex_;               // of the channels' pictures and numbers
  std::vector<Channel> channels_;
  std::thread thread_;  // last: it uses all of them
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handler handler) {
  TRY_ASSIGN(const Listener listener, listen_on(options.host, options.port));
  return std::unique_ptr<Server>(
      std::make_unique<PollServer>(listener.socket, listener.port, options, std::move(handler)));
}

bool is_loopback(const std::string& host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

std::string random_token() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

}  // namespace diolkos::web
