#include "formats/npy/npy_header.h"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace diolkos::formats {
namespace {

struct TypeName {
  std::string_view descr;
  DType dtype;
};

constexpr std::array kTypes{
    TypeName{"<f4", DType::float32}, TypeName{"<f2", DType::float16}, TypeName{"<f8", DType::float64},
    TypeName{"|i1", DType::int8},    TypeName{"|u1", DType::uint8},   TypeName{"<i2", DType::int16},
    TypeName{"<u2", DType::uint16},  TypeName{"<i4", DType::int32},   TypeName{"<u4", DType::uint32},
    TypeName{"<i8", DType::int64},   TypeName{"<u8", DType::uint64},  TypeName{"|b1", DType::boolean},
};

// A cursor over the literal; each take_* leaves it where it was when it does not match.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool take(std::string_view token) {
    skip_blanks();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  std::optional<std::string_view> take_string() {
    skip_blanks();
    if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) return std::nullopt;
    const std::size_t end = rest_.find(rest_[0], 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view text = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return text;
  }

  std::optional<std::int64_t> take_integer() {
    skip_blanks();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc{}) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    take("L");  // Python 2 wrote its long integers so
    return value;
  }

  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }

 private:
  void skip_blanks() {
    const std::size_t first = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(first == std::string_view::npos ? rest_.size() : first);
  }
  std::string_view rest_;
};

auto malformed(std::string_view what) { return invalid(fmt::format("the .npy header is malformed: {}", what)); }

Result<DType> read_descr(Cursor& cursor) {
  const auto descr = cursor.take_string();
  if (!descr) return unsupported("its 'descr' is not a plain type (a structured array?); expected one like '<f4'");
  for (const TypeName& type : kTypes)
    if (type.descr == *descr) return type.dtype;
  if (descr->find('O') != std::string_view::npos)
    return unsupported("holds Python objects, which loading would have to execute; expected numbers");
  if (descr->starts_with('>'))
    return unsupported(fmt::format("its type '{}' is big-endian; expected little-endian, like '<f4'", *descr));
  return unsupported(fmt::format("its type '{}' is not known; expected float16/32/64, int or uint 8 to 64, or bool",
                                 descr->substr(0, 32)));
}

Result<Shape> read_shape(Cursor& cursor) {
  if (!cursor.take("(")) return malformed("'shape' is not a tuple");
  Shape shape;
  bool another = !cursor.take(")");
  while (another) {
    const auto dim = cursor.take_integer();
    if (!dim || *dim < 0) return malformed("'shape' has an entry that is not a size");
    if (!shape.push_back(*dim)) return unsupported(fmt::format("has more than {} dimensions", Shape::kMaxRank));
    const bool comma = cursor.take(",");
    another = !cursor.take(")");
    if (another && !comma) return malformed("'shape' is not closed");
  }
  return shape;
}

}  // namespace

Result<NpyHeader> parse_npy_header(std::string_view literal) {
  Cursor cursor(literal);
  NpyHeader header;
  bool descr = false, order = false, shape = false;
  if (!cursor.take("{")) return malformed("it is not a dict");
  while (!cursor.take("}")) {
    const auto key = cursor.take_string();
    if (!key || !cursor.take(":")) return malformed("expected a key and ':'");
    if (*key == "descr" && !std::exchange(descr, true)) {
      TRY_ASSIGN(header.dtype, read_descr(cursor));
    } else if (*key == "fortran_order" && !std::exchange(order, true)) {
      header.fortran_order = cursor.take("True");
      if (!header.fortran_order && !cursor.take("False")) return malformed("'fortran_order' is neither True nor False");
    } else if (*key == "shape" && !std::exchange(shape, true)) {
      TRY_ASSIGN(header.shape, read_shape(cursor));
    } else {
      return malformed(fmt::format("key '{}' is unknown or there twice", key->substr(0, 32)));
    }
    if (!cursor.take(",")) {
      if (cursor.take("}")) break;
      return malformed("expected ',' or '}'");
    }
  }
  if (!cursor.at_end()) return malformed("text after the dict");
  if (!descr || !order || !shape) return malformed("expected the keys 'descr', 'fortran_order' and 'shape'");
  return header;
}

std::string npy_preamble(DType dtype, const Shape& shape) {
  std::string_view descr;
  for (const TypeName& type : kTypes)
    if (type.dtype == dtype) descr = type.descr;
  std::string dims;
  for (std::int64_t dim : shape) dims += fmt::format("{}, ", dim);
  if (shape.rank() > 1) dims.resize(dims.size() - 2);
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", descr, dims);
  constexpr std::size_t kPrefix = 10;  // magic, version, length
  while ((kPrefix + text.size() + 1) % 64 != 0) text += ' ';
  text += '\n';
  std::string preamble(kNpyMagic);
  preamble += {'\x01', '\x00', static_cast<char>(text.size() & 0xff), static_cast<char>(text.size() >> 8)};
  return preamble + text;
}

}  // namespace diolkos::formats
