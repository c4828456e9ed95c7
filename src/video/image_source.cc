#include "video/image_source.h"

#include <array>
#include <functional>

#include <fmt/format.h>

#include "base/folder_entries.h"
#include "base/log.h"
#include "video/file_ending.h"
#include "video/read_image.h"

namespace diolkos::video {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 11> kExtensions = {".jpg",  ".jpeg", ".png", ".bmp", ".webp", ".tif",
                                                          ".tiff", ".ppm",  ".pgm", ".pnm", ".jp2"};

bool is_image_name(const fs::path& path) {
  return ends_as(path, kExtensions) && !path.filename().string().starts_with('.');
}

}  // namespace

ImageSource::ImageSource(SourceInfo::Kind kind, const fs::path& path, std::vector<fs::path> files)
    : info_{path.string(), kind, static_cast<std::int64_t>(files.size()), 0}, files_(std::move(files)) {}

std::unique_ptr<Source> ImageSource::of_file(const fs::path& path) {
  return std::unique_ptr<Source>(new ImageSource(SourceInfo::Kind::image, path, {path}));
}

Result<std::unique_ptr<Source>> ImageSource::of_folder(const fs::path& folder) {
  TRY_ASSIGN(std::vector<fs::path> files, folder_entries(folder));
  std::erase_if(files, [](const fs::path& path) {
    std::error_code ignored;
    return !fs::is_regular_file(path, ignored);
  });
  const std::size_t others = std::erase_if(files, std::not_fn(is_image_name));
  if (files.empty())
    return invalid(fmt::format("{}: a folder without images, expected files ending in {}", folder.string(),
                               fmt::join(kExtensions, ", ")));
  if (others != 0)
    log::note(fmt::format("{}: {} files are no images by their names and are left out", folder.string(), others));
  return std::unique_ptr<Source>(new ImageSource(SourceInfo::Kind::folder, folder, std::move(files)));
}

// The stem, or the whole file name where a neighbour has the same stem: a.jpg and a.png are two images.
std::string ImageSource::name_for(std::size_t index) const {
  const fs::path stem = files_[index].stem();
  const bool taken = (index > 0 && files_[index - 1].stem() == stem) ||
                     (index + 1 < files_.size() && files_[index + 1].stem() == stem);
  return (taken ? files_[index].filename() : stem).string();
}

Result<bool> ImageSource::next(Frame& frame) {
  if (next_ == files_.size()) return false;
  TRY(read_image(files_[next_], frame.image));
  frame.index = static_cast<std::int64_t>(next_);
  frame.name = name_for(next_);
  ++next_;
  return true;
}

}  // namespace diolkos::video
