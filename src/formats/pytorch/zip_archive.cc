#include "formats/pytorch/zip_archive.h"

#include <algorithm>

#include <fmt/format.h>
#include <zlib.h>

#include "base/aligned_memory.h"
#include "base/printable.h"

namespace diolkos::formats::pytorch {
namespace {

constexpr std::uint64_t kMaxEntries = std::uint64_t{1} << 20;
// torch.save compresses nothing; what others repack shrinks by less than this.
constexpr std::uint64_t kMaxExpansion = 16;
constexpr std::uint64_t kExpansionAllowance = std::uint64_t{16} << 20;

bool leaves_its_folder(std::string_view name) {
  if (name.starts_with('/') || name.find('\\') != name.npos) return true;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    if (name.substr(begin, end - begin) == "..") return true;
    begin = end + 1;
  }
  return false;
}

Status check_entry(const DirectoryEntry& entry) {
  if (leaves_its_folder(entry.name))
    return invalid(
        fmt::format("refuses its zip entry '{}': the name leaves the archive's folder", printable(entry.name)));
  if (!is_plain_text(entry.name))
    return invalid(fmt::format("its zip entry '{}' has a name of control bytes", printable(entry.name)));
  if (entry.encrypted)
    return unsupported(fmt::format("its zip entry '{}' is encrypted; expected plain entries", printable(entry.name)));
  const auto packing = static_cast<Packing>(entry.packing);
  if (packing != Packing::stored && packing != Packing::deflated)
    return unsupported(fmt::format("its zip entry '{}' is packed by method {}; expected stored (0) or deflated (8)",
                                   printable(entry.name), entry.packing));
  return {};
}

// What is wrong with the stream; empty where it gave `to` exactly.
std::string_view inflate_into(std::span<const std::byte> packed, std::span<std::byte> to) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return "out of memory";
  constexpr std::size_t kMost = std::size_t{1} << 30;  // zlib counts in 32 bits
  std::byte beyond{};
  std::string_view wrong;
  for (int state = Z_OK; state != Z_STREAM_END && wrong.empty();) {
    const std::size_t in = std::min(packed.size(), kMost), out = std::min(to.size(), kMost);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
    stream.avail_in = static_cast<uInt>(in);
    stream.next_out = reinterpret_cast<Bytef*>(out > 0 ? to.data() : &beyond);
    stream.avail_out = out > 0 ? static_cast<uInt>(out) : 1;
    state = inflate(&stream, Z_NO_FLUSH);
    packed = packed.subspan(in - stream.avail_in);
    if (out == 0 && stream.avail_out == 0) wrong = "it is longer than the directory says";
    if (out > 0) to = to.subspan(out - stream.avail_out);
    if (state != Z_OK && state != Z_STREAM_END) wrong = "its compressed data is damaged";
  }
  inflateEnd(&stream);
  if (wrong.empty() && !to.empty()) wrong = "it is shorter than the directory says";
  return wrong;
}

}  // namespace

Result<std::unique_ptr<ZipArchive>> ZipArchive::open(std::span<const std::byte> bytes) {
  auto directory = read_zip_directory(bytes, kMaxEntries);
  if (!directory)
    return invalid(
        fmt::format("begins like a zip archive, but its directory cannot be read ({}); it is cut off or damaged: "
                    "copy or download it again",
                    directory.error().message));
  std::unique_ptr<ZipArchive> archive(new ZipArchive(bytes));
  TRY(archive->list(std::move(*directory)));
  return archive;
}

Status ZipArchive::list(std::vector<DirectoryEntry> directory) {
  const std::uint64_t limit = bytes_.size() * kMaxExpansion + kExpansionAllowance;
  std::uint64_t total = 0;
  for (const DirectoryEntry& entry : directory) {
    TRY(check_entry(entry));
    if (entry.size > limit - total)
      return invalid(fmt::format("unpacks to more than {} bytes from a file of {}; refuses it as a zip bomb", limit,
                                 bytes_.size()));
    total += entry.size;
  }
  entries_ = std::move(directory);
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
  const auto damaged = [&](std::string_view what) {
    return invalid(fmt::format("its zip entry '{}' cannot be unpacked: {}", printable(entry.name), what));
  };
  const auto packed = packed_bytes(bytes_, entry);
  if (!packed) return damaged(packed.error().message);
  const bool stored = static_cast<Packing>(entry.packing) == Packing::stored;
  if (stored && packed->size() != entry.size) return damaged("it has not the size that the directory says");
  const auto memory = aligned_memory(static_cast<std::size_t>(entry.size));
  if (!memory) return io_failure(fmt::format("out of memory for the {} bytes of '{}'", entry.size, entry.name));
  const std::span<std::byte> contents(memory.get(), static_cast<std::size_t>(entry.size));
  if (stored)
    std::ranges::copy(*packed, contents.begin());
  else if (const std::string_view wrong = inflate_into(*packed, contents); !wrong.empty())
    return damaged(wrong);
  if (crc32_z(0, reinterpret_cast<const Bytef*>(contents.data()), contents.size()) != entry.crc)
    return damaged("CRC error");
  return std::shared_ptr<const std::byte>(memory);
}

}  // namespace diolkos::formats::pytorch
