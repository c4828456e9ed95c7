// A place in a text: what parse_text() reads tokens with. Errors begin with "line:column".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace diolkos::graph {

class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : text_(text) {}

  // All of these first pass over blanks, line ends and "# …" comments.
  bool at_end();
  char peek();                            // the next character; 0 at the end
  bool take(std::string_view token);      // true, and past it, where the text goes on with `token`
  bool take_word(std::string_view word);  // the same for a whole word
  Status expect(std::string_view token);
  Result<std::string_view> word(std::string_view what);  // [A-Za-z_][A-Za-z0-9_]*
  Result<std::string> quoted(std::string_view what);     // "…" with \" \\ \n \t \r \xHH
  Result<std::string> value_name();                      // %name or %"name", without the %
  Result<std::string_view> number();                     // the longest run of [A-Za-z0-9_.+-]
  Result<std::int64_t> integer();

  tl::unexpected<Error> error(std::string_view message) const;

 private:
  void skip_blanks();
  Result<char> escape();

  std::string_view text_;
  std::size_t at_ = 0;
};

// Characters that a value's name may hold without quotes.
bool is_name_character(char c);

}  // namespace diolkos::graph
