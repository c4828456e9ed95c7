#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest_name.h"
#include "models/architecture.h"

namespace diolkos::models {
namespace {

constexpr std::array<std::string_view, 6> kArchitectures{"fcn_resnet50",
                                                         "fcn_resnet101",
                                                         "deeplabv3_resnet50",
                                                         "deeplabv3_resnet101",
                                                         "deeplabv3_mobilenet_v3_large",
                                                         "lraspp_mobilenet_v3_large"};

bool has_bottlenecks(const StateView& view) {
  return std::any_of(view.tensors().begin(), view.tensors().end(), [](const auto& entry) {
    return entry.first.starts_with("backbone.layer") && entry.first.find(".conv3.") != std::string::npos;
  });
}

tl::unexpected<Error> unknown(const StateView& view, std::string_view reason) {
  std::vector<std::string_view> names;
  for (const auto& [name, tensor] : view.tensors()) {
    if (names.size() == 3) break;
    names.push_back(name);
  }
  return unsupported(fmt::format(
      "unknown architecture: {}; its {} tensors are named like '{}'; known are torchvision's {}; other networks can be "
      "exported to ONNX with torch.onnx.export and read from there",
      reason, view.tensors().size(), fmt::join(names, "', '"), fmt::join(kArchitectures, ", ")));
}

std::string head_name(const Architecture& architecture) {
  constexpr std::array<const char*, 3> kNames{"fcn", "deeplabv3", "lraspp"};
  return kNames[architecture.head.index()];
}

std::string backbone_name(const Architecture& architecture) {
  const auto* resnet = std::get_if<ResNetSpec>(&architecture.backbone);
  return resnet != nullptr ? resnet_name(*resnet) : "mobilenet_v3_large";
}

bool read_head(const StateView& view, Architecture& architecture) {
  if (view.has_below("classifier.0.convs.")) {
    architecture.head = read_deeplab_head(view);
  } else if (view.has_below("classifier.low_classifier.") || view.has_below("classifier.high_classifier.")) {
    architecture.head = read_lraspp_head(view);
  } else if (view.has_below("classifier.4.") || view.has_below("classifier.0.")) {
    architecture.head = read_fcn_head(view);
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::span<const std::string_view> architectures() { return kArchitectures; }

Result<Architecture> recognize(const StateView& view) {
  if (view.tensors().empty()) return invalid("the state dict holds no tensors");
  Architecture architecture;
  const bool resnet = view.has_below("backbone.layer1.") || view.has_below("backbone.layer2.");
  if (resnet) {
    if (!has_bottlenecks(view)) return unknown(view, "a ResNet of basic blocks, not bottlenecks");
    TRY_ASSIGN(architecture.backbone, read_resnet(view));
  } else if (view.has_below("backbone.1.block.") || view.has_below("backbone.2.block.")) {
    architecture.backbone = read_mobilenet_v3(view);
  } else {
    return unknown(view, "no ResNet ('backbone.layer1.…') and no MobileNetV3 ('backbone.1.block.…') in it");
  }
  if (!read_head(view, architecture)) return unknown(view, "no segmentation head ('classifier.…') in it");
  architecture.name = fmt::format("{}_{}", head_name(architecture), backbone_name(architecture));
  if (resnet && std::holds_alternative<LrasppHeadSpec>(architecture.head))
    return unknown(view, "an LRASPP head on a ResNet");
  return architecture;
}

Result<Architecture> standard_architecture(std::string_view name, int classes) {
  if (std::find(kArchitectures.begin(), kArchitectures.end(), name) == kArchitectures.end())
    return invalid(fmt::format("architecture '{}' is not known; known are {}{}", name, fmt::join(kArchitectures, ", "),
                               did_you_mean(name, kArchitectures)));
  Architecture architecture;
  architecture.name = name;
  const bool resnet = name.find("resnet") != std::string_view::npos;
  if (resnet) {
    architecture.backbone = standard_resnet({3, 4, name.ends_with("101") ? 23 : 6, 3});
  } else {
    architecture.backbone = standard_mobilenet_v3();
  }
  if (name.starts_with("fcn")) {
    architecture.head = FcnHeadSpec{512, classes};
  } else if (name.starts_with("deeplabv3")) {
    architecture.head = DeepLabHeadSpec{{256, 256, 256, 256, 256}, 256, 256, classes};
  } else {
    architecture.head = LrasppHeadSpec{128, classes};
  }
  return architecture;
}

}  // namespace diolkos::models
