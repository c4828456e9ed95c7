#include "models/architecture.h"

namespace diolkos::models {
namespace {

Feature build_head(Layers& layers, const Architecture& architecture, const Feature& low, const Feature& high) {
  if (const auto* fcn = std::get_if<FcnHeadSpec>(&architecture.head)) return build_fcn_head(layers, *fcn, high);
  if (const auto* deeplab = std::get_if<DeepLabHeadSpec>(&architecture.head))
    return build_deeplab_head(layers, *deeplab, high);
  return build_lraspp_head(layers, std::get<LrasppHeadSpec>(architecture.head), low, high);
}

Feature build_scores(Layers& layers, const Architecture& architecture, const Feature& image) {
  if (const auto* resnet = std::get_if<ResNetSpec>(&architecture.backbone))
    return build_head(layers, architecture, {}, build_resnet(layers, *resnet, image));
  const auto features = build_mobilenet_v3(layers, std::get<MobileNetV3Spec>(architecture.backbone), image);
  return build_head(layers, architecture, features.low, features.high);
}

}  // namespace

graph::Graph build_network(const Architecture& architecture, TensorSource& source, InputSize size) {
  graph::Graph graph;
  graph.name = architecture.name;
  graph.metadata["diolkos.architecture"] = architecture.name;
  Layers layers(graph, source);
  const Feature image = layers.image(size.height, size.width);
  const Feature scores = build_scores(layers, architecture, image);
  const Feature out = layers.resize("resize", scores, size.height, size.width);
  graph.rename(out.value, "out");
  graph.add_output(out.value);
  return graph;
}

}  // namespace diolkos::models
