#include "gstreamer/pipeline.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <thread>

#include <fmt/format.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

namespace diolkos::gstreamer {
namespace {

constexpr const char* kSource = "diolkos_pictures";
constexpr guint64 kWaiting = 2;                      // pictures in front of the pipeline
constexpr std::chrono::milliseconds kGlance{2};      // between looks whether there is room
constexpr GstMessageType kEnds = static_cast<GstMessageType>(GST_MESSAGE_ERROR | GST_MESSAGE_EOS);

template <auto release>
struct Release {
  template <class T>
  void operator()(T* thing) const {
    if (thing != nullptr) release(thing);
  }
};
template <class T, auto release>
using Owned = std::unique_ptr<T, Release<release>>;

using Element = Owned<GstElement, gst_object_unref>;
using Message = Owned<GstMessage, gst_message_unref>;
using Failure = Owned<GError, g_error_free>;
using Text = Owned<gchar, g_free>;

Status initialize() {
  GError* error = nullptr;
  if (gst_init_check(nullptr, nullptr, &error)) return {};
  const Failure owned(error);
  return io_failure(fmt::format("GStreamer does not start: {}", owned ? owned->message : "no reason is told"));
}

// What tells the reason is the last of the lines that GStreamer has for developers.
std::string reason_of(const gchar* debug) {
  const std::string_view lines = debug == nullptr ? "" : debug;
  const std::size_t end = lines.rfind('\n');
  return end == std::string_view::npos ? "" : fmt::format(" ({})", lines.substr(end + 1));
}

// "filesink": the name of one differs from start to start.
std::string kind_of(GstObject* source) {
  GstElementFactory* const factory = GST_IS_ELEMENT(source) ? gst_element_get_factory(GST_ELEMENT(source)) : nullptr;
  return factory == nullptr ? "GStreamer" : GST_OBJECT_NAME(factory);
}

Ending to_ending(const std::string& name, GstMessage* message) {
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS)
    return {Ending::Why::by_itself, fmt::format("{}: the pipeline came to its end by itself", name)};
  GError* error = nullptr;
  gchar* debug = nullptr;
  gst_message_parse_error(message, &error, &debug);
  const Failure owned(error);
  const Text lines(debug);
  std::string_view text = error->message;
  if (text.ends_with('.')) text.remove_suffix(1);
  // So it is with all of GStreamer's elements that open windows.
  const bool closed = g_error_matches(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND) &&
                      text == "Output window was closed";
  return {closed ? Ending::Why::window_closed : Ending::Why::error,
          fmt::format("{}: {}: {}{}", name, kind_of(GST_MESSAGE_SRC(message)), text, reason_of(debug))};
}

// Rows of BGR at GStreamer's stride; gray is widened.
void copy(const segmentation::Image& picture, std::size_t stride, std::uint8_t* to) {
  const auto width = static_cast<std::size_t>(picture.width());
  for (int y = 0; y < picture.height(); ++y, to += stride) {
    const std::uint8_t* const from = picture.row(y);
    if (picture.format() != segmentation::PixelFormat::gray)
      std::memcpy(to, from, 3 * width);
    else
      for (std::size_t x = 0; x < width; ++x) std::memset(to + 3 * x, from[x], 3);
  }
}

bool is_file_sink(const GValue* item) {
  GstElementFactory* const factory = gst_element_get_factory(GST_ELEMENT(g_value_get_object(item)));
  const gchar* const kind =
      factory == nullptr ? nullptr : gst_element_factory_get_metadata(factory, GST_ELEMENT_METADATA_KLASS);
  return kind != nullptr && std::string_view(kind).starts_with("Sink/File");
}

}  // namespace

struct Pipeline::State {
  State(std::string of, Element made) : name(std::move(of)), pipeline(std::move(made)) {}
  ~State() {
    gst_element_set_state(pipeline.get(), GST_STATE_NULL);
    if (pool) gst_buffer_pool_set_active(pool.get(), FALSE);
  }

  Status make_pool();
  Result<GstBuffer*> to_buffer(const segmentation::Image& picture, std::int64_t number);
  guint64 waiting() const { return gst_app_src_get_current_level_buffers(GST_APP_SRC(source.get())); }

  const std::string name;
  const Element pipeline;
  Element source;
  Owned<GstBus, gst_object_unref> bus;
  Owned<GstBufferPool, gst_object_unref> pool;
  Pictures pictures;
  std::size_t stride = 0;
  std::optional<Ending> ending;
};

// Buffers go round.
Status Pipeline::State::make_pool() {
  stride = GST_ROUND_UP_4(3 * static_cast<std::size_t>(pictures.width));
  pool.reset(gst_buffer_pool_new());
  GstStructure* const wanted = gst_buffer_pool_get_config(pool.get());
  const auto size = static_cast<guint>(stride * static_cast<std::size_t>(pictures.height));
  gst_buffer_pool_config_set_params(wanted, nullptr, size, kWaiting, 0);
  if (!gst_buffer_pool_set_config(pool.get(), wanted) || !gst_buffer_pool_set_active(pool.get(), TRUE))
    return io_failure(fmt::format("{}: no memory for pictures of {}x{}", name, pictures.width, pictures.height));
  return {};
}

Result<GstBuffer*> Pipeline::State::to_buffer(const segmentation::Image& picture, std::int64_t number) {
  GstBuffer* buffer = nullptr;
  GstMapInfo map;
  if (gst_buffer_pool_acquire_buffer(pool.get(), &buffer, nullptr) != GST_FLOW_OK ||
      !gst_buffer_map(buffer, &map, GST_MAP_WRITE)) {
    if (buffer != nullptr) gst_buffer_unref(buffer);
    return io_failure(fmt::format("{}: no memory for a picture", name));
  }
  copy(picture, stride, map.data);
  gst_buffer_unmap(buffer, &map);
  GST_BUFFER_PTS(buffer) = GST_BUFFER_DTS(buffer) = GST_BUFFER_DURATION(buffer) = GST_CLOCK_TIME_NONE;
  if (pictures.live) return buffer;
  const double interval = GST_SECOND / pictures.fps;
  GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(static_cast<double>(number) * interval);
  GST_BUFFER_DURATION(buffer) = static_cast<GstClockTime>(interval);
  return buffer;
}

Pipeline::Pipeline(std::unique_ptr<State> state) : state_(std::move(state)) {}
Pipeline::~Pipeline() = default;

Result<std::unique_ptr<Pipeline>> Pipeline::parse(const std::string& name, const std::string& text) {
  TRY(initialize());
  GError* error = nullptr;
  Element made(gst_parse_launch_full(fmt::format("appsrc name={} ! {}", kSource, text).c_str(), nullptr,
                                     GST_PARSE_FLAG_FATAL_ERRORS, &error));
  const Failure owned(error);
  if (made != nullptr && GST_IS_BIN(made.get())) {
    gst_object_ref_sink(made.get());
    auto state = std::make_unique<State>(name, std::move(made));
    state->source.reset(gst_bin_get_by_name(GST_BIN(state->pipeline.get()), kSource));
    state->bus.reset(gst_element_get_bus(state->pipeline.get()));
    if (state->source && state->bus) return std::unique_ptr<Pipeline>(new Pipeline(std::move(state)));
  }
  return failure(ErrorCode::usage,
                 fmt::format("{}: GStreamer cannot make this pipeline: {}", name,
                             owned ? owned->message : "it has no elements"));
}

Status Pipeline::start(const Pictures& pictures) {
  State& state = *state_;
  state.pictures = pictures;
  TRY(state.make_pool());
  gint numerator = 30, denominator = 1;
  gst_util_double_to_fraction(pictures.fps, &numerator, &denominator);
  const Owned<GstCaps, gst_caps_unref> caps(gst_caps_new_simple(
      "video/x-raw", "format", G_TYPE_STRING, "BGR", "width", G_TYPE_INT, pictures.width, "height", G_TYPE_INT,
      pictures.height, "framerate", GST_TYPE_FRACTION, numerator, denominator, nullptr));
  g_object_set(state.source.get(), "caps", caps.get(), "format", GST_FORMAT_TIME, "is-live", pictures.live,
               "do-timestamp", pictures.live, "max-bytes", guint64{0}, "max-buffers", kWaiting, nullptr);
  if (gst_element_set_state(state.pipeline.get(), GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE) return {};
  const auto why = ending();
  return io_failure(why ? why->message : fmt::format("{}: the pipeline does not start", state.name));
}

Result<bool> Pipeline::push(const segmentation::Image& picture, std::int64_t number,
                              std::chrono::milliseconds patience) {
  State& state = *state_;
  const auto until = std::chrono::steady_clock::now() + patience;
  while (state.waiting() >= kWaiting) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(kGlance);
  }
  TRY_ASSIGN(GstBuffer* const buffer, state.to_buffer(picture, number));
  const GstFlowReturn flow = gst_app_src_push_buffer(GST_APP_SRC(state.source.get()), buffer);
  if (flow == GST_FLOW_OK) return true;
  const auto why = ending();
  return io_failure(why ? why->message
                        : fmt::format("{}: the pipeline takes no pictures: {}", state.name, gst_flow_get_name(flow)));
}

std::optional<Ending> Pipeline::ending() {
  State& state = *state_;
  if (!state.ending)
    if (const Message message{gst_bus_pop_filtered(state.bus.get(), kEnds)})
      state.ending = to_ending(state.name, message.get());
  return state.ending;
}

Result<bool> Pipeline::finish(std::chrono::milliseconds patience) {
  State& state = *state_;
  gst_app_src_end_of_stream(GST_APP_SRC(state.source.get()));
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(patience).count();
  if (!state.ending) {
    const Message message(
        gst_bus_timed_pop_filtered(state.bus.get(), static_cast<GstClockTime>(nanoseconds), kEnds));
    if (!message) return false;
    state.ending = to_ending(state.name, message.get());
  }
  if (state.ending->why == Ending::Why::error) return io_failure(state.ending->message);
  return true;
}

bool Pipeline::writes_files() const {
  const Owned<GstIterator, gst_iterator_free> all(gst_bin_iterate_recurse(GST_BIN(state_->pipeline.get())));
  bool found = false;
  const auto look = [](const GValue* item, gpointer result) { *static_cast<bool*>(result) |= is_file_sink(item); };
  return gst_iterator_foreach(all.get(), look, &found) == GST_ITERATOR_DONE && found;
}

}  // namespace diolkos::gstreamer
