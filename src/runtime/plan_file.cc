#include "runtime/plan_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>

#include <fmt/format.h>

#include "base/checksum.h"
#include "base/output_file.h"
#include "base/thread_pool.h"
#include "runtime/stored_graph.h"

namespace diolkos::runtime {
namespace {

constexpr std::array<char, 8> kMagic{'D', 'I', 'O', 'L', 'P', 'L', 'A', 'N'};
constexpr std::uint32_t kFormat = 1;
constexpr std::uint64_t kAlignment = 64;

struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint32_t format = kFormat;
  std::uint32_t inputs = 0;        // the network's own, of the graph's
  std::uint64_t key_bytes = 0;
  std::uint64_t notes_bytes = 0;
  std::uint64_t graph_bytes = 0;
  std::uint64_t choices = 0;
  std::uint64_t blocks = 0;
  std::uint64_t checksum = 0;      // of the file, with zeros here
};
static_assert(sizeof(Header) == 64);

std::uint64_t aligned(std::uint64_t at) { return (at + kAlignment - 1) / kAlignment * kAlignment; }

// `rest`: the checksum of what follows the header.
std::uint64_t checksum_of(Header header, std::uint64_t rest, ThreadPool& pool) {
  header.checksum = 0;
  std::array<std::uint64_t, 2> parts{checksum(std::as_bytes(std::span(&header, 1)), pool), rest};
  return checksum(std::as_bytes(std::span(parts)), pool);
}

std::string text_of(const PlanKey& key) {
  std::string text;
  for (const auto& [name, value] : key) text += fmt::format("{}: {}\n", name, value);
  return text;
}

// The first line in which the texts differ.
std::string difference(std::string_view stored, std::string_view wanted) {
  const auto next_line = [](std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return line;
  };
  while (!stored.empty() || !wanted.empty()) {
    const std::string_view was = next_line(stored);
    const std::string_view is = next_line(wanted);
    if (was != is) return fmt::format("it was made for '{}', wanted is '{}'", was, is);
  }
  return "";
}

// Takes the parts of the file one after the other, never past its end.
class Parts {
 public:
  Parts(std::shared_ptr<const std::byte> bytes, std::size_t size) : bytes_(std::move(bytes)), size_(size) {}

  bool take(std::uint64_t count, std::uint64_t element, std::span<const std::byte>* part) {
    if (count > (size_ - at_) / element) return false;
    *part = {bytes_.get() + at_, static_cast<std::size_t>(count * element)};
    at_ += static_cast<std::size_t>(count * element);
    return true;
  }
  bool take_text(std::uint64_t count, std::string_view* text) {
    std::span<const std::byte> part;
    if (!take(count, 1, &part)) return false;
    *text = {reinterpret_cast<const char*>(part.data()), part.size()};
    return true;
  }
  template <class T>
  bool take_numbers(std::uint64_t count, std::vector<T>* numbers) {
    std::span<const std::byte> part;
    if (!take(count, sizeof(T), &part)) return false;
    numbers->resize(static_cast<std::size_t>(count));
    if (count > 0) std::memcpy(numbers->data(), part.data(), part.size());
    return true;
  }
  bool take_floats(std::uint64_t count, kernels::AlignedFloats* floats) {
    std::span<const std::byte> part;
    if (aligned(at_) > size_) return false;
    at_ = static_cast<std::size_t>(aligned(at_));
    if (!take(count, sizeof(float), &part)) return false;
    const auto* first = reinterpret_cast<const float*>(part.data());
    *floats = kernels::AlignedFloats(std::shared_ptr<const float>(bytes_, first), static_cast<std::size_t>(count));
    return true;
  }
  std::span<const std::byte> rest() const { return {bytes_.get() + at_, size_ - at_}; }
  bool at_end() const { return at_ == size_; }

 private:
  std::shared_ptr<const std::byte> bytes_;
  std::size_t size_;
  std::size_t at_ = 0;
};

Status write_parts(const std::filesystem::path& path, const Header& header, std::string_view texts,
                   const kernels::PackedStore& store) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  std::uint64_t at = 0;
  const auto put = [&](const void* data, std::size_t bytes) {
    file.write(static_cast<const char*>(data), static_cast<std::streamsize>(bytes));
    at += bytes;
  };
  put(&header, sizeof(header));
  put(texts.data(), texts.size());
  put(store.all_choices().data(), store.all_choices().size() * sizeof(std::int32_t));
  for (const kernels::AlignedFloats& block : store.all_floats()) {
    const std::uint64_t count = block.size();
    put(&count, sizeof(count));
  }
  constexpr std::array<char, kAlignment> zeros{};
  for (const kernels::AlignedFloats& block : store.all_floats()) {
    put(zeros.data(), static_cast<std::size_t>(aligned(at) - at));
    put(block.data(), block.bytes());
  }
  file.close();
  if (!file) return io_failure(fmt::format("{}: cannot write {} bytes; is the disk full?", path.string(), at));
  return {};
}

Status seal(const std::filesystem::path& path, Header header) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return io_failure(fmt::format("{}: {}", path.string(), error.message()));
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekg(sizeof(header));
  // Read, not mapped: the weights are in memory already, and would be there twice.
  const std::uint64_t rest = checksum(size - sizeof(header), [&](std::size_t, std::span<std::byte> to) {
    file.read(reinterpret_cast<char*>(to.data()), static_cast<std::streamsize>(to.size()));
  });
  if (!file) return io_failure(fmt::format("{}: what was just written cannot be read", path.string()));
  ThreadPool pool(1);
  header.checksum = checksum_of(header, rest, pool);
  file.seekp(0);
  file.write(reinterpret_cast<const char*>(&header), sizeof(header));
  file.close();
  if (!file) return io_failure(fmt::format("{}: cannot write its header", path.string()));
  return {};
}

}  // namespace

Status write_plan(const std::filesystem::path& path, const PlanKey& key, std::string_view notes,
                  const graph::Graph& graph, const kernels::PackedStore& store) {
  const std::string key_text = text_of(key);
  const std::string graph_text = graph_to_text(graph);
  Header header;
  header.inputs = static_cast<std::uint32_t>(graph.inputs().size());
  header.key_bytes = key_text.size();
  header.notes_bytes = notes.size();
  header.graph_bytes = graph_text.size();
  header.choices = store.all_choices().size();
  header.blocks = store.all_floats().size();
  TRY_ASSIGN(OutputFile file, OutputFile::create(path));
  TRY(write_parts(file.temporary(), header, key_text + std::string(notes) + graph_text, store));
  TRY(seal(file.temporary(), header));
  return file.commit();
}

Result<StoredPlan> read_plan(std::shared_ptr<const std::byte> bytes, std::size_t size, const PlanKey& key,
                             int threads) {
  const auto damaged = [](std::string_view what) { return invalid(fmt::format("it is damaged: {}", what)); };
  if (size < sizeof(Header)) return damaged("it ends before its header does");
  Header header;
  std::memcpy(&header, bytes.get(), sizeof(header));
  if (header.magic != kMagic) return invalid("it is no plan file");
  if (header.format != kFormat)
    return invalid(fmt::format("its format is {}, this program's is {}", header.format, kFormat));
  Parts parts(std::shared_ptr<const std::byte>(bytes, bytes.get() + sizeof(Header)), size - sizeof(Header));
  const std::span<const std::byte> behind_header = parts.rest();
  std::string_view stored_key;
  std::string_view notes;
  std::string_view graph_text;
  std::vector<std::int32_t> choices;
  std::vector<std::uint64_t> counts;
  if (!parts.take_text(header.key_bytes, &stored_key)) return damaged("it ends inside its key");
  if (const std::string found = difference(stored_key, text_of(key)); !found.empty()) return invalid(found);
  if (!parts.take_text(header.notes_bytes, &notes) || !parts.take_text(header.graph_bytes, &graph_text) ||
      !parts.take_numbers(header.choices, &choices) || !parts.take_numbers(header.blocks, &counts))
    return damaged("it ends before its weights");
  std::vector<kernels::AlignedFloats> floats(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (!parts.take_floats(counts[i], &floats[i])) return damaged("it ends inside its weights");
  if (!parts.at_end()) return damaged("it goes on behind its weights");
  ThreadPool pool(threads);
  if (checksum_of(header, checksum(behind_header, pool), pool) != header.checksum)
    return damaged("its checksum is not that of its bytes");
  StoredPlan plan;
  plan.notes = notes;
  plan.store = kernels::PackedStore(std::move(floats), std::move(choices));
  TRY_ASSIGN(plan.graph, graph_from_text(graph_text, header.inputs));
  return plan;
}

namespace {

struct Head {
  std::string key, notes;
};

Result<Head> read_head(const std::filesystem::path& path) {
  TRY_ASSIGN(auto file, MappedFile::open(path));
  const std::size_t size = file->bytes().size();
  Header header;
  if (size < sizeof(header)) return invalid("it ends before its header does");
  std::memcpy(&header, file->bytes().data(), sizeof(header));
  if (header.magic != kMagic || header.format != kFormat) return invalid("it is no plan file of this format");
  Parts parts(bytes_at(std::move(file), sizeof(header)), size - sizeof(header));
  std::string_view key;
  std::string_view notes;
  if (!parts.take_text(header.key_bytes, &key) || !parts.take_text(header.notes_bytes, &notes))
    return invalid("it ends before its notes do");
  return Head{std::string(key), std::string(notes)};
}

}  // namespace

Result<std::string> read_plan_notes(const std::filesystem::path& path) {
  TRY_ASSIGN(Head head, read_head(path));
  return std::move(head.notes);
}

Result<PlanKey> read_plan_key(const std::filesystem::path& path) {
  TRY_ASSIGN(const Head head, read_head(path));
  PlanKey key;
  for (std::string_view rest = head.key; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos || line.size() == rest.size())
      return invalid("it is damaged: its key is no list");
    key.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    rest.remove_prefix(line.size() + 1);
  }
  return key;
}

Result<StoredPlan> read_plan(const std::filesystem::path& path, const PlanKey& key, int threads) {
  TRY_ASSIGN(auto file, MappedFile::open(path));
  const std::size_t size = file->bytes().size();
  return read_plan(bytes_at(std::move(file), 0), size, key, threads);
}

}  // namespace diolkos::runtime
