// SQLite, as little of it as is needed: statements with bound values, errors as values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace diolkos::history {

class Statement {
 public:
  Statement(Statement&&) noexcept = default;
  Statement& operator=(Statement&&) noexcept = default;

  void bind(int place, std::string_view text);  // places count from 1
  void bind(int place, double value);
  // True while there is a row.
  Result<bool> step();
  std::string text(int column) const;  // columns count from 0
  double number(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(std::string file, sqlite3* database, sqlite3_stmt* statement)
      : file_(std::move(file)), database_(database), statement_(statement) {}
  std::string file_;
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
 public:
  enum class Mode { read, write };  // write makes the file where it is missing
  // Errors name the file: it is missing, cannot be opened, or is no database.
  static Result<Database> open(const std::filesystem::path& path, Mode mode);

  Result<Statement> prepare(std::string_view sql);
  Status run(std::string_view sql);

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  Database(std::string file, sqlite3* database) : file_(std::move(file)), database_(database) {}
  std::string file_;
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace diolkos::history
