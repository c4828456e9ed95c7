#include "video/image_sink.h"

#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "base/output_file.h"
#include "video/encode_image.h"
#include "video/palette_png.h"

namespace diolkos::video {
namespace {

namespace fs = std::filesystem;
using segmentation::Image;

Result<std::vector<std::byte>> encode(const Image& image, const fs::path& path, const SinkOptions& options) {
  return options.labels ? encode_palette_png(image, *options.labels) : encode_image(image, path);
}

const char* format_of(const SinkOptions& options) { return options.labels ? "palette PNG, index = class" : "PNG"; }

class ImageSink : public Sink {
 public:
  ImageSink(OutputFile file, const SinkOptions& options) : file_(std::move(file)), options_(options) {}

  Status write(const Image& image, const std::string&) override {
    TRY_ASSIGN(const std::vector<std::byte> bytes, encode(image, file_.path(), options_));
    std::ofstream stream(file_.temporary(), std::ios::binary | std::ios::trunc);
    stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    if (!stream) return io_failure(fmt::format("{}: cannot be written; is the disk full?", file_.path().string()));
    return {};
  }
  Status finish() override { return file_.commit(); }
  std::string description() const override { return options_.labels ? format_of(options_) : "image"; }

 private:
  OutputFile file_;
  SinkOptions options_;
};

class FolderSink : public Sink {
 public:
  FolderSink(fs::path folder, const SinkOptions& options) : folder_(std::move(folder)), options_(options) {}

  Status write(const Image& image, const std::string& name) override {
    const fs::path path = folder_ / (name + ".png");
    TRY_ASSIGN(const std::vector<std::byte> bytes, encode(image, path, options_));
    TRY(write_file(path, bytes));
    ++written_;
    return {};
  }
  Status finish() override { return {}; }
  std::string description() const override { return fmt::format("{} files ({})", written_, format_of(options_)); }

 private:
  fs::path folder_;
  SinkOptions options_;
  std::int64_t written_ = 0;
};

}  // namespace

Result<std::unique_ptr<Sink>> open_image_sink(const fs::path& path, const SinkOptions& options) {
  TRY_ASSIGN(OutputFile file, OutputFile::create(path));
  return std::unique_ptr<Sink>(std::make_unique<ImageSink>(std::move(file), options));
}

Result<std::unique_ptr<Sink>> open_folder_sink(const fs::path& folder, const SinkOptions& options) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error && !fs::is_directory(folder)) return io_failure(fmt::format("{}: {}", folder.string(), error.message()));
  if (::access(folder.c_str(), W_OK) != 0)
    return io_failure(fmt::format("{}: this user may not write into the folder", folder.string()));
  return std::unique_ptr<Sink>(std::make_unique<FolderSink>(folder, options));
}

}  // namespace diolkos::video
