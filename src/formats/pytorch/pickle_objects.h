// What REDUCE, BUILD and a persistent id make of known globals.
#pragma once

#include "base/result.h"
#include "formats/pytorch/pickle_value.h"

namespace diolkos::formats::pytorch {

// callable(*arguments), for the callables that are known.
Result<Value> reduce(Heap& heap, Value callable, Value arguments);
// target.__setstate__(state): attributes are dropped, targets that have none are errors.
Status build(Value target);
// torch.save's persistent ids: ('storage', type, key, location, count, …).
Result<Value> persistent(Heap& heap, Value id);

}  // namespace diolkos::formats::pytorch
