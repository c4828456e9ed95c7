#include "formats/safetensors/safetensors.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "base/boolean_bytes.h"
#include "base/mapped_file.h"
#include "formats/safetensors/safetensors_header.h"

namespace diolkos::formats {
namespace {

constexpr std::uint64_t kMaxHeader = std::uint64_t{32} << 20;

// The entries, taken in the order of their bytes, must follow each other from 0 to the data's end.
Status check_coverage(const std::vector<SafetensorsEntry>& entries, std::uint64_t data_size) {
  std::vector<const SafetensorsEntry*> order;
  for (const SafetensorsEntry& entry : entries) order.push_back(&entry);
  std::ranges::sort(order, {}, [](const SafetensorsEntry* entry) { return std::pair(entry->begin, entry->end); });
  std::uint64_t covered = 0;
  for (const SafetensorsEntry* entry : order) {
    if (entry->end > data_size)
      return invalid(fmt::format("is cut off: tensor '{}' ends at byte {} of the data, which has {}", entry->name,
                                 entry->end, data_size));
    if (entry->begin != covered)
      return invalid(fmt::format("tensor '{}' begins at byte {} of the data; expected {}, where the one before it ends",
                                 entry->name, entry->begin, covered));
    covered = entry->end;
  }
  if (covered == data_size) return {};
  return invalid(fmt::format("has {} bytes of data that no tensor covers", data_size - covered));
}

Result<Tensor> make_tensor(const SafetensorsEntry& entry, std::shared_ptr<const std::byte> bytes) {
  const std::size_t size = static_cast<std::size_t>(entry.end - entry.begin);
  if (entry.dtype == DType::boolean && !are_booleans({bytes.get(), size}))
    return invalid(fmt::format("tensor '{}' has a bool that is neither 0 nor 1", entry.name));
  if (reinterpret_cast<std::uintptr_t>(bytes.get()) % size_of(entry.dtype) == 0)
    return Tensor::view(entry.dtype, entry.shape, std::move(bytes));
  TRY_ASSIGN(Tensor copy, Tensor::zeros(entry.dtype, entry.shape));
  if (size != 0) std::memcpy(copy.mutable_data(), bytes.get(), size);
  return copy;
}

}  // namespace

Result<StateDict> read_safetensors(std::shared_ptr<const std::byte> bytes, std::size_t size) {
  std::uint64_t header = 0;
  if (size < sizeof(header)) return invalid("is not a safetensors file (shorter than 8 bytes)");
  std::memcpy(&header, bytes.get(), sizeof(header));  // little-endian, as hosts are
  if (header > kMaxHeader)
    return invalid(fmt::format("is not a safetensors file: its header would have {} bytes; expected at most {}", header,
                               kMaxHeader));
  if (header > size - sizeof(header)) return invalid(fmt::format("is cut off in its header of {} bytes", header));
  const std::string_view json{reinterpret_cast<const char*>(bytes.get()) + sizeof(header),
                              static_cast<std::size_t>(header)};
  TRY_ASSIGN(const auto entries, parse_safetensors_header(json));
  const std::size_t data = sizeof(header) + static_cast<std::size_t>(header);
  TRY(check_coverage(entries, size - data));
  StateDict weights;
  for (const SafetensorsEntry& entry : entries) {
    const std::byte* first = bytes.get() + data + entry.begin;
    TRY_ASSIGN(Tensor tensor, make_tensor(entry, std::shared_ptr<const std::byte>(bytes, first)));
    weights.tensors.push_back({entry.name, std::move(tensor)});
  }
  return weights;
}

Result<StateDict> read_safetensors(const std::filesystem::path& path) {
  TRY_ASSIGN(auto file, MappedFile::open(path));
  const std::size_t size = file->bytes().size();
  auto weights = read_safetensors(bytes_at(std::move(file), 0), size);
  if (!weights) return failure(within(path.string(), std::move(weights).error()));
  return weights;
}

}  // namespace diolkos::formats
