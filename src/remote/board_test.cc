#include "remote/board.h"

#include <fstream>
#include <thread>

#include <gmock/gmock.h>

#include "support/temporary_folder.h"

namespace diolkos::remote {
namespace {

using ::testing::HasSubstr;

// A board that is this machine: a program that takes ssh's arguments and runs the command in a shell of its own, in a
// home of its own. While `breaks` holds a number above 0 each call lowers it, lets some bytes through, and ends as ssh
// does when the line breaks.
class BoardTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(ssh_) << "#!/bin/sh\nwhile [ \"$1\" = -o ]; do shift 2; done\nshift\ncd " << home_.path().string()
                        << "\nleft=$(cat breaks 2>/dev/null || echo 0)\n"
                           "if [ \"$left\" -gt 0 ]; then echo $((left - 1)) > breaks; head -c 1000 | sh -c \"$1\"; "
                           "echo 'broken pipe'; exit 255; fi\nexec sh -c \"$1\"\n";
    std::filesystem::permissions(ssh_, std::filesystem::perms::owner_all);
    options_.ssh = ssh_.string();
    options_.pause = options_.poll = std::chrono::milliseconds(5);
  }
  void break_line(int times) { std::ofstream(home_ / "breaks") << times; }
  Board board() {
    auto board = Board::reach("user@board", options_);
    EXPECT_TRUE(board) << board.error().message;
    return std::move(*board);
  }

  TemporaryFolder home_, tools_;
  std::filesystem::path ssh_ = tools_ / "ssh";
  BoardOptions options_;
};

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(BoardTest, AFileThatBreaksOffGoesOnWhereItStopped) {
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += static_cast<char>(i * 7);
  const auto file = tools_ / "it's a model.onnx";
  std::ofstream(file, std::ios::binary) << bytes;
  Board reached = board();
  break_line(7);
  const auto path = reached.bring(file, false);
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_TRUE(path->ends_with(".onnx"));
  EXPECT_EQ(content_of(home_ / *path), bytes);
  std::filesystem::remove(ssh_);  // it is there: nothing is sent again, and without ssh nothing can be asked
  EXPECT_THAT(reached.bring(file, false).error().message, HasSubstr("OpenSSH"));
}

TEST_F(BoardTest, ACommandOutlivesTheLine) {
  Board reached = board();
  break_line(4);
  const auto done =
      reached.run({"sh", "-c", "sleep 0.2; echo said; echo ran >> runs; cp runs \"$0\"; exit 4", "{result}"});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->status, 4);
  EXPECT_EQ(done->log, "said\n");
  EXPECT_EQ(done->result, "ran\n");  // once, however often the line broke
}

TEST_F(BoardTest, ALineThatStaysBrokenIsGivenUp) {
  options_.attempts = 3;
  Board reached = board();
  break_line(1000);
  EXPECT_THAT(reached.run({"true"}).error().message, HasSubstr("user@board: no line after 3 attempts: broken pipe"));
  EXPECT_THAT(Board::reach("user@board", options_).error().message, HasSubstr("cannot be reached"));
  EXPECT_FALSE(Board::reach("-oProxyCommand=touch evil", options_));
}

TEST(ShellWord, IsOneWordForAShell) { EXPECT_EQ(shell_word("it's $HOME"), "'it'\\''s $HOME'"); }

}  // namespace
}  // namespace diolkos::remote
