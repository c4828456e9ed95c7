#include "formats/pytorch/checkpoint.h"

#include "base/mapped_file.h"
#include "formats/pytorch/checkpoint_bytes.h"
#include "formats/pytorch/legacy_checkpoint.h"
#include "formats/pytorch/zip_checkpoint.h"

namespace diolkos::formats {
namespace {

bool is_tar(std::string_view text) {
  constexpr std::size_t kMagicAt = 257;
  return text.size() > kMagicAt && text.substr(kMagicAt).starts_with("ustar");
}

}  // namespace

Result<StateDict> read_checkpoint(std::shared_ptr<const std::byte> bytes, std::size_t size) {
  const pytorch::CheckpointBytes file{std::move(bytes), size};
  const std::string_view text = file.text();
  if (text.empty()) return invalid("is empty; expected a PyTorch checkpoint");
  if (text.starts_with("PK")) return pytorch::read_zip_checkpoint(file);
  if (text.starts_with('\x80')) return pytorch::read_legacy_checkpoint(file);
  if (is_tar(text))
    return unsupported("is in the tar format of PyTorch before 0.1.10; load it in Python and torch.save() it again");
  if (text.starts_with("version https://git-lfs"))
    return invalid("is a Git LFS pointer, not the file itself; run 'git lfs pull'");
  return invalid(
      "is not a PyTorch checkpoint (neither a zip archive nor a pickle); expected what "
      "torch.save(model.state_dict(), ...) writes");
}

Result<StateDict> read_checkpoint(const std::filesystem::path& path) {
  TRY_ASSIGN(auto file, MappedFile::open(path));
  const std::size_t size = file->bytes().size();
  auto weights = read_checkpoint(bytes_at(std::move(file), 0), size);
  if (!weights) return failure(within(path.string(), std::move(weights).error()));
  return weights;
}

}  // namespace diolkos::formats
