#include "live/lines_sink.h"

#include <array>

#include <fmt/format.h>

namespace diolkos::live {
namespace {

constexpr std::array<std::string_view, 1> kKeys = {"masks"};

class LinesSink : public Sink {
 public:
  LinesSink(std::string name, LinesPlace place, int source, segmentation::ClassNames classes)
      : name_(std::move(name)), file_(std::move(place.file)), frame_line_(source, std::move(classes), place.form) {}

  std::string name() const override { return name_; }
  bool every_frame() const override { return true; }
  std::optional<View> view(const Settings&) const override { return std::nullopt; }

  Status write(const Frame& frame) override {
    frame_line_.write(frame, line_);
    return file_->write(line_);
  }
  Status finish() override { return file_->finish(); }

 private:
  std::string name_;
  std::shared_ptr<LinesFile> file_;
  FrameLine frame_line_;
  std::string line_;
};

Result<MaskForm> form_of(const video::Address& address) {
  const auto found = address.query.find("masks");
  if (found == address.query.end() || found->second == "polygons") return MaskForm::polygons;
  if (found->second == "rle") return MaskForm::rle;
  if (found->second == "none") return MaskForm::none;
  return failure(ErrorCode::usage,
                 fmt::format("{}: masks={}, expected polygons, rle or none", address.text, found->second));
}

}  // namespace

bool is_lines(const video::Address& address) {
  const std::string& place = address.place;
  return address.scheme == "stdout" || place == "-" || place.ends_with(".ndjson") || place.ends_with(".jsonl");
}

Result<LinesPlace> open_lines(const video::Address& address, const std::atomic<bool>* stop) {
  TRY(address.check_keys(kKeys));
  LinesPlace place;
  TRY_ASSIGN(place.form, form_of(address));
  TRY_ASSIGN(place.file, LinesFile::open(address.text, address.scheme == "stdout" ? "-" : address.place, stop));
  return place;
}

std::unique_ptr<Sink> lines_sink(std::string name, LinesPlace place, int source, segmentation::ClassNames classes) {
  return std::make_unique<LinesSink>(std::move(name), std::move(place), source, std::move(classes));
}

}  // namespace diolkos::live
