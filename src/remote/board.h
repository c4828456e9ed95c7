// Another machine as a place to measure: files brought there once, commands that outlive a broken line.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "remote/shell.h"

namespace diolkos::remote {

struct BoardOptions {
  std::string ssh = "ssh";
  std::string folder = ".cache/diolkos-remote";  // on the board, below the home
  int attempts = 10;                             // in a row without progress before the line is given up
  std::chrono::milliseconds pause{2000};         // between them
  std::chrono::milliseconds poll{1000};          // while a command runs
  std::function<void(const std::string&)> note;  // what is being done, for people
};

class Board {
 public:
  // Reaches the board and makes the folder. Errors tell what ssh said.
  static Result<Board> reach(const std::string& target, BoardOptions options);

  // Brings a file to the board unless it is there, named by its content; a transfer that broke goes on where it
  // stopped. Returns its path on the board.
  Result<std::string> bring(const std::filesystem::path& file, bool executable);

  struct Done {
    int status = 0;
    std::string log;     // what the command said
    std::string result;  // the bytes of its file `result`; empty where it wrote none
  };
  // Runs `words` on the board, detached from the line: it goes on where the line breaks, and the same words again find
  // it running or done instead of starting it anew. In the words "{result}" stands for a file to be written and brought
  // back.
  Result<Done> run(const std::vector<std::string>& words);

 private:
  Board(Shell shell, BoardOptions options) : shell_(std::move(shell)), options_(std::move(options)) {}
  Result<Outcome> persist(const std::function<Result<Outcome>()>& attempt) const;
  Result<std::int64_t> size_of(const std::string& path) const;  // -1 where it is not there
  void note(const std::string& text) const;

  Shell shell_;
  BoardOptions options_;
};

}  // namespace diolkos::remote
