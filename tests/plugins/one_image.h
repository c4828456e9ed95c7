// What the small plugins have in common: lists that never change, and a network of one image in and one out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "diolkos/plugin.h"

namespace diolkos::test_plugins {

// A query that answers with an array.
template <const auto& kList, class Structure>
diolkos_status listed(const Structure** list, std::int32_t* count, diolkos_error*) {
  *list = kList;
  *count = static_cast<std::int32_t>(std::size(kList));
  return DIOLKOS_OK;
}

struct OneImage {
  diolkos_port input, output;
};

inline OneImage one_image(diolkos_dtype dtype, diolkos_layout layout, const std::int64_t (&dims)[4],
                          std::size_t bytes) {
  diolkos_port port{};
  port.struct_size = sizeof(port);
  port.dtype = dtype;
  port.layout = layout;
  port.rank = 4;
  for (std::size_t i = 0; i < 4; ++i) port.dims[i] = dims[i];
  port.bytes = bytes;
  OneImage image{port, port};
  image.input.name = "image";
  image.output.name = "doubled";
  return image;
}

inline diolkos_status ports_of(OneImage& image, const diolkos_port** in, std::int32_t* in_count,
                               const diolkos_port** out, std::int32_t* out_count) {
  *in = &image.input;
  *out = &image.output;
  *in_count = *out_count = 1;
  return DIOLKOS_OK;
}

// In fp32, by one thread.
inline diolkos_status did(diolkos_actual& actual, const char* device) {
  actual.precision = "fp32";
  actual.device = device;
  actual.threads = 1;
  actual.fallback = nullptr;
  return DIOLKOS_OK;
}

}  // namespace diolkos::test_plugins
