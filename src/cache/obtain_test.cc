#include "cache/obtain.h"

#include <chrono>
#include <fstream>
#include <thread>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace diolkos::cache {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

class Obtain : public testing::Test {
 protected:
  Obtain() {
    recipe_.folder = folder_.path() / "engines";
    recipe_.stem = "fcn";
    recipe_.key = {{"model", "abc"}, {"tensorrt", "10.3.0"}};
    recipe_.build = [this]() -> Result<Built> {
      ++builds_;
      return Built{bytes_of("engine"), {bytes_of("in"), bytes_of("out")}};
    };
    recipe_.accept = [this](const EngineFile& file) -> Status {
      EXPECT_EQ(file.engine, bytes_of("engine"));
      if (!refusal_.empty()) return invalid(refusal_);
      return {};
    };
  }
  Obtained get() {
    auto obtained = obtain(recipe_);
    EXPECT_TRUE(obtained) << obtained.error().message;
    return obtained ? *obtained : Obtained{};
  }

  TemporaryFolder folder_;
  Recipe recipe_;
  std::string refusal_;
  int builds_ = 0;
};

TEST_F(Obtain, BuildsOnceAndKeeps) {
  const Obtained first = get();
  EXPECT_FALSE(first.kept);
  EXPECT_EQ(first.file.reason, "there was none");
  const Obtained second = get();
  EXPECT_TRUE(second.kept);
  EXPECT_THAT(second.note, IsEmpty());
  EXPECT_EQ(second.file.golden.output, bytes_of("out"));
  EXPECT_EQ(builds_, 1);
}

TEST_F(Obtain, AnotherKeyIsAnotherEngineAndSaysWhatDiffers) {
  get();
  recipe_.key[1].second = "10.13.3";
  const Obtained other = get();
  EXPECT_FALSE(other.kept);
  EXPECT_THAT(other.file.reason, HasSubstr("tensorrt was 10.3.0, is 10.13.3"));
  EXPECT_THAT(other.note, IsEmpty());
  recipe_.key[1].second = "10.3.0";
  EXPECT_TRUE(get().kept);  // the first is still there
}

TEST_F(Obtain, ADamagedFileIsBuiltAnewWithAWord) {
  get();
  std::filesystem::resize_file(path_of(recipe_), 70);
  const Obtained again = get();
  EXPECT_FALSE(again.kept);
  EXPECT_THAT(again.note, HasSubstr("damaged"));
  EXPECT_THAT(again.file.reason, HasSubstr("damaged"));
  EXPECT_TRUE(get().kept);
  EXPECT_EQ(builds_, 2);
}

TEST_F(Obtain, AnEngineThatDoesNotRepeatItsRunIsBuiltAnew) {
  get();
  refusal_ = "its output is 0.3 of the largest away from what it was";
  const Obtained again = get();
  EXPECT_FALSE(again.kept);
  EXPECT_THAT(again.note, HasSubstr("0.3 of the largest"));
  EXPECT_EQ(builds_, 2);
}

TEST_F(Obtain, WithoutAFolderNothingIsKept) {
  recipe_.folder.clear();
  EXPECT_FALSE(get().kept);
  EXPECT_FALSE(get().kept);
  EXPECT_EQ(builds_, 2);
}

TEST_F(Obtain, AFolderThatCannotBeMadeCostsOnlyTheKeeping) {
  std::ofstream(folder_.path() / "file") << "not a folder";
  recipe_.folder = folder_.path() / "file" / "engines";
  const Obtained built = get();
  EXPECT_EQ(built.file.engine, bytes_of("engine"));
  EXPECT_THAT(built.note, HasSubstr("not kept"));
}

TEST_F(Obtain, AFailedBuildIsAnErrorAndLeavesNothing) {
  recipe_.build = []() -> Result<Built> { return unsupported("no such layer"); };
  const auto failed = obtain(recipe_);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "no such layer");
  EXPECT_FALSE(std::filesystem::exists(path_of(recipe_)));
}

// Each build appends a line; the children end without destructors, as a program that is killed.
TEST_F(Obtain, OfTwoProcessesAtOnceOneBuilds) {
  const auto log = folder_.path() / "builds";
  recipe_.build = [&]() -> Result<Built> {
    std::ofstream(log, std::ios::app) << "built\n";
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    return Built{bytes_of("engine"), {}};
  };
  std::vector<pid_t> children;
  for (int i = 0; i < 3; ++i) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(obtain(recipe_) ? 0 : 1);
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  std::ifstream lines(log);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(lines), {}), "built\n");
}

TEST_F(Obtain, AKilledBuildLeavesNothingThatLoads) {
  const auto started = folder_.path() / "started";
  const pid_t child = ::fork();
  if (child == 0) {
    recipe_.build = [&]() -> Result<Built> {
      std::ofstream(started) << "x";
      ::pause();
      return unsupported("never reached");
    };
    ::_exit(obtain(recipe_) ? 0 : 1);
  }
  while (!std::filesystem::exists(started)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  const Obtained built = get();
  EXPECT_FALSE(built.kept);
  EXPECT_EQ(built.file.reason, "there was none");
}

}  // namespace
}  // namespace diolkos::cache
