// A whole network as torchvision composes it: a backbone and a head, each with its widths.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "models/heads.h"
#include "models/mobilenet_v3.h"
#include "models/model.h"
#include "models/resnet.h"

namespace diolkos::models {

struct Architecture {
  std::variant<ResNetSpec, MobileNetV3Spec> backbone;
  std::variant<FcnHeadSpec, DeepLabHeadSpec, LrasppHeadSpec> head;  // LRASPP on MobileNetV3 only
  std::string name;                                                 // "fcn_resnet50"
};

// From the names and shapes of a state dict; an error says what is known.
Result<Architecture> recognize(const StateView& view);
// torchvision's own widths; an error names the nearest architecture.
Result<Architecture> standard_architecture(std::string_view name, int classes);

// Input 'input', output 'out', scores brought to the image's size.
graph::Graph build_network(const Architecture& architecture, TensorSource& source, InputSize size);

}  // namespace diolkos::models
