// diolkos.h for C++17 and later: the same calls with values that free themselves. Errors are values too.
#ifndef DIOLKOS_DIOLKOS_HPP
#define DIOLKOS_DIOLKOS_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "diolkos/diolkos.h"

namespace diolkos {

struct Failure {
  diolkos_status status = DIOLKOS_FAILED;
  std::string message;
};

// A value, or why there is none. Only the one that is there may be asked for.
template <class T>
class Outcome {
 public:
  Outcome(T value) : content_(std::move(value)) {}
  Outcome(Failure failure) : content_(std::move(failure)) {}
  explicit operator bool() const { return std::holds_alternative<T>(content_); }
  T& operator*() { return *std::get_if<T>(&content_); }
  T* operator->() { return std::get_if<T>(&content_); }
  const std::string& error() const { return std::get_if<Failure>(&content_)->message; }
  diolkos_status status() const { return *this ? DIOLKOS_OK : std::get_if<Failure>(&content_)->status; }

 private:
  std::variant<T, Failure> content_;
};

struct Frame {
  const std::uint8_t* pixels = nullptr;
  int width = 0;
  int height = 0;
  std::size_t stride = 0;  // 0: rows are packed
  diolkos_pixels format = DIOLKOS_BGR;
};

struct Mask {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;  // rows packed: 255 and 0, or classes
};

struct LoadOptions {
  int threads = 0;  // 0: all that this process may use
  int height = 0;   // where the model leaves them open
  int width = 0;
  std::string precision{};  // empty: "fp32"
  std::string plan{};       // empty: none
  bool exact = false;
};

struct SegmentOptions {
  std::string class_name{};  // empty: the likeliest class of each pixel
  double threshold = 0;      // 0: the model file's, or 0.5
  bool raw = false;
  diolkos_fit fit = DIOLKOS_CROP;
  std::string normalize{};  // empty: the model file's, or "imagenet"
};

class Network {
 public:
  static Outcome<Network> load(const std::string& model, const LoadOptions& options = {}) {
    diolkos_network_options given{};
    given.struct_size = sizeof(given);
    given.threads = options.threads;
    given.height = options.height;
    given.width = options.width;
    given.precision = or_null(options.precision);
    given.plan = or_null(options.plan);
    given.exact = options.exact ? 1 : 0;
    diolkos_network* network = nullptr;
    diolkos_error error{};
    const diolkos_status status = diolkos_network_load(model.c_str(), &given, &network, &error);
    if (status != DIOLKOS_OK) return Failure{status, error.message};
    return Network(network);
  }

  // Another one on the same weights, for another thread.
  Outcome<Network> share(int threads) const {
    diolkos_network* network = nullptr;
    diolkos_error error{};
    const diolkos_status status = diolkos_network_share(handle_.get(), threads, &network, &error);
    if (status != DIOLKOS_OK) return Failure{status, error.message};
    return Network(network);
  }

  Outcome<Mask> segment(const Frame& frame, const SegmentOptions& options = {}) {
    diolkos_segment_options given{};
    given.struct_size = sizeof(given);
    given.class_name = or_null(options.class_name);
    given.threshold = options.threshold;
    given.raw = options.raw ? 1 : 0;
    given.fit = options.fit;
    given.normalize = or_null(options.normalize);
    const diolkos_frame seen{frame.pixels, frame.width, frame.height, frame.stride, frame.format};
    Mask mask{frame.width, frame.height, {}};
    if (frame.width > 0 && frame.height > 0)
      mask.pixels.resize(static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height));
    diolkos_error error{};
    const diolkos_status status = diolkos_segment(handle_.get(), &seen, &given, mask.pixels.data(), &error);
    if (status != DIOLKOS_OK) return Failure{status, error.message};
    return mask;
  }

  const diolkos_port* input(int index = 0) const { return diolkos_network_input(handle_.get(), index); }
  const diolkos_port* output(int index = 0) const { return diolkos_network_output(handle_.get(), index); }
  diolkos_network* handle() const { return handle_.get(); }  // for the C interface; stays ours

 private:
  struct Free {
    void operator()(diolkos_network* network) const { diolkos_network_free(network); }
  };
  explicit Network(diolkos_network* network) : handle_(network) {}
  static const char* or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

  std::unique_ptr<diolkos_network, Free> handle_;
};

}  // namespace diolkos

#endif  // DIOLKOS_DIOLKOS_HPP
