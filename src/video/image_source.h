// One image, or a folder of them.
#pragma once

#include <filesystem>
#include <vector>

#include "video/source.h"

namespace diolkos::video {

class ImageSource : public Source {
 public:
  static std::unique_ptr<Source> of_file(const std::filesystem::path& path);
  // Files whose names end as an image's; the rest is counted in a note. An error where there are none.
  static Result<std::unique_ptr<Source>> of_folder(const std::filesystem::path& folder);

  const SourceInfo& info() const override { return info_; }
  Result<bool> next(Frame& frame) override;

 private:
  ImageSource(SourceInfo::Kind kind, const std::filesystem::path& path, std::vector<std::filesystem::path> files);
  std::string name_for(std::size_t index) const;

  SourceInfo info_;
  std::vector<std::filesystem::path> files_;
  std::size_t next_ = 0;
};

}  // namespace diolkos::video
