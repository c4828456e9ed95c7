#include "fetch/fetch.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/output_file.h"
#include "base/sha256.h"
#include "fetch/loopback_server.h"

namespace diolkos::fetch {
namespace {

namespace fs = std::filesystem;
using testing::Behaviour;
using ::testing::HasSubstr;
using testing::LoopbackServer;

std::string random_bytes(std::size_t size) {
  std::mt19937 random(9);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

class FetchTest : public ::testing::Test {
 protected:
  FetchTest() : contents_(random_bytes(300000)), digest_(sha256_hex(std::as_bytes(std::span(contents_)))) {
    std::string pattern = (fs::path(::testing::TempDir()) / "diolkos_fetch_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    ::setenv("no_proxy", "127.0.0.1", 1);  // a proxy of the environment is not meant for the loopback address
  }
  ~FetchTest() override { fs::remove_all(folder_); }

  Weights weights() const { return {"tiny", "tiny-01234567.pth", contents_.size(), digest_}; }
  fs::path target() const { return folder_ / "tiny-01234567.pth"; }
  fs::path part() const { return target().string() + ".part"; }
  Options options(const std::string& mirror) const {
    Options options;
    options.folder = folder_;
    options.mirror = mirror;
    options.retry_delay = std::chrono::milliseconds(1);
    return options;
  }
  Result<fs::path> fetch_from(const LoopbackServer& server) const {
    return fetch(weights(), options(server.address()));
  }
  std::string stored() const {
    std::ifstream stream(target(), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  void expect_whole(const Result<fs::path>& path) const {
    ASSERT_TRUE(path) << path.error().message;
    EXPECT_EQ(*path, target());
    EXPECT_TRUE(stored() == contents_);
    EXPECT_FALSE(fs::exists(part()));
  }

  std::string contents_;
  std::string digest_;
  fs::path folder_;
};

TEST_F(FetchTest, DownloadsOnceAndKeeps) {
  LoopbackServer server(contents_, {{}});
  std::uint64_t last = 0, total = 0;
  Options watched = options(server.address() + "/");
  watched.progress = [&](std::uint64_t done, std::uint64_t all) { last = done, total = all; };
  expect_whole(fetch(weights(), watched));
  EXPECT_EQ(last, contents_.size());
  EXPECT_EQ(total, contents_.size());
  expect_whole(fetch_from(server));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(FetchTest, GoesOnWhereItBrokeOff) {
  LoopbackServer server(contents_, {{.break_after = 100000}, {.break_after = 150000}, {}});
  expect_whole(fetch_from(server));
  EXPECT_EQ(server.connections(), 3);
}

TEST_F(FetchTest, GoesOnInAnotherProcess) {
  Options once = options("");
  once.attempts = 1;
  {
    LoopbackServer server(contents_, {{.break_after = 100000}, {.status = 503}});
    once.mirror = server.address();
    auto path = fetch(weights(), once);
    ASSERT_FALSE(path);
    EXPECT_THAT(path.error().message, HasSubstr("the server answers 503"));
    EXPECT_FALSE(fs::exists(target()));
    EXPECT_EQ(fs::file_size(part()), 100000u);
  }
  LoopbackServer server(contents_, {{}});
  std::uint64_t first = 0;
  once.mirror = server.address();
  once.progress = [&](std::uint64_t done, std::uint64_t) { first = first == 0 ? done : first; };
  expect_whole(fetch(weights(), once));
  EXPECT_GT(first, 100000u);
}

TEST_F(FetchTest, BeginsAnewWhereTheServerKnowsNoRanges) {
  LoopbackServer server(contents_, {{.ranges = false, .break_after = 100000}, {.ranges = false}});
  expect_whole(fetch_from(server));
}

TEST_F(FetchTest, GivesUpOnAServerThatNeverGetsFurther) {
  LoopbackServer server(contents_, {{.ranges = false, .break_after = 100000}});
  auto path = fetch_from(server);
  ASSERT_FALSE(path);
  EXPECT_THAT(path.error().message, HasSubstr("cannot be downloaded"));
  EXPECT_THAT(path.error().message, HasSubstr(server.address() + "/tiny-01234567.pth"));
  EXPECT_EQ(server.connections(), 5);
}

TEST_F(FetchTest, DoesWithoutALength) {
  LoopbackServer server(contents_, {{.says_length = false}});
  expect_whole(fetch_from(server));
}

TEST_F(FetchTest, FollowsRedirections) {
  LoopbackServer server(contents_, {{.redirect = "/elsewhere"}, {}});
  expect_whole(fetch_from(server));
}

TEST_F(FetchTest, EndsInARedirectionLoop) {
  LoopbackServer server(contents_, {{.redirect = "/again"}});
  EXPECT_FALSE(fetch_from(server));
  EXPECT_LT(server.connections(), 10);
}

TEST_F(FetchTest, RefusesAndRemovesOtherBytes) {
  std::string altered = contents_;
  altered[5] ^= 1;
  LoopbackServer server(altered, {{}});
  auto path = fetch_from(server);
  ASSERT_FALSE(path);
  EXPECT_THAT(path.error().message, HasSubstr("expected 300000 of " + digest_));
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(FetchTest, DropsAnOldPartThatDoesNotFit) {
  ASSERT_TRUE(write_file(part(), std::string_view("left by another file")));
  LoopbackServer server(contents_, {{}});
  expect_whole(fetch_from(server));
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(FetchTest, TakesAPartThatIsWholeAlready) {
  ASSERT_TRUE(write_file(part(), contents_));
  LoopbackServer server(contents_, {{}});
  expect_whole(fetch_from(server));
}

TEST_F(FetchTest, DropsAPartThatIsTooLong) {
  ASSERT_TRUE(write_file(part(), contents_ + "more"));
  LoopbackServer server(contents_, {{}});
  expect_whole(fetch_from(server));
}

TEST_F(FetchTest, ReplacesADamagedFile) {
  ASSERT_TRUE(write_file(target(), std::string_view("damaged")));
  LoopbackServer server(contents_, {{}});
  expect_whole(fetch_from(server));
}

TEST_F(FetchTest, ChecksAPrefixWhereOnlyThatIsKnown) {
  LoopbackServer server(contents_, {{}});
  Weights prefix = weights();
  prefix.sha256 = prefix.sha256.substr(0, 8);
  expect_whole(fetch(prefix, options(server.address())));
}

TEST_F(FetchTest, ReportsWhatTheServerSays) {
  LoopbackServer server(contents_, {{.status = 404}});
  auto path = fetch_from(server);
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().code, ErrorCode::io);
  EXPECT_THAT(path.error().message, HasSubstr("/tiny-01234567.pth: the server answers 404; check the network"));
  EXPECT_EQ(server.connections(), 1);
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(FetchTest, TriesAgainAfterAServersTrouble) {
  LoopbackServer server(contents_, {{.status = 503}, {.status = 500}, {}});
  expect_whole(fetch_from(server));
}

TEST_F(FetchTest, RefusesAnotherRangeThanAskedFor) {
  LoopbackServer server(contents_, {{.break_after = 1000}, {.range_shift = 7}});
  auto path = fetch_from(server);
  ASSERT_FALSE(path);
  EXPECT_THAT(path.error().message, HasSubstr("another range"));
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(FetchTest, RefusesAnEndlessBody) {
  LoopbackServer server(random_bytes(std::size_t{4} << 20), {{.says_length = false}});
  auto path = fetch_from(server);
  ASSERT_FALSE(path);
  EXPECT_THAT(path.error().message, HasSubstr("sends more than"));
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(FetchTest, SaysWhatToDoOffline) {
  auto path = fetch(weights(), options(testing::dead_address()));
  ASSERT_FALSE(path);
  EXPECT_THAT(path.error().message, HasSubstr("cannot be downloaded"));
  EXPECT_THAT(path.error().message, HasSubstr("put the file at " + target().string() + " yourself"));
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(FetchTest, GivesUpOnAServerThatStalls) {
  LoopbackServer server(contents_, {{.stalls = true}});
  Options impatient = options(server.address());
  impatient.stall_timeout = std::chrono::seconds(1);
  impatient.attempts = 1;
  auto path = fetch(weights(), impatient);
  ASSERT_FALSE(path);
  EXPECT_THAT(path.error().message, HasSubstr("cannot be downloaded"));
}

TEST_F(FetchTest, TwoAtOnceDownloadOnce) {
  LoopbackServer server(contents_, {{}});
  std::vector<std::thread> threads;
  std::atomic<int> fetched = 0;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { fetched += fetch_from(server).has_value(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(fetched, 4);
  EXPECT_EQ(server.connections(), 1);
  EXPECT_TRUE(stored() == contents_);
  EXPECT_FALSE(fs::exists(part()));
}

TEST_F(FetchTest, UnknownNamesAndMirrorsAreMisuse) {
  auto path = fetch("fcn_resnet5", options("http://127.0.0.1:1"));
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().code, ErrorCode::usage);
  EXPECT_THAT(path.error().message, HasSubstr("did you mean 'fcn_resnet50'?"));
  EXPECT_EQ(fetch(weights(), options("ftp://there")).error().code, ErrorCode::usage);
}

TEST_F(FetchTest, AFolderThatCannotBeMadeIsAnError) {
  ASSERT_TRUE(write_file(folder_ / "file", std::string_view("x")));
  Options wrong = options("http://127.0.0.1:1");
  wrong.folder = folder_ / "file" / "inside";
  auto path = fetch(weights(), wrong);
  ASSERT_FALSE(path);
  EXPECT_THAT(path.error().message, HasSubstr("cannot make this folder"));
}

TEST(CatalogueTest, NamesCarryTheirDigests) {
  std::set<std::string_view> names;
  for (const Weights& weights : catalogue()) {
    EXPECT_TRUE(names.insert(weights.name).second);
    EXPECT_EQ(weights.sha256.size(), 64u);
    EXPECT_TRUE(weights.file.starts_with(weights.name));
    EXPECT_TRUE(weights.file.ends_with(fmt::format("-{}.pth", weights.sha256.substr(0, 8)))) << weights.file;
  }
  EXPECT_EQ(names.size(), 6u);
}

TEST(CacheFolderTest, FollowsTheEnvironment) {
  ::setenv("XDG_CACHE_HOME", "/somewhere", 1);
  EXPECT_EQ(cache_folder().value(), "/somewhere/diolkos");
  ::setenv("XDG_CACHE_HOME", "relative", 1);
  ::setenv("HOME", "/home/me", 1);
  EXPECT_EQ(cache_folder().value(), "/home/me/.cache/diolkos");
  ::unsetenv("XDG_CACHE_HOME");
  ::unsetenv("HOME");
  EXPECT_FALSE(cache_folder());
}

}  // namespace
}  // namespace diolkos::fetch
