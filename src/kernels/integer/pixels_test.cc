#include "kernels/integer/pixels.h"

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels::integer {
namespace {

template <class T>
void check(const Image& image, Random& random, ThreadPool& pool) {
  std::vector<T> plain(static_cast<std::size_t>(image.pixels() * image.channels));
  for (T& value : plain) value = static_cast<T>(random.integer(-40000, 40000));
  std::vector<T> pixels(image.bytes() / sizeof(T)), back(plain.size());
  pixels_from_plain(image, plain.data(), pixels.data(), pool);
  for (std::int64_t n = 0; n < image.batch; ++n)
    for (std::int64_t c = 0; c < image.channels; ++c)
      for (std::int64_t p = 0; p < image.plane(); ++p) {
        const T meant = plain[static_cast<std::size_t>((n * image.channels + c) * image.plane() + p)];
        const T held = pixels[static_cast<std::size_t>((n * image.plane() + p) * image.stride() + c)];
        ASSERT_EQ(static_cast<T>(meant + image.offset()), held) << "pixel " << p << " channel " << c;
      }
  plain_from_pixels(image, pixels.data(), back.data(), pool);
  ASSERT_EQ(plain, back);
}

TEST(Pixels, AreThePlainImageAndBack) {
  for (unsigned seed = 0; seed < seeds(150); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ThreadPool pool(static_cast<int>(random.integer(1, 3)));
    Image image{random.integer(1, 2), random.one_of<std::int64_t>({1, 3, 4, 5, 16, 21, 40}), random.integer(1, 14),
                random.integer(1, 14), random.one_of({DType::int8, DType::uint8, DType::int16})};
    if (image.dtype == DType::int16)
      check<std::int16_t>(image, random, pool);
    else
      check<std::uint8_t>(image, random, pool);
  }
}

}  // namespace
}  // namespace diolkos::kernels::integer
