#include "quantize/integer_model.h"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "quantize/assign_parameters.h"
#include "quantize/bias_correction.h"

namespace diolkos::quantize {
namespace {

using tflite::Builtin;
using tflite::kNoTensor;
using tflite::Model;
using tflite::Operator;
using tflite::TensorInfo;

std::string_view name_of(Precision precision) {
  return precision == Precision::int8 ? "int8" : precision == Precision::int16 ? "int16" : "float32";
}

class IntegerRewriter {
 public:
  IntegerRewriter(const Model& from, const Statistics& statistics, const QuantizeOptions& options, WeightCache& cache)
      : from_(from),
        statistics_(statistics),
        options_(options),
        cache_(cache),
        producer_(from.tensors.size(), Precision::float32) {}

  Result<Model> rewrite(Precision base, bool float_ends) {
    to_.description = from_.description;
    to_.metadata = from_.metadata;
    choose_precisions(base);
    TRY_ASSIGN(parameters_, ActivationParameters::assign(from_, precisions_, statistics_, options_.range));
    TRY(add_inputs(base, float_ends));
    for (std::size_t i = 0; i < from_.operators.size(); ++i) {
      auto status = add_operator(from_.operators[i], precisions_[i]);
      if (!status) return failure(within(describe(from_, i), std::move(status).error()));
    }
    TRY(add_outputs(base, float_ends));
    drop_unused_tensors(to_);
    return std::move(to_);
  }

 private:
  void choose_precisions(Precision base) {
    for (const Operator& op : from_.operators) {
      const std::string& name = from_.tensor(op.output()).name;
      Precision precision = options_.keep_int16.contains(name) ? Precision::int16 : base;
      bool floats = false;
      for (int tensor : op.inputs)
        floats = floats || (tensor != kNoTensor && from_.tensor(tensor).dtype == DType::float32);
      if (options_.keep_float.contains(name) || !floats) precision = Precision::float32;
      if (!has_kernel(op.builtin, precision)) {
        log::warning(fmt::format("'{}' ({}) stays in float32: TFLite has no {} kernel for it", name,
                                 tflite::name_of(op.builtin), name_of(precision)));
        precision = Precision::float32;
      }
      precisions_.push_back(precision);
    }
  }

  bool is_float(int tensor) const { return from_.tensor(tensor).dtype == DType::float32; }

  // A new tensor for one of the original's in a precision, registered as its version there.
  Result<int> make(int tensor, Precision precision) {
    TensorInfo info = from_.tensor(tensor);
    if (is_float(tensor) && precision != Precision::float32) {
      info.dtype = dtype_of(precision);
      TRY_ASSIGN(info.quantization, parameters_.of(tensor, precision));
    }
    if (named_[tensor]++ > 0) info.name += fmt::format("/{}", name_of(precision));
    const int made = to_.add_tensor(std::move(info));
    versions_[{tensor, precision}] = made;
    return made;
  }

  // An activation in a precision, converted from the one that its producer gave it where needed.
  Result<int> version(int tensor, Precision precision) {
    if (!is_float(tensor)) precision = Precision::float32;
    if (const auto found = versions_.find({tensor, precision}); found != versions_.end()) return found->second;
    const Precision given = producer_[static_cast<std::size_t>(tensor)];
    const int source = versions_.at({tensor, given});
    TRY_ASSIGN(const int converted, make(tensor, precision));
    to_.operators.push_back({precision == Precision::float32 ? Builtin::dequantize : Builtin::quantize,
                             {source}, {converted}, {}});
    return converted;
  }

  Result<int> produce(int tensor, Precision precision) {
    producer_[static_cast<std::size_t>(tensor)] = is_float(tensor) ? precision : Precision::float32;
    return make(tensor, producer_[static_cast<std::size_t>(tensor)]);
  }

  Status add_inputs(Precision base, bool float_ends) {
    for (const tflite::Port& port : from_.inputs) {
      TRY_ASSIGN(const int made, produce(port.tensor, float_ends ? Precision::float32 : base));
      to_.inputs.push_back({port.name, made});
    }
    return {};
  }

  Status add_outputs(Precision base, bool float_ends) {
    for (const tflite::Port& port : from_.outputs) {
      TRY_ASSIGN(const int made, version(port.tensor, float_ends ? Precision::float32 : base));
      to_.outputs.push_back({port.name, made});
    }
    return {};
  }

  // A constant as it is, once.
  int copied(int tensor) {
    const auto found = copies_.find(tensor);
    if (found != copies_.end()) return found->second;
    return copies_[tensor] = to_.add_tensor(from_.tensor(tensor));
  }

  // A constant operand: of its own range, or of the output's parameters where the operator shares its scale.
  Result<int> quantized_operand(const Operator& op, int tensor, Precision precision) {
    TensorInfo info = from_.tensor(tensor);
    if (shares_scale(op.builtin)) {
      TRY_ASSIGN(info.quantization, parameters_.of(op.output(), precision));
    } else {
      Range range;
      for (float value : info.data.as<float>()) {
        range.low = std::min(range.low, value);
        range.high = std::max(range.high, value);
      }
      info.quantization = activation_parameters(range, precision);
    }
    TRY_ASSIGN(info.data, quantize_constant(info.data, *info.quantization, precision));
    info.dtype = dtype_of(precision);
    if (const int copies = named_[tensor]++; copies > 0) info.name += fmt::format("/{}_{}", name_of(precision), copies);
    return to_.add_tensor(std::move(info));
  }

  Status add_operator(const Operator& op, Precision precision) {
    Operator made{op.builtin, {}, {}, op.options};
    if (precision != Precision::float32 && has_weights(op.builtin)) {
      TRY(add_weighted_inputs(op, precision, made));
    } else {
      for (int tensor : op.inputs) {
        int input = kNoTensor;
        if (tensor != kNoTensor && !from_.tensor(tensor).is_constant()) {
          TRY_ASSIGN(input, version(tensor, precision));
        } else if (tensor != kNoTensor && (precision == Precision::float32 || !is_float(tensor))) {
          input = copied(tensor);
        } else if (tensor != kNoTensor) {
          TRY_ASSIGN(input, quantized_operand(op, tensor, precision));
        }
        made.inputs.push_back(input);
      }
    }
    for (int tensor : op.outputs) {
      TRY_ASSIGN(const int output, produce(tensor, precision));
      made.outputs.push_back(output);
    }
    to_.operators.push_back(std::move(made));
    return {};
  }

  // The bias in float, the rounded weights' mean error taken out.
  Result<std::vector<float>> corrected_bias(const Operator& op, const QuantizedWeights& rounded) {
    const WeightLayout layout = weight_layout(op.builtin);
    std::vector<float> bias(rounded.parameters.scales.size(), 0.0f);
    if (const int tensor = op.input(layout.bias); tensor != kNoTensor) {
      if (!from_.tensor(tensor).is_constant())
        return unsupported("its bias is computed; TFLite's integers want a constant");
      const auto values = from_.tensor(tensor).data.as<float>();
      bias.assign(values.begin(), values.end());
    }
    if (!options_.bias_correction) return bias;
    TRY_ASSIGN(const Tensor approximation, dequantized(rounded));
    const auto error = mean_weight_error(from_, op, approximation, statistics_);
    for (std::size_t c = 0; c < error.size(); ++c) bias[c] += error[c];
    return bias;
  }

  Status add_weighted_inputs(const Operator& op, Precision precision, Operator& made) {
    const WeightLayout layout = weight_layout(op.builtin);
    const TensorInfo& weight = from_.tensor(op.inputs[layout.weight]);
    if (!weight.is_constant()) return unsupported("its weights are computed; TFLite's integers want a constant");
    TRY_ASSIGN(const int input, version(op.inputs[layout.input], precision));
    const float input_scale = to_.tensor(input).quantization->scales[0];
    TRY_ASSIGN(QuantizedWeights rounded,
               cache_.get(weight.name, weight.data, layout.channel_axis, options_.weight_search, {}));
    TRY_ASSIGN(std::vector<float> bias, corrected_bias(op, rounded));
    if (precision == Precision::int8) {  // scales under which a bias would not fit in 32 bits
      constexpr float kRoom = 1073741824.0f;
      std::vector<float> least(bias.size());
      for (std::size_t c = 0; c < bias.size(); ++c) least[c] = std::abs(bias[c]) / (input_scale * kRoom);
      TRY_ASSIGN(rounded, cache_.get(weight.name, weight.data, layout.channel_axis, options_.weight_search, least));
    }
    TRY_ASSIGN(QuantizedWeights stored,
               quantize_bias(bias, input_scale, rounded.parameters, precision == Precision::int16));
    const std::string bias_name = op.input(layout.bias) == kNoTensor ? weight.name + "/bias"
                                                                     : from_.tensor(op.input(layout.bias)).name;
    const int filter = to_.add_tensor({weight.name, DType::int8, weight.shape, rounded.parameters, rounded.values});
    const DType bias_type = stored.values.dtype();
    const Shape bias_shape = stored.values.shape();
    const int bias_tensor =
        to_.add_tensor({bias_name, bias_type, bias_shape, stored.parameters, std::move(stored.values)});
    made.inputs.assign(layout.bias + 1, kNoTensor);
    if (op.builtin == Builtin::transpose_conv) made.inputs[0] = copied(op.inputs[0]);
    made.inputs[layout.input] = input;
    made.inputs[layout.weight] = filter;
    made.inputs[layout.bias] = bias_tensor;
    return {};
  }

  const Model& from_;
  const Statistics& statistics_;
  const QuantizeOptions& options_;
  WeightCache& cache_;
  Model to_;
  std::vector<Precision> precisions_;  // by operator
  std::vector<Precision> producer_;    // by tensor: in which precision it is made
  ActivationParameters parameters_;
  std::map<std::pair<int, Precision>, int> versions_;
  std::map<int, int> copies_;
  std::map<int, int> named_;  // how many tensors bear the name of one of the original's
};

}  // namespace

Result<Model> to_integer(const Model& model, Variant variant, const Statistics& statistics,
                         const QuantizeOptions& options, WeightCache& cache) {
  const Precision base = has_int16_activations(variant) ? Precision::int16 : Precision::int8;
  return IntegerRewriter(model, statistics, options, cache).rewrite(base, has_float_ends(variant));
}

}  // namespace diolkos::quantize
