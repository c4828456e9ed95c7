#include "fetch/catalogue.h"

#include <array>

namespace diolkos::fetch {
namespace {

// Names and addresses: torchvision's segmentation weights, COCO_WITH_VOC_LABELS_V1. Each digest begins as the file's
// name says; torchvision itself checks no more than that. The rest of each digest, and the sizes, are what public
// projects publish for these files: several agree on four of them, one alone gives fcn_resnet101's and
// deeplabv3_resnet101's.
constexpr std::array kCatalogue{
    Weights{"fcn_resnet50", "fcn_resnet50_coco-1167a1af.pth", 141567418,
            "1167a1affa42e1e62858f8d3fac12d109e0108327ffc91c5855a324b11683c36"},
    Weights{"fcn_resnet101", "fcn_resnet101_coco-7ecb50ca.pth", 217800805,
            "7ecb50ca17844860a70d5ed0c748d997cf8adb62932abaa0233430c68594d749"},
    Weights{"deeplabv3_resnet50", "deeplabv3_resnet50_coco-cd0a2569.pth", 168312152,
            "cd0a25694c4a0f7106b38f4938bf90a874f2f241cc410b8f63c7024399538f06"},
    Weights{"deeplabv3_resnet101", "deeplabv3_resnet101_coco-586e9e4e.pth", 244545539,
            "586e9e4e203fcbf17e1ad45533d8d33ab133fc762bf03101c5dd743995c08c0d"},
    Weights{"deeplabv3_mobilenet_v3_large", "deeplabv3_mobilenet_v3_large-fc3c493d.pth", 44356159,
            "fc3c493d68e89cc31ef488c803d5d7dd2f3190fb570598faa49fef69be8e5e70"},
    Weights{"lraspp_mobilenet_v3_large", "lraspp_mobilenet_v3_large-d234d4ea.pth", 13097061,
            "d234d4eae9d55d5f76de18b77cf0dc62c66fe5c5482758209d00f950c92bb280"},
};

}  // namespace

std::span<const Weights> catalogue() { return kCatalogue; }

}  // namespace diolkos::fetch
