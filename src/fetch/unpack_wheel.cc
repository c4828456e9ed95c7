#include "fetch/unpack_wheel.h"

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <zip.h>

namespace diolkos::fetch {
namespace {

namespace fs = std::filesystem;

using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;
using Entry = std::unique_ptr<zip_file_t, decltype(&zip_fclose)>;

bool is_licence(std::string_view name) {
  return name.find(".dist-info/") != name.npos &&
         (name.find("LICENSE") != name.npos || name.find("icenses/") != name.npos);
}

bool leaves_folder(std::string_view name) {
  return name.starts_with('/') || name.find("..") != name.npos || name.find('\\') != name.npos;
}

Status unpack_entry(zip_t* archive, zip_uint64_t index, const fs::path& to) {
  const Entry entry(zip_fopen_index(archive, index, 0), &zip_fclose);
  if (entry == nullptr) return invalid(fmt::format("entry {} cannot be read: {}", index, zip_strerror(archive)));
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  std::ofstream stream(to, std::ios::binary | std::ios::trunc);
  std::vector<char> buffer(1u << 20);
  zip_int64_t count = 0;
  while ((count = zip_fread(entry.get(), buffer.data(), buffer.size())) > 0) stream.write(buffer.data(), count);
  if (count < 0) return invalid(fmt::format("entry {} is damaged: {}", index, zip_file_strerror(entry.get())));
  stream.close();
  if (!stream) return io_failure(fmt::format("{}: cannot be written; is the disk full?", to.string()));
  fs::permissions(to, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec, fs::perm_options::add,
                  error);
  return {};
}

}  // namespace

Status unpack_wheel(const fs::path& wheel, std::string_view wanted, const fs::path& folder) {
  int code = 0;
  const Archive archive(zip_open(wheel.c_str(), ZIP_RDONLY, &code), &zip_discard);
  if (archive == nullptr)
    return invalid(fmt::format("{}: is no zip archive (libzip's error {})", wheel.string(), code));
  int unpacked = 0;
  for (zip_int64_t i = 0; i < zip_get_num_entries(archive.get(), 0); ++i) {
    const auto index = static_cast<zip_uint64_t>(i);
    const char* raw = zip_get_name(archive.get(), index, 0);
    const std::string name = raw != nullptr ? raw : "";
    const bool is_wanted = name.starts_with(wanted);
    if (name.empty() || name.ends_with('/') || (!is_wanted && !is_licence(name))) continue;
    if (leaves_folder(name)) return invalid(fmt::format("{}: '{}' leads out of the folder", wheel.string(), name));
    auto status = unpack_entry(archive.get(), index, folder / name);
    if (!status) return failure(within(wheel.string(), std::move(status).error()));
    unpacked += is_wanted;
  }
  if (unpacked > 0) return {};
  return invalid(fmt::format("{}: holds nothing that begins with '{}'", wheel.string(), wanted));
}

}  // namespace diolkos::fetch
