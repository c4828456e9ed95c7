#include "formats/pytorch/legacy_checkpoint.h"

#include <unordered_map>

#include <fmt/format.h>

#include "base/printable.h"
#include "formats/pytorch/byte_cursor.h"
#include "formats/pytorch/limits.h"
#include "formats/pytorch/state_dict_search.h"
#include "formats/pytorch/unpickler.h"

namespace diolkos::formats::pytorch {
namespace {

constexpr std::string_view kMagic{"\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10};  // 0x1950a86a20f9469cfc6c
constexpr std::int64_t kProtocol = 1001;

class LegacyStorages : public StorageSource {
 public:
  explicit LegacyStorages(const CheckpointBytes& file) : file_(file) {}

  // The storages in the order of `keys`, from `begin` on.
  Status locate(const Heap& heap, Value keys, std::size_t begin);

  Result<StorageBytes> load(std::string_view key) override {
    const auto found = places_.find(key);
    if (found == places_.end()) return invalid(fmt::format("storage '{}' is not in the file", printable(key)));
    return StorageBytes{{file_.data, file_.data.get() + found->second.offset}, found->second.bytes};
  }

 private:
  struct Place {
    std::size_t offset;
    std::uint64_t bytes;
  };
  const CheckpointBytes& file_;
  std::unordered_map<std::string_view, Place> places_;  // keys are texts of the heap
};

// Bytes an element of each storage that the pickle mentions: the file itself does not say.
Result<std::unordered_map<std::string_view, std::size_t>> element_sizes(const Heap& heap) {
  std::unordered_map<std::string_view, std::size_t> sizes;
  for (const Value storage : heap.storages()) {
    const StorageRecord record = storage_record(heap, storage);
    const std::size_t size = record.dtype == DType::undefined ? 1 : size_of(record.dtype);
    if (sizes.emplace(record.key, size).first->second != size)
      return invalid(fmt::format("storage '{}' is of two types", printable(record.key)));
  }
  return sizes;
}

Status LegacyStorages::locate(const Heap& heap, Value keys, std::size_t begin) {
  if (keys.kind != Kind::list) return invalid("has no list of storages after its pickle");
  TRY_ASSIGN(const auto sizes, element_sizes(heap));
  ByteCursor cursor(file_.span(), begin);
  for (const Value key : heap.items(keys)) {
    const auto size = sizes.find(key.kind == Kind::text ? heap.text(key) : std::string_view{});
    if (size == sizes.end()) return invalid("lists a storage that no tensor uses");
    const auto count = cursor.take<std::uint64_t>();
    const std::size_t offset = cursor.position();
    if (!count || *count > cursor.left() / size->second || !cursor.skip(*count * size->second))
      return invalid(fmt::format("is cut off in storage '{}': copy or download it again", printable(size->first)));
    if (!places_.emplace(size->first, Place{offset, *count * size->second}).second)
      return invalid(fmt::format("lists storage '{}' twice", printable(size->first)));
  }
  return {};
}

// Reads the three pickles before the object; gives where it begins.
Result<std::size_t> read_preamble(Heap& heap) {
  TRY_ASSIGN(const Unpickled magic, unpickle(heap));
  if (magic.root.kind != Kind::bytes || heap.text(magic.root) != kMagic)
    return unsupported("is a pickle, but not one of torch.save; expected torch.save(model.state_dict(), ...)");
  TRY_ASSIGN(const Unpickled protocol, unpickle(heap, magic.end));
  if (protocol.root.kind != Kind::integer || protocol.root.payload != kProtocol)
    return unsupported(fmt::format("is of an unknown protocol; expected {}", kProtocol));
  TRY_ASSIGN(const Unpickled system, unpickle(heap, protocol.end));
  const Value little_endian = heap.member(system.root, "little_endian");
  if (little_endian.kind == Kind::boolean && little_endian.payload == 0)
    return unsupported("was written on a big-endian machine; expected little-endian");
  return system.end;
}

}  // namespace

Result<StateDict> read_legacy_checkpoint(const CheckpointBytes& file) {
  Heap heap(file.span());
  TRY_ASSIGN(const std::size_t begin, read_preamble(heap));
  TRY_ASSIGN(const Unpickled object, unpickle(heap, begin));
  TRY_ASSIGN(const Unpickled keys, unpickle(heap, object.end));
  LegacyStorages storages(file);
  TRY(storages.locate(heap, keys.root, keys.end));
  TensorBuilder tensors(heap, storages, gather_limit(file.size));
  return collect_state_dict(heap, object.root, tensors);
}

}  // namespace diolkos::formats::pytorch
