// What stands behind a diolkos_network.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diolkos/diolkos.h"
#include "runtime/session.h"
#include "segmentation/classes.h"
#include "segmentation/postprocess.h"
#include "segmentation/preprocess.h"

namespace diolkos::api {

// A diolkos_segment_options of our own, to tell whether the next call's are the same.
struct SegmentRequest {
  std::string class_name, normalize;
  double threshold = 0;
  bool raw = false;
  segmentation::Fit fit{};
  bool operator==(const SegmentRequest&) const = default;
};

// What stands around the network for one request; kept until another one comes.
struct Segmenter {
  SegmentRequest request;
  segmentation::Preprocessor preprocessor;
  segmentation::Postprocessor postprocessor;
  Tensor input;
  std::vector<Tensor> outputs;
  segmentation::Segmentation segmentation;
};

}  // namespace diolkos::api

struct diolkos_network {
  std::unique_ptr<diolkos::runtime::Session> session;
  std::vector<diolkos_port> inputs, outputs;
  diolkos::segmentation::ClassNames classes;
  std::vector<std::string> class_names;
  std::optional<diolkos::api::Segmenter> segmenter;
};
