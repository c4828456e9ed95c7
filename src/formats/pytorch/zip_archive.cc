#include "formats/pytorch/zip_archive.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <zip.h>

#include "base/printable.h"
#include "base/tensor.h"

namespace diolkos::formats::pytorch {
namespace {

constexpr std::uint64_t kMaxEntries = std::uint64_t{1} << 20;
// torch.save compresses nothing; what others repack shrinks by less than this.
constexpr std::uint64_t kMaxExpansion = 16;
constexpr std::uint64_t kExpansionAllowance = std::uint64_t{16} << 20;

std::string reason(zip_error_t& error) {
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

bool leaves_its_folder(std::string_view name) {
  if (name.starts_with('/') || name.find('\\') != name.npos) return true;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    if (name.substr(begin, end - begin) == "..") return true;
    begin = end + 1;
  }
  return false;
}

Result<ZipEntry> checked_entry(zip_t* archive, std::uint64_t index) {
  zip_stat_t info;
  constexpr auto kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD;
  if (zip_stat_index(archive, index, 0, &info) != 0 || (info.valid & kNeeded) != kNeeded)
    return invalid(fmt::format("its zip directory is damaged at entry {}", index));
  const std::string_view name = info.name;
  if (leaves_its_folder(name))
    return invalid(fmt::format("refuses its zip entry '{}': the name leaves the archive's folder", printable(name)));
  if (!is_plain_text(name))
    return invalid(fmt::format("its zip entry '{}' has a name of control bytes", printable(name)));
  if ((info.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && info.encryption_method != ZIP_EM_NONE)
    return unsupported(fmt::format("its zip entry '{}' is encrypted; expected plain entries", printable(name)));
  if (info.comp_method != ZIP_CM_STORE && info.comp_method != ZIP_CM_DEFLATE)
    return unsupported(fmt::format("its zip entry '{}' is packed by method {}; expected stored (0) or deflated (8)",
                                   printable(name), info.comp_method));
  return ZipEntry{name, index, info.size};
}

}  // namespace

std::shared_ptr<std::byte> allocate_bytes(std::uint64_t size) {
  const std::size_t rounded = static_cast<std::size_t>((size / Tensor::kAlignment + 1) * Tensor::kAlignment);
  return {static_cast<std::byte*>(std::aligned_alloc(Tensor::kAlignment, rounded)), std::free};
}

Result<std::unique_ptr<ZipArchive>> ZipArchive::open(std::span<const std::byte> bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source == nullptr) return io_failure(fmt::format("cannot be opened as a zip archive: {}", reason(error)));
  zip_t* opened = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (opened == nullptr) {
    zip_source_free(source);
    return invalid(
        fmt::format("begins like a zip archive, but its directory cannot be read ({}); it is cut off or "
                    "damaged: copy or download it again",
                    reason(error)));
  }
  zip_error_fini(&error);
  std::unique_ptr<ZipArchive> archive(new ZipArchive(opened));
  TRY(archive->list(bytes.size()));
  return archive;
}

ZipArchive::~ZipArchive() { zip_discard(archive_); }

Status ZipArchive::list(std::uint64_t file_size) {
  const auto count = static_cast<std::uint64_t>(zip_get_num_entries(archive_, 0));
  if (count > kMaxEntries) return invalid(fmt::format("has {} zip entries; expected at most {}", count, kMaxEntries));
  const std::uint64_t limit = file_size * kMaxExpansion + kExpansionAllowance;
  std::uint64_t total = 0;
  for (std::uint64_t index = 0; index < count; ++index) {
    TRY_ASSIGN(const ZipEntry entry, checked_entry(archive_, index));
    if (entry.size > limit - total)
      return invalid(
          fmt::format("unpacks to more than {} bytes from a file of {}; refuses it as a zip bomb", limit, file_size));
    total += entry.size;
    entries_.push_back(entry);
  }
  std::ranges::sort(entries_, {}, &ZipEntry::name);
  const auto twice = std::ranges::adjacent_find(entries_, {}, &ZipEntry::name);
  if (twice == entries_.end()) return {};
  return invalid(fmt::format("has the zip entry '{}' twice", printable(twice->name)));
}

const ZipEntry* ZipArchive::find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(entries_, name, {}, &ZipEntry::name);
  return found != entries_.end() && found->name == name ? &*found : nullptr;
}

Result<std::shared_ptr<const std::byte>> ZipArchive::read(const ZipEntry& entry) const {
  const auto damaged = [&](const char* what) {
    return invalid(fmt::format("its zip entry '{}' cannot be unpacked: {}", printable(entry.name), what));
  };
  const auto memory = allocate_bytes(entry.size);
  if (!memory) return io_failure(fmt::format("out of memory for the {} bytes of '{}'", entry.size, entry.name));
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen_index(archive_, entry.index, 0), zip_fclose);
  if (!file) return damaged(zip_strerror(archive_));
  const zip_int64_t got = zip_fread(file.get(), memory.get(), entry.size);
  if (got < 0) return damaged(zip_file_strerror(file.get()));
  if (static_cast<std::uint64_t>(got) != entry.size) return damaged("it is shorter than the directory says");
  std::byte beyond;
  const zip_int64_t more = zip_fread(file.get(), &beyond, 1);  // at the end libzip compares the CRC
  if (more < 0) return damaged(zip_file_strerror(file.get()));
  if (more > 0) return damaged("it is longer than the directory says");
  return std::shared_ptr<const std::byte>(memory);
}

}  // namespace diolkos::formats::pytorch
