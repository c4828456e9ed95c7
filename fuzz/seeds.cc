// Files to begin from for the fuzz targets whose formats the program writes itself: seeds FOLDER makes
// FOLDER/TARGET/NAME of a network of a few nodes, and of a few pixels.
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>

#include "formats/onnx/onnx_file.h"
#include "formats/tflite/legalize.h"
#include "formats/tflite/lower.h"
#include "formats/tflite/write_model.h"
#include "graph/infer.h"
#include "graph/text.h"
#include "runtime/plan_file.h"
#include "runtime/session.h"

namespace {

using diolkos::Result;
using diolkos::Status;
using diolkos::graph::Graph;

constexpr std::string_view kNetwork = R"(graph "seed" {
  input %x: float32[1,3,6,6]
  const %w: float32[4,3,3,3] = seeded(1)
  const %b: float32[4] = seeded(2)
  const %sizes: int64[4] = [1,2,6,6]
  const %v: float32[2,4,1,1] = seeded(3)
  %a = Conv(%x, %w, %b) {pads=[1,1,1,1], strides=[2,2]} "first"
  %c = Relu(%a)
  %d = Conv(%c, %v)
  %y = Resize(%d, _, _, %sizes) {mode="linear", coordinate_transformation_mode="half_pixel"}
  output %y
})";

class Seeds {
 public:
  explicit Seeds(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path place(const std::string& target, const std::string& name) const {
    std::filesystem::create_directories(folder_ / target);
    return folder_ / target / name;
  }
  void write(const std::string& target, const std::string& name, std::span<const std::byte> bytes) const {
    std::ofstream(place(target, name), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  void write(const std::string& target, const std::string& name, const std::string& text) const {
    write(target, name, std::as_bytes(std::span(text)));
  }

 private:
  std::filesystem::path folder_;
};

Status write_network(const Seeds& seeds) {
  TRY_ASSIGN(Graph graph, diolkos::graph::parse_text(kNetwork));
  TRY(diolkos::graph::infer_shapes(graph));
  const std::string text = diolkos::graph::to_text(graph);
  seeds.write("graph_text_fuzz", "network.txt", text);
  seeds.write("plan_fuzz", "graph", std::string(1, '\1') + text);  // the count of inputs is in front
  TRY_ASSIGN(const auto onnx, diolkos::formats::serialize_onnx(graph));
  seeds.write("onnx_fuzz", "network.onnx", onnx);
  diolkos::runtime::SessionOptions options;
  options.threads = 1;
  TRY_ASSIGN(const auto session, diolkos::runtime::Session::create(graph, options));
  TRY(session->save(seeds.place("plan_fuzz", "network.dplan"), {{"model", "a"}}));
  TRY(diolkos::tflite::legalize(graph));
  TRY_ASSIGN(const auto model, diolkos::tflite::lower(graph));
  TRY_ASSIGN(const auto tflite, diolkos::tflite::serialize(model));
  seeds.write("tflite_fuzz", "network.tflite", tflite);
  return {};
}

// A container that this build of OpenCV cannot write is left out.
void write_pictures(const Seeds& seeds) {
  const cv::Mat picture(16, 16, CV_8UC3, cv::Scalar(20, 90, 200));
  for (const std::string format : {"png", "jpg", "webp"}) {
    std::vector<unsigned char> bytes;
    cv::imencode("." + format, picture, bytes);
    seeds.write("video_fuzz", "picture." + format, std::as_bytes(std::span(bytes)));
  }
  for (const std::string format : {"avi", "mp4", "mkv"}) {
    const int codec = format == "mp4" ? cv::VideoWriter::fourcc('m', 'p', '4', 'v')
                                      : cv::VideoWriter::fourcc('M', 'J', 'P', 'G');
    cv::VideoWriter video(seeds.place("video_fuzz", "clip." + format), codec, 5, picture.size());
    for (int i = 0; i < 2 && video.isOpened(); ++i) video.write(picture);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: seeds FOLDER\n";
    return 2;
  }
  const Seeds seeds(argv[1]);
  if (const Status status = write_network(seeds); !status) {
    std::cerr << "seeds: " << status.error().message << "\n";
    return 1;
  }
  write_pictures(seeds);
  return 0;
}
