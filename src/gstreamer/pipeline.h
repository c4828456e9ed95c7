// Pictures into a GStreamer pipeline, by GStreamer's own interface: what becomes of it is told in GStreamer's words.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "segmentation/image.h"

namespace diolkos::gstreamer {

struct Pictures {
  int width = 0, height = 0;
  double fps = 30;
  bool live = false;  // stamped with the time when they come; otherwise by their number
};

// Why a pipeline takes no pictures any more.
struct Ending {
  enum class Why { error, window_closed, by_itself };
  Why why = Why::error;
  std::string message;
};

// Not for two threads at once. start() and the destructor may hang where an element does.
class Pipeline {
 public:
  // `text` as gst-launch-1.0 has it, from behind its source; `name` is used in messages. Errors: a mistake in it, an
  // element that is not there, a build without GStreamer.
  static Result<std::unique_ptr<Pipeline>> parse(const std::string& name, const std::string& text);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  Status start(const Pictures& pictures);
  // BGR or gray, of the size that was said. `number` counts all that there are, also those that are not pushed. False
  // where the pipeline had no room within `patience`.
  Result<bool> push(const segmentation::Image& picture, std::int64_t number, std::chrono::milliseconds patience);
  std::optional<Ending> ending();  // nothing while it goes on
  // After the last picture: what is under way is brought to its end, files are closed. False where that takes longer.
  Result<bool> finish(std::chrono::milliseconds patience);

  // Whether it writes files, which it would write again from their beginning.
  bool writes_files() const;

 private:
  struct State;
  explicit Pipeline(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace diolkos::gstreamer
