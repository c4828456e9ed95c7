// A source's frames to the page.
#pragma once

#include <memory>
#include <vector>

#include "live/page_server.h"
#include "live/sink.h"

namespace diolkos::live {

class WebSink : public Sink {
 public:
  WebSink(std::string name, std::shared_ptr<PageServer> page, std::size_t source)
      : name_(std::move(name)), page_(std::move(page)), source_(source) {}

  std::string name() const override { return name_; }
  bool every_frame() const override { return false; }
  std::optional<View> view(const Settings& settings) const override;
  Status write(const Frame& frame) override;
  Status finish() override { return {}; }

 private:
  bool is_watched() const { return page_->server().viewers(source_) > 0; }
  std::shared_ptr<web::Bytes> free_bytes();

  std::string name_;
  std::shared_ptr<PageServer> page_;
  std::size_t source_;
  std::vector<std::shared_ptr<web::Bytes>> pictures_;  // used again when no viewer holds them
};

}  // namespace diolkos::live
