#include "formats/pytorch/state_dict_search.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>

#include <fmt/format.h>

#include "base/log.h"
#include "base/printable.h"

namespace diolkos::formats::pytorch {
namespace {

constexpr int kMaxNesting = 4;
constexpr std::size_t kMaxNameLength = 1024;
constexpr std::string_view kWrapper = "module.";
// Under which training scripts keep their weights; earlier ones are preferred, averaged weights come last.
constexpr std::array<std::string_view, 13> kKeys{
    "state_dict", "model_state_dict", "model_state", "model",     "net", "network",       "module",
    "weights",    "params",           "teacher",     "model_ema", "ema", "ema_state_dict"};

bool holds_tensors(const Heap& heap, Value dict) {
  const auto items = heap.items(dict);
  for (std::size_t i = 0; i + 1 < items.size(); i += 2)
    if (items[i].kind == Kind::text && items[i + 1].kind == Kind::tensor) return true;
  return false;
}

// A dict under a known key goes before loose tensors beside it (a best accuracy, an epoch's loss).
Value find_tensors(const Heap& heap, Value dict, int nesting) {
  for (const std::string_view key : kKeys) {
    const Value inner = heap.member(dict, key);
    if (inner.kind != Kind::dict || nesting == kMaxNesting) continue;
    const Value found = find_tensors(heap, inner, nesting + 1);
    if (found.kind != Kind::dict) continue;
    log::debug(fmt::format("the checkpoint's weights are those under '{}'", key));
    return found;
  }
  return holds_tensors(heap, dict) ? dict : Value{};
}

std::string keys_of(const Heap& heap, Value dict) {
  constexpr std::size_t kShown = 8;
  std::string text;
  std::size_t count = 0;
  const auto items = heap.items(dict);
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    if (items[i].kind != Kind::text || ++count > kShown) continue;
    text += fmt::format("{}'{}'", count > 1 ? ", " : "", printable(heap.text(items[i]), 40));
  }
  if (count > kShown) text += ", ...";
  return text.empty() ? "none" : text;
}

Result<Value> find_state_dict(const Heap& heap, Value root) {
  if (root.kind == Kind::tensor)
    return unsupported("holds a single tensor; expected a state dict (torch.save(model.state_dict(), ...))");
  if (root.kind != Kind::dict)
    return unsupported("holds no dict; expected a state dict (torch.save(model.state_dict(), ...))");
  const Value found = find_tensors(heap, root, 0);
  if (found.kind == Kind::dict) return found;
  return unsupported(
      fmt::format("holds no tensors that it knows how to find; its keys are: {}; expected a state dict, "
                  "or one under 'state_dict' or 'model'",
                  keys_of(heap, root)));
}

void strip_wrapper(StateDict& weights) {
  const bool wrapped =
      std::ranges::all_of(weights.tensors, [](const NamedTensor& entry) { return entry.name.starts_with(kWrapper); });
  if (!wrapped) return;
  for (NamedTensor& entry : weights.tensors) entry.name.erase(0, kWrapper.size());
  log::debug("the names begin with 'module.' (DataParallel), which is taken off");
}

}  // namespace

Result<StateDict> collect_state_dict(const Heap& heap, Value root, TensorBuilder& tensors) {
  TRY_ASSIGN(const Value dict, find_state_dict(heap, root));
  StateDict weights;
  std::unordered_set<std::string_view> names;
  const auto items = heap.items(dict);
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    const std::string_view name = items[i].kind == Kind::text ? heap.text(items[i]) : "(not a text)";
    if (items[i].kind != Kind::text || items[i + 1].kind != Kind::tensor) {
      log::debug(fmt::format("the checkpoint's entry '{}' is no tensor and is left out", printable(name)));
      continue;
    }
    if (!is_plain_text(name) || name.empty() || name.size() > kMaxNameLength)
      return invalid(
          fmt::format("has a tensor named '{}'; expected up to {} bytes of text", printable(name), kMaxNameLength));
    if (!names.insert(name).second) return invalid(fmt::format("has two tensors named '{}'", printable(name)));
    auto tensor = tensors.build(items[i + 1]);
    if (!tensor) return failure(within(fmt::format("tensor '{}'", name), std::move(tensor).error()));
    weights.tensors.push_back({std::string(name), std::move(*tensor)});
  }
  strip_wrapper(weights);
  return weights;
}

}  // namespace diolkos::formats::pytorch
