#include "cache/engine_file.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <span>

#include <fmt/format.h>

#include "base/checksum.h"
#include "base/mapped_file.h"
#include "base/output_file.h"

namespace diolkos::cache {
namespace {

constexpr std::array<char, 8> kMagic{'D', 'I', 'O', 'L', 'E', 'N', 'G', 'N'};
constexpr std::uint64_t kFormat = 1;

// Then the parts, in this order, without gaps.
struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint64_t format = kFormat;
  std::uint64_t key_bytes = 0, reason_bytes = 0, remark_bytes = 0, input_bytes = 0, output_bytes = 0, engine_bytes = 0;
  std::uint64_t checksum = 0;  // of the file, with zeros here
};
static_assert(sizeof(Header) == 72);

std::uint64_t checksum_of(Header header, std::span<const std::byte> rest) {
  ThreadPool pool(1);
  header.checksum = 0;
  const std::array<std::uint64_t, 2> parts{checksum(std::as_bytes(std::span(&header, 1)), pool), checksum(rest, pool)};
  return checksum(std::as_bytes(std::span(parts)), pool);
}

Result<Key> parse_key(std::string_view text) {
  Key key;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos || line.size() == text.size())
      return invalid("it is damaged: its key is no list");
    key.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    text.remove_prefix(line.size() + 1);
  }
  return key;
}

// Cuts the parts off one after the other, never past the end.
class Parts {
 public:
  explicit Parts(std::span<const std::byte> bytes) : rest_(bytes) {}
  Result<std::span<const std::byte>> take(std::uint64_t count) {
    if (count > rest_.size()) return invalid("it is damaged: it ends too early");
    const auto part = rest_.first(static_cast<std::size_t>(count));
    rest_ = rest_.subspan(part.size());
    return part;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::span<const std::byte> rest_;
};

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
std::vector<std::byte> copy_of(std::span<const std::byte> bytes) { return {bytes.begin(), bytes.end()}; }

Result<Header> read_header(std::span<const std::byte> bytes) {
  if (bytes.size() < sizeof(Header)) return invalid("it is damaged: it ends before its header does");
  Header header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.magic != kMagic) return invalid("it is no engine file");
  if (header.format != kFormat)
    return invalid(fmt::format("its format is {}, this program's is {}", header.format, kFormat));
  return header;
}

Status read_head(const Header& header, Parts& parts, EngineFile& file) {
  TRY_ASSIGN(const auto key, parts.take(header.key_bytes));
  TRY_ASSIGN(file.key, parse_key(text_of(key)));
  TRY_ASSIGN(const auto reason, parts.take(header.reason_bytes));
  file.reason = text_of(reason);
  TRY_ASSIGN(const auto remark, parts.take(header.remark_bytes));
  file.remark = text_of(remark);
  return {};
}

}  // namespace

Status write_engine(const std::filesystem::path& path, const EngineFile& file) {
  const std::string key = to_text(file.key);
  Header header;
  header.key_bytes = key.size();
  header.reason_bytes = file.reason.size();
  header.remark_bytes = file.remark.size();
  header.input_bytes = file.golden.input.size();
  header.output_bytes = file.golden.output.size();
  header.engine_bytes = file.engine.size();
  std::vector<std::byte> bytes(sizeof(Header));
  const auto append = [&](const void* data, std::size_t count) {
    const auto* first = static_cast<const std::byte*>(data);
    bytes.insert(bytes.end(), first, first + count);
  };
  append(key.data(), key.size());
  append(file.reason.data(), file.reason.size());
  append(file.remark.data(), file.remark.size());
  for (const auto* part : {&file.golden.input, &file.golden.output, &file.engine}) append(part->data(), part->size());
  header.checksum = checksum_of(header, std::span(bytes).subspan(sizeof(Header)));
  std::memcpy(bytes.data(), &header, sizeof(header));
  return write_file(path, bytes);
}

Result<EngineFile> read_engine(const std::filesystem::path& path) {
  TRY_ASSIGN(const auto mapped, MappedFile::open(path));
  TRY_ASSIGN(const Header header, read_header(mapped->bytes()));
  const auto rest = mapped->bytes().subspan(sizeof(Header));
  Parts parts(rest);
  EngineFile file;
  TRY(read_head(header, parts, file));
  TRY_ASSIGN(const auto input, parts.take(header.input_bytes));
  TRY_ASSIGN(const auto output, parts.take(header.output_bytes));
  TRY_ASSIGN(const auto engine, parts.take(header.engine_bytes));
  if (!parts.at_end()) return invalid("it is damaged: it goes on behind its engine");
  if (checksum_of(header, rest) != header.checksum)
    return invalid("it is damaged: its checksum is not that of its bytes");
  file.golden = {copy_of(input), copy_of(output)};
  file.engine = copy_of(engine);
  return file;
}

Result<EngineFile> read_engine_head(const std::filesystem::path& path) {
  TRY_ASSIGN(const auto mapped, MappedFile::open(path));
  TRY_ASSIGN(const Header header, read_header(mapped->bytes()));
  Parts parts(mapped->bytes().subspan(sizeof(Header)));
  EngineFile file;
  TRY(read_head(header, parts, file));
  return file;
}

namespace {

const std::string* value_of(const Key& key, std::string_view part) {
  const auto found = std::ranges::find(key, part, &Key::value_type::first);
  return found != key.end() ? &found->second : nullptr;
}

std::vector<std::string> list_differences(const Key& was, const Key& is) {
  std::vector<std::string> list;
  for (const auto& [part, now] : is) {
    const std::string* before = value_of(was, part);
    if (before == nullptr) list.push_back(fmt::format("{} is {}, which it did not tell", part, now));
    if (before != nullptr && *before != now) list.push_back(fmt::format("{} was {}, is {}", part, *before, now));
  }
  for (const auto& [part, before] : was)
    if (value_of(is, part) == nullptr) list.push_back(fmt::format("{} was {}, is no part any more", part, before));
  return list;
}

}  // namespace

std::string differences(const Key& was, const Key& is) {
  return fmt::format("{}", fmt::join(list_differences(was, is), "; "));
}

std::size_t count_differences(const Key& was, const Key& is) { return list_differences(was, is).size(); }

std::string to_text(const Key& key) {
  std::string text;
  for (const auto& [part, value] : key) text += fmt::format("{}: {}\n", part, value);
  return text;
}

}  // namespace diolkos::cache
