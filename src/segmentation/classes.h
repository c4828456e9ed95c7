// The names of a network's classes, by index.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "segmentation/normalization.h"

namespace diolkos::segmentation {

inline constexpr int kMostClasses = 256;  // indices are kept in a byte

class ClassNames {
 public:
  static ClassNames voc();  // PASCAL VOC's 21: background, aeroplane, …, tvmonitor
  // One name a line, in the order of the indices; 1 to 256 lines, none of them empty. `origin` names the text.
  static Result<ClassNames> parse(std::string_view origin, std::string_view text);
  static Result<ClassNames> read(const std::filesystem::path& path);

  int size() const { return static_cast<int>(names_.size()); }
  std::string name(int index) const;  // "class 34" where there is no name
  // By name (letter case does not count) or by index ("12"). An error suggests the nearest name.
  Result<int> find(std::string_view name_or_index) const;
  std::string to_text() const;  // what parse() reads

 private:
  std::vector<std::string> names_;
};

// In a model file's metadata: diolkos.classes, one name a line.
void write_metadata(const ClassNames& names, Metadata& metadata);
Result<std::optional<ClassNames>> read_class_names(const Metadata& metadata);

}  // namespace diolkos::segmentation
