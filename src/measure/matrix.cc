#include "measure/matrix.h"

#include <array>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "base/mapped_file.h"
#include "base/nearest_name.h"
#include "base/printable.h"

namespace diolkos::measure {
namespace {

constexpr int kMostThreads = 1024;
constexpr int kMostRounds = 1000;
constexpr std::array<std::string_view, 8> kKeys = {"name",    "runtime", "precision", "device",
                                                   "threads", "model",   "machine",   "brings"};

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// The rest of a line after a value: nothing, or a comment.
bool ends(std::string_view rest) { return trim(rest).empty() || trim(rest).starts_with('#'); }

Result<std::string> parse_string(std::string_view text) {
  const char quote = text.empty() ? '\0' : text.front();
  if (quote != '"' && quote != '\'') return invalid("expected a text in quotes");
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == quote) {
      if (!ends(text.substr(i + 1)))
        return invalid(fmt::format("'{}' after the text", printable(text.substr(i + 1), 40)));
      return value;
    }
    const bool escaped = quote == '"' && text[i] == '\\';
    if (escaped && (++i == text.size() || (text[i] != '"' && text[i] != '\\')))
      return invalid("of escapes only \\\" and \\\\ are known");
    value += text[i];
  }
  return invalid("the text has no closing quote");
}

Result<int> parse_integer(std::string_view text, int least, int most) {
  int value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view after(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  if (error != std::errc() || !ends(after) || value < least || value > most)
    return invalid(fmt::format("'{}': expected a whole number of {} to {}", printable(text, 40), least, most));
  return value;
}

Status set(std::string_view key, std::string_view value, Matrix& matrix) {
  if (matrix.rows.empty()) {
    if (key != "rounds")
      return invalid(fmt::format("'{}' before the first [[row]], expected rounds", printable(key, 40)));
    TRY_ASSIGN(matrix.rounds, parse_integer(value, 1, kMostRounds));
    return {};
  }
  MatrixRow& row = matrix.rows.back();
  if (key == "threads") {
    TRY_ASSIGN(row.threads, parse_integer(value, 0, kMostThreads));
    return {};
  }
  const std::array<std::string*, kKeys.size()> fields = {&row.name, &row.runtime, &row.precision, &row.device,
                                                         nullptr,   &row.model,   &row.machine,   &row.brings};
  for (std::size_t i = 0; i < kKeys.size(); ++i)
    if (kKeys[i] == key) {
      TRY_ASSIGN(*fields[i], parse_string(value));
      return {};
    }
  return invalid(fmt::format("unknown key '{}'{}", printable(key, 40), did_you_mean(key, kKeys)));
}

Status read_line(std::string_view line, Matrix& matrix) {
  line = trim(line);
  if (line.empty() || line.front() == '#') return {};
  if (line.front() == '[') {
    if (!line.starts_with("[[row]]") || !ends(line.substr(7)))
      return invalid(fmt::format("'{}', expected [[row]]", printable(line, 40)));
    matrix.rows.emplace_back();
    return {};
  }
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos)
    return invalid(fmt::format("'{}', expected KEY = VALUE or [[row]]", printable(line, 40)));
  return set(trim(line.substr(0, equals)), trim(line.substr(equals + 1)), matrix);
}

Status check_rows(const Matrix& matrix) {
  if (matrix.rows.empty()) return invalid("no [[row]]");
  std::set<std::string> names;
  for (std::size_t i = 0; i < matrix.rows.size(); ++i) {
    const MatrixRow& row = matrix.rows[i];
    if (row.name.empty() || row.runtime.empty())
      return invalid(fmt::format("row {} has no {}", i + 1, row.name.empty() ? "name" : "runtime"));
    if (!names.insert(row.name).second) return invalid(fmt::format("two rows are called '{}'", printable(row.name)));
  }
  return {};
}

}  // namespace

Result<Matrix> parse_matrix(std::string_view origin, std::string_view text) {
  Matrix matrix;
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    ++number;
    if (Status read = read_line(text.substr(0, end), matrix); !read)
      return failure(within(fmt::format("{}:{}", origin, number), std::move(read).error()));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  if (Status sound = check_rows(matrix); !sound) return failure(within(origin, std::move(sound).error()));
  return matrix;
}

Result<Matrix> read_matrix(const std::filesystem::path& path) {
  TRY_ASSIGN(const auto file, MappedFile::open(path));
  TRY_ASSIGN(Matrix matrix, parse_matrix(path.string(), file->text()));
  for (MatrixRow& row : matrix.rows)
    if (!row.model.empty()) row.model = (path.parent_path() / row.model).string();
  return matrix;
}

}  // namespace diolkos::measure
