#include "formats/npy/npy.h"

#include <array>
#include <cstring>

#include <fmt/format.h>

#include "base/boolean_bytes.h"
#include "base/mapped_file.h"
#include "base/output_file.h"
#include "base/strided_copy.h"
#include "formats/npy/npy_header.h"

namespace diolkos::formats {
namespace {

constexpr std::size_t kMaxHeader = 65536;

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Parts {
  std::string_view header;
  std::span<const std::byte> data;
};

Result<Parts> split(std::span<const std::byte> bytes) {
  if (!as_text(bytes).starts_with(kNpyMagic) || bytes.size() < 10)
    return invalid("is not a .npy file (it does not begin with \\x93NUMPY)");
  const int major = std::to_integer<int>(bytes[6]);
  if (major < 1 || major > 3)
    return unsupported(fmt::format(".npy version {} is not known; expected 1, 2 or 3", major));
  const std::size_t prefix = major == 1 ? 10 : 12;
  if (bytes.size() < prefix) return invalid("is cut off in its header");
  std::size_t length = 0;
  for (std::size_t i = prefix; i-- > 8;) length = length << 8 | std::to_integer<std::size_t>(bytes[i]);
  if (length > kMaxHeader)
    return invalid(fmt::format("has a header of {} bytes, more than the {} that are allowed", length, kMaxHeader));
  if (length > bytes.size() - prefix) return invalid("is cut off in its header");
  return Parts{as_text(bytes.subspan(prefix, length)), bytes.subspan(prefix + length)};
}

void copy_fortran(const Tensor& target, const std::byte* source, std::byte* memory) {
  std::array<std::int64_t, Shape::kMaxRank> strides{};
  std::int64_t stride = 1;
  for (int axis = 0; axis < target.shape().rank(); ++axis) {
    strides[static_cast<std::size_t>(axis)] = stride;
    stride *= target.shape()[axis];
  }
  copy_strided(target.shape(), std::span(strides).first(static_cast<std::size_t>(target.shape().rank())),
               size_of(target.dtype()), source, memory);
}

}  // namespace

Result<Tensor> read_npy(std::span<const std::byte> bytes) {
  TRY_ASSIGN(const Parts parts, split(bytes));
  TRY_ASSIGN(const NpyHeader header, parse_npy_header(parts.header));
  const auto count = header.shape.checked_elements();
  if (!count || static_cast<std::uint64_t>(*count) > parts.data.size() / size_of(header.dtype))
    return invalid(fmt::format("is cut off: {} {} expected, {} bytes of data found", to_string(header.shape),
                               name_of(header.dtype), parts.data.size()));
  const std::size_t size = static_cast<std::size_t>(*count) * size_of(header.dtype);
  if (parts.data.size() != size)
    return invalid(fmt::format("has {} bytes after its {} {}; expected one tensor a file", parts.data.size() - size,
                               to_string(header.shape), name_of(header.dtype)));
  if (header.dtype == DType::boolean && !are_booleans(parts.data)) return invalid("has a bool that is neither 0 nor 1");
  TRY_ASSIGN(Tensor tensor, Tensor::zeros(header.dtype, header.shape));
  if (size == 0) return tensor;
  if (header.fortran_order) {
    copy_fortran(tensor, parts.data.data(), tensor.mutable_data());
  } else {
    std::memcpy(tensor.mutable_data(), parts.data.data(), size);
  }
  return tensor;
}

Result<Tensor> read_npy(const std::filesystem::path& path) {
  TRY_ASSIGN(const auto file, MappedFile::open(path));
  auto tensor = read_npy(file->bytes());
  if (!tensor) return failure(within(path.string(), std::move(tensor).error()));
  return tensor;
}

Status write_npy(const Tensor& tensor, const std::filesystem::path& path) {
  if (!tensor.defined())
    return failure(ErrorCode::internal, fmt::format("{}: cannot write an undefined tensor", path.string()));
  if (tensor.dtype() == DType::bfloat16) {
    TRY_ASSIGN(const Tensor wide, to_float32(tensor));
    return write_npy(wide, path);
  }
  std::string contents = npy_preamble(tensor.dtype(), tensor.shape());
  contents.append(reinterpret_cast<const char*>(tensor.data()), tensor.bytes());
  return write_file(path, contents);
}

}  // namespace diolkos::formats
