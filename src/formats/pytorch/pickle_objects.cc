#include "formats/pytorch/pickle_objects.h"

#include <fmt/format.h>

#include "formats/pytorch/pickle_globals.h"

namespace diolkos::formats::pytorch {
namespace {

const Global& global_of(Value value) { return known_global(static_cast<std::size_t>(value.payload)); }

// OrderedDict() or OrderedDict([[key, value], …]), as Python 2 wrote it.
Result<Value> make_dict(Heap& heap, std::span<const Value> arguments) {
  TRY_ASSIGN(const Value dict, heap.make(Kind::dict, {}));
  if (arguments.empty()) return dict;
  if (arguments.size() > 1 || (arguments[0].kind != Kind::list && arguments[0].kind != Kind::tuple))
    return invalid("OrderedDict is called with something other than a list of pairs");
  for (const Value pair : heap.items(arguments[0])) {
    if ((pair.kind != Kind::list && pair.kind != Kind::tuple) || heap.items(pair).size() != 2)
      return invalid("OrderedDict is called with something other than a list of pairs");
    TRY(heap.append(dict, heap.items(pair)));
  }
  return dict;
}

Result<Value> make_tensor(Heap& heap, std::span<const Value> arguments, std::size_t needed) {
  if (arguments.size() < needed || arguments[0].kind != Kind::storage)
    return invalid("a tensor is rebuilt from something other than a storage, an offset, sizes and strides");
  return heap.make(Kind::tensor, arguments);
}

}  // namespace

Result<Value> reduce(Heap& heap, Value callable, Value arguments) {
  if (arguments.kind != Kind::tuple) return invalid("a call has something other than a tuple of arguments");
  if (callable.kind != Kind::global) return invalid("calls a value that is not a function");
  const Global& global = global_of(callable);
  const std::span<const Value> values = heap.items(arguments);
  switch (global.role) {
    case Role::ordered_dict: return make_dict(heap, values);
    case Role::rebuild_tensor: return make_tensor(heap, values, 4);
    case Role::rebuild_tensor_v3: return make_tensor(heap, values, 7);
    case Role::rebuild_parameter:
      if (values.empty() || values[0].kind != Kind::tensor) return invalid("a parameter is made of no tensor");
      return values[0];
    case Role::size:
      if (values.size() != 1 || values[0].kind != Kind::tuple) return invalid("torch.Size is made of no tuple");
      return values[0];
    case Role::opaque: return Value::opaque();
    case Role::storage_type:
    case Role::dtype: break;
  }
  return invalid(fmt::format("calls '{}.{}', which is not a function", global.module, global.name));
}

Status build(Value target) {
  if (target.kind == Kind::dict || target.kind == Kind::tensor || target.kind == Kind::opaque) return {};
  return invalid("sets the state of a value that has none");
}

Result<Value> persistent(Heap& heap, Value id) {
  if (id.kind != Kind::tuple) return invalid("a persistent id is not a tuple");
  const std::span<const Value> parts = heap.items(id);
  if (!parts.empty() && heap.is_text(parts[0], "module"))
    return unsupported(
        "holds a whole module with its code; expected a plain state dict "
        "(torch.save(model.state_dict(), ...))");
  if (parts.size() < 5 || !heap.is_text(parts[0], "storage") || parts[1].kind != Kind::global ||
      global_of(parts[1]).role != Role::storage_type || parts[2].kind != Kind::text || parts[4].kind != Kind::integer ||
      parts[4].payload < 0)
    return invalid("a persistent id is not ('storage', type, key, location, count)");
  if (parts.size() > 5 && parts[5].kind != Kind::none)
    return unsupported(
        "has a storage that is a view of another, as PyTorch before 0.4 wrote them; load it in Python "
        "and torch.save() it again");
  return heap.make(Kind::storage, parts);
}

}  // namespace diolkos::formats::pytorch
