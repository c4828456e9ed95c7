#include "segmentation/classes.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/mapped_file.h"
#include "base/nearest_name.h"

namespace diolkos::segmentation {
namespace {

constexpr const char* kKey = "diolkos.classes";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::string_view without_trailing_blanks(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

}  // namespace

ClassNames ClassNames::voc() {
  ClassNames classes;
  classes.names_ = {"background", "aeroplane", "bicycle",     "bird",  "boat",        "bottle", "bus",
                    "car",        "cat",       "chair",       "cow",   "diningtable", "dog",    "horse",
                    "motorbike",  "person",    "pottedplant", "sheep", "sofa",        "train",  "tvmonitor"};
  return classes;
}

Result<ClassNames> ClassNames::parse(std::string_view origin, std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  text = without_trailing_blanks(text);
  if (text.empty()) return invalid(fmt::format("{}: holds no class names, expected one a line", origin));
  ClassNames classes;
  for (bool more = true; more;) {
    const std::size_t end = text.find('\n');
    more = end != std::string_view::npos;
    const std::string_view name = trimmed(text.substr(0, end));
    if (more) text.remove_prefix(end + 1);
    if (name.empty())
      return invalid(fmt::format("{}: line {} is empty, expected a class's name", origin, classes.size() + 1));
    if (name.find('\0') != std::string_view::npos)
      return invalid(
          fmt::format("{}: line {} is not text; expected one class name a line", origin, classes.size() + 1));
    if (classes.size() == kMostClasses)
      return unsupported(fmt::format("{}: more than {} class names", origin, kMostClasses));
    classes.names_.emplace_back(name);
  }
  return classes;
}

Result<ClassNames> ClassNames::read(const std::filesystem::path& path) {
  TRY_ASSIGN(const auto file, MappedFile::open(path));
  return parse(path.string(), file->text());
}

std::string ClassNames::name(int index) const {
  return index >= 0 && index < size() ? names_[static_cast<std::size_t>(index)] : fmt::format("class {}", index);
}

Result<int> ClassNames::find(std::string_view name_or_index) const {
  for (int index = 0; index < size(); ++index)
    if (same_name(names_[static_cast<std::size_t>(index)], name_or_index)) return index;
  int index = -1;
  const char* const end = name_or_index.data() + name_or_index.size();
  if (const auto [next, error] = std::from_chars(name_or_index.data(), end, index);
      error == std::errc{} && next == end && index >= 0 && index < kMostClasses)
    return index;
  const std::vector<std::string_view> candidates(names_.begin(), names_.end());
  std::string hint = did_you_mean(name_or_index, candidates);
  if (hint.empty()) hint = fmt::format("; known: {}", fmt::join(names_, ", "));
  return invalid(fmt::format("unknown class '{}'{}", name_or_index, hint));
}

std::string ClassNames::to_text() const { return fmt::format("{}\n", fmt::join(names_, "\n")); }

void write_metadata(const ClassNames& names, Metadata& metadata) { metadata[kKey] = names.to_text(); }

Result<std::optional<ClassNames>> read_class_names(const Metadata& metadata) {
  const auto entry = metadata.find(kKey);
  if (entry == metadata.end()) return std::optional<ClassNames>{};
  TRY_ASSIGN(ClassNames names, ClassNames::parse("metadata 'diolkos.classes'", entry->second));
  return std::optional<ClassNames>{std::move(names)};
}

}  // namespace diolkos::segmentation
