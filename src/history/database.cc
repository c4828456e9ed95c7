#include "history/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace diolkos::history {
namespace {

constexpr int kBusyMs = 5000;  // another process may be writing

tl::unexpected<Error> error_of(const std::string& file, sqlite3* database) {
  return io_failure(fmt::format("{}: {}", file, database != nullptr ? sqlite3_errmsg(database) : "out of memory"));
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

void Statement::bind(int place, std::string_view text) {
  sqlite3_bind_text(statement_.get(), place, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

void Statement::bind(int place, double value) { sqlite3_bind_double(statement_.get(), place, value); }

Result<bool> Statement::step() {
  const int status = sqlite3_step(statement_.get());
  if (status == SQLITE_ROW) return true;
  if (status == SQLITE_DONE) return false;
  return error_of(file_, database_);
}

std::string Statement::text(int column) const {
  const auto* const bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return bytes == nullptr
             ? std::string()
             : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

double Statement::number(int column) const { return sqlite3_column_double(statement_.get(), column); }

Result<Database> Database::open(const std::filesystem::path& path, Mode mode) {
  sqlite3* handle = nullptr;
  const int flags = mode == Mode::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int status = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  Database database(path.string(), handle);
  if (status != SQLITE_OK) return error_of(database.file_, handle);
  sqlite3_busy_timeout(handle, kBusyMs);
  TRY(database.run("PRAGMA schema_version"));  // reads the file's header
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK)
    return error_of(file_, database_.get());
  return Statement(file_, database_.get(), statement);
}

Status Database::run(std::string_view sql) {
  TRY_ASSIGN(Statement statement, prepare(sql));
  for (;;) {
    TRY_ASSIGN(const bool more, statement.step());
    if (!more) return {};
  }
}

}  // namespace diolkos::history
