#include "web/access.h"

#include <gtest/gtest.h>

namespace diolkos::web {
namespace {

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

}  // namespace
}  // namespace diolkos::web
