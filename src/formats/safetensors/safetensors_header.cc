#include "formats/safetensors/safetensors_header.h"

#include <array>
#include <limits>
#include <unordered_set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/printable.h"

namespace diolkos::formats {
namespace {

constexpr std::size_t kMaxTensors = std::size_t{1} << 20;
constexpr std::size_t kMaxNameLength = 1024;

struct TypeName {
  std::string_view name;
  DType dtype;
};

constexpr std::array kTypes{
    TypeName{"F64", DType::float64},   TypeName{"F32", DType::float32}, TypeName{"F16", DType::float16},
    TypeName{"BF16", DType::bfloat16}, TypeName{"I64", DType::int64},   TypeName{"I32", DType::int32},
    TypeName{"I16", DType::int16},     TypeName{"I8", DType::int8},     TypeName{"U64", DType::uint64},
    TypeName{"U32", DType::uint32},    TypeName{"U16", DType::uint16},  TypeName{"U8", DType::uint8},
    TypeName{"BOOL", DType::boolean},
};

// Receives the parser's events. No tree is built: what does not belong to the format ends the parse at once.
class Handler : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::vector<SafetensorsEntry> entries;
  Error error{ErrorCode::invalid_input, ""};

  bool start_object(std::size_t) override {
    if (depth_ == 2) return misplaced("an object");
    ++depth_;
    return true;
  }
  bool end_object() override {
    --depth_;
    if (depth_ == 1 && !std::exchange(metadata_, false)) return finish_entry();
    return true;
  }
  bool start_array(std::size_t) override {
    if (!in_entry() || in_array_ || (field_ != "shape" && field_ != "data_offsets")) return misplaced("a list");
    in_array_ = true;
    return true;
  }
  bool end_array() override {
    in_array_ = false;
    return true;
  }
  bool key(string_t& name) override { return depth_ == 1 ? start_entry(name) : start_field(name); }
  bool string(string_t& text) override {
    if (metadata_ && depth_ == 2) return true;
    if (!in_entry() || in_array_ || field_ != "dtype") return misplaced("a text");
    return set_type(text);
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (!in_array_ || value > static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max()))
      return misplaced("a number");
    return field_ == "shape" ? add_dimension(static_cast<std::int64_t>(value)) : add_offset(value);
  }
  bool number_integer(number_integer_t) override { return misplaced("a negative number"); }
  bool number_float(number_float_t, const string_t&) override { return misplaced("a fraction"); }
  bool null() override { return misplaced("null"); }
  bool boolean(bool) override { return misplaced("a boolean"); }
  bool binary(binary_t&) override { return misplaced("bytes"); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return fail(ErrorCode::invalid_input, fmt::format("its header is not valid JSON at byte {}", position));
  }

 private:
  bool in_entry() const { return depth_ == 2 && !metadata_; }

  bool fail(ErrorCode code, std::string message) {
    if (error.message.empty()) error = {code, std::move(message)};
    return false;
  }
  bool misplaced(std::string_view what) {
    return fail(ErrorCode::invalid_input, fmt::format("its header has {} where the format has none{}", what, where()));
  }
  std::string where() const {
    return entries.empty() ? "" : fmt::format(" (at tensor '{}')", printable(entries.back().name));
  }

  bool start_entry(const std::string& name) {
    metadata_ = name == "__metadata__";
    if (metadata_) return true;
    if (!is_plain_text(name) || name.empty() || name.size() > kMaxNameLength)
      return fail(ErrorCode::invalid_input, fmt::format("has a tensor named '{}'; expected up to {} bytes of text",
                                                        printable(name), kMaxNameLength));
    if (!names_.insert(name).second)
      return fail(ErrorCode::invalid_input, fmt::format("has two tensors named '{}'", printable(name)));
    if (entries.size() == kMaxTensors)
      return fail(ErrorCode::invalid_input, fmt::format("has more than {} tensors", kMaxTensors));
    entries.push_back({name, DType::undefined, {}, 0, 0});
    seen_shape_ = false;
    offsets_ = 0;
    return true;
  }

  bool start_field(const std::string& name) {
    if (metadata_) return true;
    field_ = name;
    if (name == "shape" && !std::exchange(seen_shape_, true)) return true;
    if (name == "dtype" && entries.back().dtype == DType::undefined) return true;
    if (name == "data_offsets" && offsets_ == 0) return true;
    return fail(ErrorCode::invalid_input,
                fmt::format("its header has the key '{}' unexpectedly or twice{}", printable(name), where()));
  }

  bool set_type(const std::string& text) {
    for (const TypeName& type : kTypes)
      if (type.name == text) entries.back().dtype = type.dtype;
    if (entries.back().dtype != DType::undefined) return true;
    return fail(ErrorCode::unsupported,
                fmt::format("tensor '{}': type '{}' is not known; expected F64, F32, F16, BF16, I8 to I64, U8 to U64 "
                            "or BOOL",
                            printable(entries.back().name), printable(text, 24)));
  }

  bool add_dimension(std::int64_t size) {
    if (entries.back().shape.push_back(size)) return true;
    return fail(ErrorCode::unsupported, fmt::format("tensor '{}': has more than {} dimensions",
                                                    printable(entries.back().name), Shape::kMaxRank));
  }

  bool add_offset(std::uint64_t offset) {
    if (offsets_ == 2) return misplaced("a third offset");
    (offsets_++ == 0 ? entries.back().begin : entries.back().end) = offset;
    return true;
  }

  bool finish_entry() {
    const SafetensorsEntry& entry = entries.back();
    if (entry.dtype == DType::undefined || !seen_shape_ || offsets_ != 2)
      return fail(ErrorCode::invalid_input,
                  fmt::format("tensor '{}': expected dtype, shape and data_offsets", printable(entry.name)));
    const auto count = entry.shape.checked_elements();
    const std::uint64_t room = entry.end >= entry.begin ? (entry.end - entry.begin) / size_of(entry.dtype) : 0;
    const bool whole = entry.end >= entry.begin && (entry.end - entry.begin) % size_of(entry.dtype) == 0;
    if (count && whole && static_cast<std::uint64_t>(*count) == room) return true;
    return fail(ErrorCode::invalid_input,
                fmt::format("tensor '{}': {} {} do not take the bytes {} to {}", printable(entry.name),
                            to_string(entry.shape), name_of(entry.dtype), entry.begin, entry.end));
  }

  int depth_ = 0;  // of objects: 1 the header, 2 an entry or the metadata
  bool metadata_ = false;
  bool in_array_ = false;
  bool seen_shape_ = false;
  int offsets_ = 0;
  std::string field_;
  std::unordered_set<std::string> names_;
};

}  // namespace

Result<std::vector<SafetensorsEntry>> parse_safetensors_header(std::string_view json) {
  Handler handler;
  try {
    if (nlohmann::json::sax_parse(json, &handler)) return std::move(handler.entries);
  } catch (const std::exception& exception) {  // out of memory; syntax comes to parse_error()
    return invalid(fmt::format("its header cannot be read: {}", exception.what()));
  }
  return failure(std::move(handler.error));
}

}  // namespace diolkos::formats
