// A network loaded into a runtime behind the plugin contract (include/diolkos/plugin.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/tensor.h"

struct diolkos_plugin;
struct diolkos_model;

namespace diolkos::engines {

enum class Layout : std::uint8_t { none, nchw, nhwc };

// An input or output as the runtime has it.
struct Port {
  std::string name;
  DType dtype{};
  Shape shape;
  Layout layout = Layout::none;
  std::size_t bytes = 0;  // of the runtime's buffer: more than the elements take where a device pads
  // real = scale * (stored - zero_point) where scale is not 0.
  float scale = 0;
  std::int32_t zero_point = 0;
};

// What the loaded model really does, read back from the runtime.
struct Actual {
  std::string precision;  // "fp32"
  std::string device;     // "cpu"
  int threads = 0;        // 0 where the runtime cannot tell
  std::string fallback;   // which part runs elsewhere or otherwise, in words; empty: none
};

class Model {
 public:
  // Takes `model`, which `plugin` loaded, and reads its ports and what it does.
  static Result<Model> take(const diolkos_plugin& plugin, diolkos_model* model);
  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;
  ~Model();

  std::span<const Port> inputs() const;
  std::span<const Port> outputs() const;
  const Actual& actual() const;

  // `inputs` and `outputs` in the order of the ports, of their types and shapes (an error names the port otherwise).
  // Outputs are written in place: make them once with make_outputs(). Not for two threads at once; two models may run
  // at once.
  Status run(std::span<const Tensor> inputs, std::span<Tensor> outputs);
  Result<std::vector<Tensor>> make_inputs() const;   // zeroed
  Result<std::vector<Tensor>> make_outputs() const;

  // Where the runtime works apart from the caller: submit() returns once the work is queued, the tensors must stay
  // until synchronize() has returned. An unsupported error where asynchronous() is false.
  bool asynchronous() const;
  Status submit(std::span<const Tensor> inputs, std::span<Tensor> outputs);
  Status synchronize();

  // Of the last run, without the way to the device and back, as the device itself tells; nothing where it does not.
  std::optional<double> device_ms() const;

 private:
  struct State;
  explicit Model(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace diolkos::engines
