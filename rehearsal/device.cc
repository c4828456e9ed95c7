// The rehearsal board's device: runs a rehearsal DLA file by the native runtime, in a process of its own.
//   diolkos-rehearsal-device FILE.dla
// Says on descriptor 1, a line each: "input BYTES D0 D1 D2 D3" and "output ..." (NHWC), then "ready"; thereafter takes
// all inputs' bytes from descriptor 0 and gives all outputs' bytes, again and again until its input ends.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <unistd.h>

#include "base/mapped_file.h"
#include "container.h"
#include "formats/tflite/nhwc.h"
#include "formats/tflite/raise.h"
#include "formats/tflite/read_model.h"
#include "runtime/session.h"

namespace diolkos::rehearsal {
namespace {

Result<std::unique_ptr<runtime::Session>> open(const char* path) {
  TRY_ASSIGN(const auto file, MappedFile::open(path));
  const auto bytes = file->bytes();
  if (bytes.size() <= kMagic.size() || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0)
    return invalid("is no rehearsal DLA file");
  TRY_ASSIGN(const tflite::Model model, tflite::read_model(bytes.subspan(kMagic.size() + 1)));
  TRY_ASSIGN(graph::Graph graph, tflite::raise(model));
  return runtime::Session::create(std::move(graph));
}

void tell(const char* side, std::span<const runtime::Port> ports) {
  for (const runtime::Port& port : ports) {
    Shape shape = port.shape;
    if (shape.rank() == 4) shape = Shape{shape[0], shape[2], shape[3], shape[1]};
    std::printf("%s %zu", side, static_cast<std::size_t>(shape.elements()) * size_of(port.dtype));
    for (const std::int64_t dim : shape) std::printf(" %lld", static_cast<long long>(dim));
    std::printf("\n");
  }
}

// All bytes, or false where the other side is gone.
bool read_all(std::byte* data, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t count = ::read(0, data + done, size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

bool write_all(const std::byte* data, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t count = ::write(1, data + done, size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

Result<bool> read_inputs(std::span<const runtime::Port> ports, std::vector<Tensor>& inputs) {
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const Shape& shape = ports[i].shape;
    const bool image = shape.rank() == 4;
    TRY_ASSIGN(Tensor given,
               Tensor::zeros(ports[i].dtype, image ? Shape{shape[0], shape[2], shape[3], shape[1]} : shape));
    if (!read_all(given.mutable_data(), given.bytes())) return false;
    inputs[i] = given;
    if (!image) continue;
    TRY_ASSIGN(inputs[i], tflite::permuted(given, tflite::kToNchw));
  }
  return true;
}

Status serve(runtime::Session& session) {
  std::vector<Tensor> inputs(session.inputs().size());
  TRY_ASSIGN(std::vector<Tensor> outputs, session.make_outputs());
  while (true) {
    TRY_ASSIGN(const bool more, read_inputs(session.inputs(), inputs));
    if (!more) return {};
    TRY(session.run(inputs, outputs));
    for (const Tensor& output : outputs) {
      Tensor answer = output;
      if (output.shape().rank() == 4) {
        TRY_ASSIGN(answer, tflite::permuted(output, tflite::kToNhwc));
      }
      if (!write_all(answer.data(), answer.bytes())) return {};
    }
  }
}

int run(const char* path) {
  auto session = open(path);
  if (!session) {
    std::printf("error %s\n", session.error().message.c_str());
    return 1;
  }
  tell("input", (*session)->inputs());
  tell("output", (*session)->outputs());
  std::printf("ready\n");
  std::fflush(stdout);
  const Status status = serve(**session);
  if (!status) std::fprintf(stderr, "diolkos-rehearsal-device: %s\n", status.error().message.c_str());
  return status ? 0 : 1;
}

}  // namespace
}  // namespace diolkos::rehearsal

int main(int argc, char** argv) {
  if (argc == 2) return diolkos::rehearsal::run(argv[1]);
  std::fputs("diolkos-rehearsal-device FILE.dla: started by the rehearsal board's runtime\n", stderr);
  return 2;
}
