#include "reference/mapped_copy.h"

#include <algorithm>

#include "reference/strided.h"

namespace diolkos::reference {
namespace {

template <class T>
class MappedCopy {
 public:
  MappedCopy(const Shape& in, const AxisMaps& maps, T fill)
      : maps_(maps), strides_(contiguous_strides(in)), fill_(fill) {}

  // Writes the block of output axes [axis, rank) that belongs to `source`; null is all fill.
  T* write(std::size_t axis, const T* source, T* target) const {
    if (axis == maps_.size()) {
      *target = source == nullptr ? fill_ : *source;
      return target + 1;
    }
    if (axis + 1 == maps_.size()) return write_row(maps_[axis], source, target);
    for (std::int64_t index : maps_[axis])
      target = write(axis + 1, source == nullptr || index < 0 ? nullptr : source + index * strides_[axis], target);
    return target;
  }

 private:
  T* write_row(const std::vector<std::int64_t>& map, const T* source, T* target) const {
    if (source == nullptr) return std::fill_n(target, map.size(), fill_);
    for (std::int64_t index : map) *target++ = index < 0 ? fill_ : source[index];
    return target;
  }

  const AxisMaps& maps_;
  Strides strides_;
  T fill_;
};

}  // namespace

Status copy_mapped(const Call& call, const AxisMaps& maps, const std::byte* fill) {
  if (call.out().elements() == 0) return {};
  return visit_size(call, call.out().dtype(), [&]<class T>(Type<T>) -> Status {
    const T value = fill == nullptr ? T{0} : *reinterpret_cast<const T*>(fill);
    static constexpr T kNothing{};  // an empty input is all fill, but not null
    const T* source = call.in(0).elements() == 0 ? &kNothing : data<T>(call.in(0));
    MappedCopy<T>(call.in(0).shape(), maps, value).write(0, source, mutable_data<T>(call.out()));
    return {};
  });
}

}  // namespace diolkos::reference
