#include "kernels/packed_store.h"

namespace diolkos::kernels {
namespace {

AlignedFloats filled(std::size_t count, FunctionRef<void(float*)> fill) {
  AlignedFloats floats(count);
  if (floats.data() != nullptr) fill(floats.data());
  return floats;
}

}  // namespace

AlignedFloats PackedStore::floats(std::size_t count, FunctionRef<void(float*)> fill) {
  if (replays_) {
    if (next_floats_ == floats_.size() || floats_[next_floats_].size() != count) return {};
    return floats_[next_floats_++];
  }
  floats_.push_back(filled(count, fill));
  ++next_floats_;
  return floats_.back();
}

std::int32_t PackedStore::choice(FunctionRef<std::int32_t()> decide) {
  if (replays_) return next_choice_ == choices_.size() ? -1 : choices_[next_choice_++];
  choices_.push_back(decide());
  ++next_choice_;
  return choices_.back();
}

AlignedFloats packed_floats(PackedStore* store, std::size_t count, FunctionRef<void(float*)> fill) {
  return store == nullptr ? filled(count, fill) : store->floats(count, fill);
}

}  // namespace diolkos::kernels
