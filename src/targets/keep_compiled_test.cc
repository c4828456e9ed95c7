#include "targets/keep_compiled.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace diolkos::targets {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A compiler that takes its time, counts its runs and writes the model with a word before it.
class KeepCompiled : public testing::Test {
 protected:
  KeepCompiled() {
    fs::create_directories(folder_ / "host/bin");
    write_compiler("first");
    write("net.tflite", "a model");
    request_.model = folder_ / "net.tflite";
    request_.output = folder_ / "net.dla";
    request_.log = folder_ / "net.log";
    request_.program = folder_ / "host/bin/ncc-tflite";
  }

  void write(const fs::path& name, std::string_view text) { std::ofstream(folder_ / name, std::ios::binary) << text; }

  void write_compiler(std::string_view word) {
    const fs::path program = folder_ / "host/bin/ncc-tflite";
    std::ofstream(program) << "#!/bin/sh\nset -e\necho run >> '" << (folder_ / "runs").string() << "'\n"
                           << "for last; do :; done\nwhile [ \"$1\" != -d ]; do shift; done\nsleep 0.1\n"
                           << "{ printf '" << word << " '; cat \"$last\"; } > \"$2\"\necho compiled by " << word
                           << "\n";
    fs::permissions(program, fs::perms::owner_all);
  }

  Result<Obtained> obtain(const CompileRequest& request) {
    return compile_or_keep(request, rules_, {}, folder_ / "kept");
  }

  int runs() {
    const std::string lines = text_of(folder_ / "runs");
    return static_cast<int>(std::count(lines.begin(), lines.end(), '\n'));
  }

  fs::path kept_file() {
    for (const auto& entry : fs::directory_iterator(folder_ / "kept"))
      if (entry.path().extension() == ".engine") return entry.path();
    return {};
  }

  TemporaryFolder folder_;
  Rules rules_ = built_in_rules("mdla3.0").value();
  CompileRequest request_;
};

TEST_F(KeepCompiled, TheSecondTimeNothingRuns) {
  const auto first = obtain(request_);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_FALSE(first->kept);
  EXPECT_GT(first->compiled.seconds, 0);
  const std::string dla = text_of(request_.output), log = text_of(request_.log);
  EXPECT_EQ(dla, "first a model");
  CompileRequest elsewhere = request_;
  elsewhere.output = folder_ / "other.dla";
  elsewhere.log = folder_ / "other.log";
  const auto second = obtain(elsewhere);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_TRUE(second->kept);
  EXPECT_EQ(second->note, "");
  EXPECT_EQ(second->compiled.bytes, dla.size());
  EXPECT_EQ(text_of(elsewhere.output), dla);
  EXPECT_EQ(text_of(elsewhere.log), log);
  EXPECT_EQ(runs(), 1);
}

TEST_F(KeepCompiled, ALogThatCannotBeWrittenIsNamed) {
  request_.log = folder_ / "no/such.log";
  EXPECT_THAT(obtain(request_).error().message,
              HasSubstr(request_.log.string() + ": what ncc-tflite says cannot be written there: No such file"));
  EXPECT_FALSE(fs::exists(request_.output));
  EXPECT_EQ(runs(), 0);
}

TEST_F(KeepCompiled, AnythingElseIsCompiled) {
  ASSERT_TRUE(obtain(request_));
  CompileRequest other = request_;
  other.optimization = 2;
  EXPECT_FALSE(obtain(other)->kept);
  other = request_;
  other.more = {"--opt-size"};
  EXPECT_FALSE(obtain(other)->kept);
  write("net.tflite", "another");
  EXPECT_FALSE(obtain(request_)->kept);
  EXPECT_EQ(text_of(request_.output), "first another");
  write_compiler("second");
  EXPECT_FALSE(obtain(request_)->kept);
  EXPECT_EQ(text_of(request_.output), "second another");
  fs::create_directories(folder_ / "host/lib");
  write("host/lib/libncc.so", "a library");
  EXPECT_FALSE(obtain(request_)->kept);
  EXPECT_EQ(runs(), 6);
  EXPECT_TRUE(obtain(request_)->kept);
}

TEST_F(KeepCompiled, OptionsThatNameFilesAreCompiledEveryTime) {
  request_.more = {"--dla-metadata", "k:file"};
  EXPECT_FALSE(obtain(request_)->kept);
  EXPECT_FALSE(obtain(request_)->kept);
}

TEST_F(KeepCompiled, ADamagedFileIsCompiledAnewWithAWarning) {
  ASSERT_TRUE(obtain(request_));
  std::fstream file(kept_file(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-1, std::ios::end);
  file.put('X');
  file.close();
  const auto again = obtain(request_);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->kept);
  EXPECT_THAT(again->note, HasSubstr("damaged"));
  EXPECT_EQ(text_of(request_.output), "first a model");
  EXPECT_TRUE(obtain(request_)->kept);
}

TEST_F(KeepCompiled, AFailureIsToldAndNotKept) {
  write("host/bin/ncc-tflite", "#!/bin/sh\necho it does not fit\nexit 3\n");
  const auto failed = obtain(request_);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("it does not fit"));
  EXPECT_FALSE(fs::exists(request_.output));
  EXPECT_EQ(kept_file(), fs::path());
}

TEST_F(KeepCompiled, OfTwoAtOnceOneCompiles) {
  CompileRequest other = request_;
  other.output = folder_ / "other.dla";
  other.log = folder_ / "other.log";
  std::thread beside([&] { EXPECT_TRUE(obtain(other)); });
  EXPECT_TRUE(obtain(request_));
  beside.join();
  EXPECT_EQ(runs(), 1);
  EXPECT_EQ(text_of(request_.output), text_of(other.output));
}

TEST_F(KeepCompiled, WithoutAFolderNothingIsKept) {
  EXPECT_FALSE(compile_or_keep(request_, rules_, {}, {})->kept);
  EXPECT_FALSE(compile_or_keep(request_, rules_, {}, {})->kept);
  EXPECT_EQ(runs(), 2);
}

}  // namespace
}  // namespace diolkos::targets
