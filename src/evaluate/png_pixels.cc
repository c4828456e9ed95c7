#include "evaluate/png_pixels.h"

#include <algorithm>
#include <csetjmp>
#include <cstring>

#include <fmt/format.h>
#include <png.h>

namespace diolkos::evaluate {
namespace {

constexpr std::uint32_t kLargestSide = 1 << 15;

// libpng leaves by longjmp: nothing with a destructor lives in the functions that call it.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> file) : rest_(file) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, &Reader::on_error, &Reader::on_warning);
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
    if (info_ != nullptr) png_set_read_fn(png_, this, &Reader::read);
  }
  ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool read_header() {
    if (info_ == nullptr || setjmp(jump_) != 0) return false;
    png_read_info(png_, info_);
    return true;
  }

  // Rows of one byte a pixel, or three.
  bool read_pixels(std::uint8_t* pixels, std::size_t stride) {
    if (setjmp(jump_) != 0) return false;
    png_set_packing(png_);
    png_set_strip_alpha(png_);
    const int passes = png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    if (png_get_rowbytes(png_, info_) != stride) return false;
    for (int pass = 0; pass < passes; ++pass)
      for (png_uint_32 y = 0; y < height(); ++y) png_read_row(png_, pixels + stride * y, nullptr);
    return true;
  }

  png_uint_32 width() const { return png_get_image_width(png_, info_); }
  png_uint_32 height() const { return png_get_image_height(png_, info_); }
  int colour_type() const { return png_get_color_type(png_, info_); }
  int bits() const { return png_get_bit_depth(png_, info_); }
  const char* complaint() const { return message_; }

  int copy_palette(segmentation::Palette& palette) const {
    png_colorp colours = nullptr;
    int count = 0;
    if (png_get_PLTE(png_, info_, &colours, &count) == 0) return 0;
    for (int i = 0; i < count; ++i)
      palette[static_cast<std::size_t>(i)] = {colours[i].red, colours[i].green, colours[i].blue};
    return count;
  }

 private:
  static void read(png_structp png, png_bytep to, png_size_t count) {
    auto* const self = static_cast<Reader*>(png_get_io_ptr(png));
    if (self->rest_.size() < count) png_error(png, "the file ends before the picture does");
    std::memcpy(to, self->rest_.data(), count);
    self->rest_ = self->rest_.subspan(count);
  }
  [[noreturn]] static void on_error(png_structp png, png_const_charp message) {
    auto* const self = static_cast<Reader*>(png_get_error_ptr(png));
    std::strncpy(self->message_, message, sizeof(self->message_) - 1);
    std::longjmp(self->jump_, 1);
  }
  static void on_warning(png_structp, png_const_charp) {}

  std::span<const std::byte> rest_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::jmp_buf jump_{};
  char message_[120] = "it cannot be decoded";
};

}  // namespace

Result<PngPixels> read_png(std::span<const std::byte> file) {
  constexpr std::size_t kSignature = 8;
  if (file.size() < kSignature || png_sig_cmp(reinterpret_cast<png_const_bytep>(file.data()), 0, kSignature) != 0)
    return invalid("is no PNG file");
  Reader reader(file);
  if (!reader.read_header()) return invalid(fmt::format("a damaged PNG: {}", reader.complaint()));
  if (reader.width() > kLargestSide || reader.height() > kLargestSide)
    return unsupported(
        fmt::format("{}x{} pixels, at most {} a side can be read", reader.width(), reader.height(), kLargestSide));
  if (reader.bits() == 16) return unsupported("16 bits a channel; expected 8 or less");

  PngPixels pixels;
  const int type = reader.colour_type();
  pixels.kind = type == PNG_COLOR_TYPE_PALETTE       ? PngPixels::Kind::palette
                : (type & PNG_COLOR_MASK_COLOR) != 0 ? PngPixels::Kind::rgb
                                                     : PngPixels::Kind::gray;
  pixels.width = static_cast<int>(reader.width());
  pixels.height = static_cast<int>(reader.height());
  if (pixels.kind == PngPixels::Kind::palette) pixels.palette_entries = reader.copy_palette(pixels.palette);
  const std::size_t stride = std::size_t{reader.width()} * (pixels.kind == PngPixels::Kind::rgb ? 3 : 1);
  pixels.bytes.resize(stride * reader.height());
  if (!reader.read_pixels(pixels.bytes.data(), stride))
    return invalid(fmt::format("a damaged PNG: {}", reader.complaint()));
  return pixels;
}

}  // namespace diolkos::evaluate
