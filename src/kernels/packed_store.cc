#include "kernels/packed_store.h"

#include <cstring>
#include <utility>

#include "base/aligned_memory.h"

namespace diolkos::kernels {
namespace {

constexpr std::size_t kSlabBytes = 4 * kHugePage;

AlignedFloats filled(AlignedFloats floats, FunctionRef<void(float*)> fill) {
  if (floats.data() != nullptr) fill(floats.data());
  return floats;
}

}  // namespace

AlignedFloats PackedStore::zeros(std::size_t count) {
  const std::size_t bytes = (count * sizeof(float) + kLine - 1) / kLine * kLine;
  if (count > kHugePage || bytes >= kHugePage) return AlignedFloats(count);
  if (slab_ == nullptr || slab_used_ + bytes > kSlabBytes) {
    slab_ = aligned_memory(kSlabBytes);
    slab_used_ = 0;
  }
  if (slab_ == nullptr) return {};
  std::byte* const place = slab_.get() + slab_used_;
  std::memset(place, 0, bytes);
  slab_used_ += bytes;
  return {std::shared_ptr<const float>(slab_, reinterpret_cast<const float*>(place)), count};
}

AlignedFloats PackedStore::floats(std::size_t count, FunctionRef<void(float*)> fill) {
  if (replays_) {
    if (next_floats_ == floats_.size() || floats_[next_floats_].size() != count) return {};
    return floats_[next_floats_++];
  }
  floats_.push_back(filled(zeros(count), fill));
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
  return store == nullptr ? filled(AlignedFloats(count), fill) : store->floats(count, fill);
}

}  // namespace diolkos::kernels
