#include "targets/check.h"

#include <algorithm>

#include <fmt/format.h>

namespace diolkos::targets {
namespace {

using tflite::Builtin;
using tflite::kNoTensor;
using tflite::Model;
using tflite::Operator;
using tflite::TensorInfo;

class Checker {
 public:
  Checker(const Model& model, const Rules& rules) : model_(model), rules_(rules) {}

  Report run() {
    for (const tflite::Port& port : model_.inputs)
      check_type(model_.tensor(port.tensor), fmt::format("input '{}'", port.name));
    for (const tflite::Port& port : model_.outputs)
      check_type(model_.tensor(port.tensor), fmt::format("output '{}'", port.name));
    report_.operators = model_.operators.size();
    for (std::size_t i = 0; i < model_.operators.size(); ++i) {
      const std::size_t before = report_.findings.size();
      check_operator(model_.operators[i], describe(model_, i));
      if (report_.findings.size() == before) ++report_.accepted;
      add_time(model_.operators[i]);
    }
    for (const Finding& finding : report_.findings) report_.verdict = std::max(report_.verdict, finding.verdict);
    return std::move(report_);
  }

 private:
  void find(Verdict verdict, std::string where, std::string rule, std::string remedy = {}) {
    report_.findings.push_back({verdict, std::move(where), std::move(rule), std::move(remedy)});
  }
  void refuse(const std::string& where, std::string rule, std::string remedy = {}) {
    find(Verdict::refused, where, std::move(rule), std::move(remedy));
  }

  std::string remedy(const std::string& key) const {
    const auto found = rules_.remedies.find(key);
    return found == rules_.remedies.end() ? std::string() : found->second;
  }

  static std::string type_of(const TensorInfo& tensor) { return std::string(diolkos::name_of(tensor.dtype)); }

  bool check_type(const TensorInfo& tensor, const std::string& where) {
    const std::string type = type_of(tensor);
    if (rules_.activation_types.contains(type)) return true;
    refuse(where,
           fmt::format("'{}' is {}; activations are {}", tensor.name, type, fmt::join(rules_.activation_types, ", ")),
           remedy(type));
    return false;
  }

  void check_shape(const TensorInfo& tensor, const std::string& where) {
    bool fits = tensor.shape.rank() <= rules_.most_axes;
    for (std::int64_t dim : tensor.shape) fits = fits && dim <= rules_.most_extent;
    if (!fits)
      refuse(where, fmt::format("'{}' is {}; at most {} axes of {}", tensor.name, to_string(tensor.shape),
                                rules_.most_axes, rules_.most_extent));
  }

  void check_operator(const Operator& op, const std::string& where) {
    const std::string name(tflite::name_of(op.builtin));
    const auto rule = rules_.operators.find(name);
    if (rule == rules_.operators.end())
      return refuse(where, fmt::format("{} is not among its operators", name), "leave it to the CPU");
    if (rule->second.refused) return refuse(where, *rule->second.refused, rule->second.remedy);
    if (!check_tensors(op, where)) return;
    check_window(op, rule->second, where);
    const TensorInfo& input = model_.tensor(op.inputs[0]);
    if (rule->second.axes != 0 && input.shape.rank() != rule->second.axes)
      refuse(where, fmt::format("its input is {}, expected {} axes", to_string(input.shape), rule->second.axes));
  }

  bool check_tensors(const Operator& op, const std::string& where) {
    const bool weighted = op.builtin == Builtin::conv_2d || op.builtin == Builtin::depthwise_conv_2d ||
                          op.builtin == Builtin::transpose_conv || op.builtin == Builtin::fully_connected;
    const std::size_t bias = op.builtin == Builtin::transpose_conv ? 3 : 2;
    bool sound = true;
    for (std::size_t i = 0; i < op.inputs.size() && sound; ++i) {
      if (op.inputs[i] == kNoTensor) continue;
      const TensorInfo& tensor = model_.tensor(op.inputs[i]);
      if (weighted && i == bias) sound = check_constant(tensor, rules_.bias_types, "biases", "bias", where);
      else if (weighted && i == 1)
        sound = check_constant(tensor, rules_.weight_types, "weights", type_of(tensor), where);
      else if (!tensor.is_constant()) sound = check_type(tensor, where);
      if (sound) check_shape(tensor, where);
      check_per_channel(op, tensor, i == bias && weighted, where);
    }
    for (int output : op.outputs) {
      sound = sound && check_type(model_.tensor(output), where);
      check_shape(model_.tensor(output), where);
    }
    return sound;
  }

  bool check_constant(const TensorInfo& tensor, const std::set<std::string>& types, std::string_view what,
                      const std::string& key, const std::string& where) {
    if (types.contains(type_of(tensor))) return true;
    refuse(where, fmt::format("'{}' is {}; {} are {}", tensor.name, type_of(tensor), what, fmt::join(types, ", ")),
           remedy(key));
    return false;
  }

  void check_per_channel(const Operator& op, const TensorInfo& tensor, bool bias, const std::string& where) {
    if (bias || !tensor.quantization || tensor.quantization->scales.size() <= 1) return;
    const std::string name(tflite::name_of(op.builtin));
    if (!rules_.per_channel.contains(name))
      refuse(where, fmt::format("'{}' has a scale for each channel; {} takes one", tensor.name, name));
  }

  void check_window(const Operator& op, const OperatorRule& rule, const std::string& where) {
    if (op.builtin != Builtin::conv_2d && op.builtin != Builtin::depthwise_conv_2d &&
        op.builtin != Builtin::transpose_conv)
      return;
    const tflite::Options& o = op.options;
    const Shape& filter = model_.tensor(op.inputs[1]).shape;
    for (int axis : {1, 2})
      if (filter[axis] < rule.filter_low || filter[axis] > rule.filter_high)
        refuse(where, fmt::format("filter {}x{}; extents are {} to {}", filter[1], filter[2], rule.filter_low,
                                  rule.filter_high));
    const auto allowed = [](const std::set<std::int64_t>& set, std::int32_t h, std::int32_t w) {
      return set.empty() || (set.contains(h) && set.contains(w));
    };
    if (!allowed(rule.strides, o.stride_h, o.stride_w))
      refuse(where, fmt::format("stride {}x{}; strides are {}", o.stride_h, o.stride_w, fmt::join(rule.strides, ", ")));
    const bool dilated = o.dilation_h != 1 || o.dilation_w != 1;
    if (!allowed(rule.dilations, o.dilation_h, o.dilation_w))
      find(rule.dilation_condition.empty() ? Verdict::refused : Verdict::conditional, where,
           fmt::format("dilation {}x{}; dilations are {}", o.dilation_h, o.dilation_w, fmt::join(rule.dilations, ", ")),
           rule.dilation_condition);
    if (rule.one_stride_when_dilated && dilated && (o.stride_h != 1 || o.stride_w != 1))
      refuse(where, "dilated with a stride; the stride must be 1 then");
    if (!rule.groups && op.builtin == Builtin::conv_2d && model_.tensor(op.inputs[0]).shape[3] != filter[3])
      refuse(where, "in groups", "say depthwise, or one convolution for each group");
  }

  void add_time(const Operator& op) {
    const std::int64_t count = multiply_adds(model_, op);
    report_.multiply_adds += count;
    if (count == 0) return;
    const std::size_t input = op.builtin == Builtin::transpose_conv ? 2 : 0;
    const auto rate = rules_.macs_per_cycle.find(type_of(model_.tensor(op.inputs[input])));
    if (rate != rules_.macs_per_cycle.end())
      report_.least_milliseconds += static_cast<double>(count) / (rate->second * rules_.megahertz * 1e3);
  }

  const Model& model_;
  const Rules& rules_;
  Report report_;
};

}  // namespace

std::string_view name_of(Verdict verdict) {
  return verdict == Verdict::accepted      ? "accepted"
         : verdict == Verdict::conditional ? "accepted with a condition"
                                           : "refused";
}

Report check(const Model& model, const Rules& rules) { return Checker(model, rules).run(); }

}  // namespace diolkos::targets
