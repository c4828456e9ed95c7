// One connection: what has come, what is to be sent, until when.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "web/server.h"

namespace diolkos::web {

using Clock = std::chrono::steady_clock;

struct Client {
  int socket = -1;
  enum class State { reading, sending, streaming, snapshot } state = State::reading;
  std::string received;
  std::string head;                       // to be sent first
  std::shared_ptr<const Bytes> picture;   // then this
  std::string tail;                       // then this
  std::size_t sent = 0;                   // of all three together
  std::size_t channel = 0;                // whose pictures it waits for
  std::uint64_t number = 0;               // of the last picture that was begun
  std::uint64_t came_at = 0;              // the newest picture when it began to wait
  Clock::time_point deadline;             // for the request, or for what is being sent

  std::size_t to_send() const { return head.size() + (picture ? picture->size() : 0) + tail.size(); }
  bool busy() const { return sent < to_send(); }
  bool waits_for_picture() const { return !busy() && (state == State::streaming || state == State::snapshot); }

  void say(std::string text);  // a document; ends the connection when it is sent
  void show(std::shared_ptr<const Bytes> next, std::uint64_t next_number);
  // Sends what the socket takes. False: the connection is over.
  bool send_some();
  // False: the connection is over.
  bool receive_some();
};

std::string head_of(const Response& response, const std::string& cookie);
std::string_view reason_of(int status);

}  // namespace diolkos::web
