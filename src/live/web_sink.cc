#include "live/web_sink.h"

#include <atomic>

#include "video/encode_jpeg.h"

namespace diolkos::live {

std::optional<View> WebSink::view(const Settings& settings) const {
  return is_watched() ? std::optional(settings.view) : std::nullopt;
}

Status WebSink::write(const Frame& frame) {
  const segmentation::Image* const picture = frame.picture(frame.settings.view);
  if (picture == nullptr || !is_watched()) return {};
  const auto bytes = free_bytes();
  TRY(video::encode_jpeg(picture->view(), page_->quality(), *bytes));
  page_->server().publish(source_, bytes);
  return {};
}

std::shared_ptr<web::Bytes> WebSink::free_bytes() {
  for (const auto& picture : pictures_)
    if (picture.use_count() == 1) {
      std::atomic_thread_fence(std::memory_order_acquire);  // what the server's thread did with it is over
      return picture;
    }
  return pictures_.emplace_back(std::make_shared<web::Bytes>());
}

}  // namespace diolkos::live
