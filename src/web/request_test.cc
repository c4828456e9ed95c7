#include "web/request.h"

#include <random>

#include <gtest/gtest.h>

namespace diolkos::web {
namespace {

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

}  // namespace
}  // namespace diolkos::web
