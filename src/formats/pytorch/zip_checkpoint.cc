#include "formats/pytorch/zip_checkpoint.h"

#include <string>
#include <unordered_map>

#include <fmt/format.h>

#include "base/printable.h"
#include "formats/pytorch/limits.h"
#include "formats/pytorch/state_dict_search.h"
#include "formats/pytorch/unpickler.h"
#include "formats/pytorch/zip_archive.h"

namespace diolkos::formats::pytorch {
namespace {

class ZipStorages : public StorageSource {
 public:
  ZipStorages(const ZipArchive& archive, std::string folder) : archive_(archive), folder_(std::move(folder)) {}

  Result<StorageBytes> load(std::string_view key) override {
    const std::string name = fmt::format("{}data/{}", folder_, key);
    if (const auto known = loaded_.find(name); known != loaded_.end()) return known->second;
    const ZipEntry* entry = archive_.find(name);
    if (entry == nullptr) return invalid(fmt::format("has no zip entry '{}' for its values", printable(name)));
    TRY_ASSIGN(auto data, archive_.read(*entry));
    return loaded_[name] = StorageBytes{std::move(data), entry->size};
  }

 private:
  const ZipArchive& archive_;
  std::string folder_;  // "" or with '/' at its end
  std::unordered_map<std::string, StorageBytes> loaded_;
};

// torch.jit.save's archives hold the network's code; it would have to be run.
bool is_torchscript(const ZipArchive& archive, const std::string& folder) {
  if (archive.find(folder + "constants.pkl") != nullptr) return true;
  for (const ZipEntry& entry : archive.entries())
    if (entry.name.starts_with(folder + "code/")) return true;
  return false;
}

Result<const ZipEntry*> find_pickle(const ZipArchive& archive) {
  constexpr std::string_view kName = "data.pkl";
  const ZipEntry* found = nullptr;
  for (const ZipEntry& entry : archive.entries()) {
    const std::size_t slash = entry.name.find('/');
    if (entry.name.substr(slash == entry.name.npos ? 0 : slash + 1) != kName) continue;
    if (found != nullptr)
      return invalid(
          fmt::format("has both '{}' and '{}'; expected one", printable(found->name), printable(entry.name)));
    found = &entry;
  }
  if (found != nullptr) return found;
  return unsupported("is a zip archive without a data.pkl; expected what torch.save(model.state_dict(), ...) writes");
}

Status check_byte_order(const ZipArchive& archive, const std::string& folder) {
  const ZipEntry* entry = archive.find(folder + "byteorder");
  if (entry == nullptr || entry->size == 0) return {};
  TRY_ASSIGN(const auto text, archive.read(*entry));
  if (*text.get() == std::byte{'l'}) return {};
  return unsupported("was written on a big-endian machine; expected little-endian");
}

}  // namespace

Result<StateDict> read_zip_checkpoint(const CheckpointBytes& file) {
  TRY_ASSIGN(const auto archive, ZipArchive::open(file.span()));
  TRY_ASSIGN(const ZipEntry* pickle, find_pickle(*archive));
  const std::string folder(pickle->name.substr(0, pickle->name.size() - std::string_view("data.pkl").size()));
  if (is_torchscript(*archive, folder))
    return unsupported(
        "is a TorchScript archive, which holds code; expected a state dict: in Python, "
        "torch.save(torch.jit.load(file).state_dict(), other_file)");
  TRY(check_byte_order(*archive, folder));
  if (pickle->size > kMaxPickle)
    return invalid(fmt::format("has a data.pkl of {} bytes; expected at most {}", pickle->size, kMaxPickle));
  TRY_ASSIGN(const auto bytes, archive->read(*pickle));
  Heap heap({bytes.get(), static_cast<std::size_t>(pickle->size)});
  TRY_ASSIGN(const Unpickled unpickled, unpickle(heap));
  ZipStorages storages(*archive, folder);
  TensorBuilder tensors(heap, storages, gather_limit(file.size));
  return collect_state_dict(heap, unpickled.root, tensors);
}

}  // namespace diolkos::formats::pytorch
