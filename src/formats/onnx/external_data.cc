#include "formats/onnx/external_data.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

namespace diolkos::formats::onnx_io {
namespace {

namespace fs = std::filesystem;

struct Entries {
  std::string location;
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> length;
};

Result<std::uint64_t> number(const std::string& key, const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return invalid(fmt::format("external data has {} '{}', expected a number of bytes", key, text));
  return value;
}

Result<Entries> entries_of(const ::onnx::TensorProto& tensor) {
  Entries entries;
  for (const auto& entry : tensor.external_data()) {
    if (entry.key() == "location") entries.location = entry.value();
    if (entry.key() == "offset") {
      TRY_ASSIGN(entries.offset, number("offset", entry.value()));
    }
    if (entry.key() == "length") {
      TRY_ASSIGN(entries.length, number("length", entry.value()));
    }
  }
  if (entries.location.empty()) return invalid("external data has no location");
  return entries;
}

bool is_inside(const fs::path& folder, const fs::path& file) {
  return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first == folder.end();
}

}  // namespace

Result<std::shared_ptr<const MappedFile>> ExternalData::open(const std::string& location) {
  if (auto known = files_.find(location); known != files_.end()) return known->second;
  if (folder_.empty())
    return unsupported(fmt::format("its data is in the file '{}', but the model was not read from a file", location));
  const fs::path relative(location);
  std::error_code error;
  const fs::path folder = fs::canonical(folder_, error);
  // Links are resolved, so that one inside the folder cannot lead out of it.
  const fs::path file = error ? fs::path() : fs::weakly_canonical(folder / relative, error);
  if (location.find('\0') != std::string::npos || error || relative.is_absolute() || !is_inside(folder, file))
    return invalid(
        fmt::format("its data is in '{}', outside the model's folder; put the file beside the model", location));
  TRY_ASSIGN(auto mapped, MappedFile::open(file));
  files_.emplace(location, mapped);
  return mapped;
}

std::vector<fs::path> ExternalData::files() const {
  std::vector<fs::path> paths;
  for (const auto& [location, file] : files_) paths.push_back(folder_ / location);
  return paths;
}

Result<std::shared_ptr<const std::byte>> ExternalData::bytes_of(const ::onnx::TensorProto& tensor,
                                                                std::uint64_t length) {
  TRY_ASSIGN(const Entries entries, entries_of(tensor));
  if (entries.length && *entries.length != length)
    return invalid(fmt::format("external data is {} bytes long, expected {}", *entries.length, length));
  TRY_ASSIGN(auto file, open(entries.location));
  const std::uint64_t size = file->bytes().size();
  if (entries.offset > size || length > size - entries.offset)
    return invalid(fmt::format("external data is bytes {} to {} of '{}', which has {}", entries.offset,
                               entries.offset + length, entries.location, size));
  return diolkos::bytes_at(std::move(file), entries.offset);
}

}  // namespace diolkos::formats::onnx_io
