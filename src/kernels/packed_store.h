// What planning makes from weights, in the order of planning: packed floats, and which of several kernels was taken. A
// new store keeps it; one that was filled before (from a plan file) hands it out again, and no weights are read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/function_ref.h"
#include "kernels/aligned_floats.h"

namespace diolkos::kernels {

class PackedStore {
 public:
  PackedStore() = default;
  PackedStore(std::vector<AlignedFloats> floats, std::vector<std::int32_t> choices)
      : floats_(std::move(floats)), choices_(std::move(choices)), replays_(true) {}

  // `count` floats, zero until `fill` has written to them. data() is null where memory is out, or where what was kept
  // is not so many: the store belongs to another plan.
  AlignedFloats floats(std::size_t count, FunctionRef<void(float*)> fill);
  // What `decide` returns; -1 where a filled store has no more.
  std::int32_t choice(FunctionRef<std::int32_t()> decide);

  bool replays() const { return replays_; }
  bool spent() const { return next_floats_ == floats_.size() && next_choice_ == choices_.size(); }
  const std::vector<AlignedFloats>& all_floats() const { return floats_; }
  const std::vector<std::int32_t>& all_choices() const { return choices_; }

 private:
  AlignedFloats zeros(std::size_t count);

  std::vector<AlignedFloats> floats_;
  std::shared_ptr<std::byte> slab_;  // that small ones are cut from: together they lie on huge pages
  std::size_t slab_used_ = 0;        // bytes
  std::vector<std::int32_t> choices_;
  std::size_t next_floats_ = 0;
  std::size_t next_choice_ = 0;
  bool replays_ = false;
};

// The same without a store.
AlignedFloats packed_floats(PackedStore* store, std::size_t count, FunctionRef<void(float*)> fill);

}  // namespace diolkos::kernels
