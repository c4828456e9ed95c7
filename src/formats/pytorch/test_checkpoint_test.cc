#include <cstdlib>
#include <memory>
#include <span>

#include <zip.h>

#include "formats/pytorch/checkpoint.h"
#include "formats/pytorch/test_checkpoint.h"

namespace diolkos::formats::pytorch::testing {

std::string text(const std::string& value) { return 'X' + raw(static_cast<std::uint32_t>(value.size())) + value; }

std::string number(std::int64_t value) {
  const bool narrow = value == static_cast<std::int32_t>(value);
  return narrow ? 'J' + raw(static_cast<std::int32_t>(value)) : std::string("\x8a\x08") + raw(value);
}

std::string global(const std::string& module, const std::string& name) { return 'c' + module + '\n' + name + '\n'; }

std::string tuple(const std::vector<std::string>& items) {
  std::string code = "(";
  for (const std::string& item : items) code += item;
  return code + 't';
}

std::string numbers(const std::vector<std::int64_t>& values) {
  std::vector<std::string> items;
  for (const std::int64_t value : values) items.push_back(number(value));
  return tuple(items);
}

std::string dict(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string code = "}(";
  for (const auto& [key, value] : entries) code += text(key) + value;
  return code + 'u';
}

std::string ordered_dict(const std::vector<std::pair<std::string, std::string>>& entries) {
  return global("collections", "OrderedDict") + ")R" + dict(entries).substr(1);
}

std::string call(const std::string& callable, const std::vector<std::string>& arguments) {
  return callable + tuple(arguments) + 'R';
}

std::string storage(const std::string& type, const std::string& key, std::int64_t count) {
  return tuple({text("storage"), global("torch", type), text(key), text("cpu"), number(count)}) + 'Q';
}

std::string tensor(const std::string& storage, std::int64_t offset, const std::vector<std::int64_t>& sizes,
                   const std::vector<std::int64_t>& strides) {
  return call(global("torch._utils", "_rebuild_tensor_v2"),
              {storage, number(offset), numbers(sizes), numbers(strides), "\x89", ordered_dict({})});
}

std::string pickle(const std::string& value) { return "\x80\x02" + value + '.'; }

std::string zip(const Entries& entries, bool deflate) {
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, nullptr);
  for (const auto& [name, data] : entries) {
    zip_source_t* source = zip_source_buffer(archive, data.data(), data.size(), 0);
    const auto index = static_cast<zip_uint64_t>(zip_file_add(archive, name.c_str(), source, 0));
    zip_set_file_compression(archive, index, deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
  }
  zip_close(archive);
  zip_source_open(target);
  zip_source_seek(target, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(target)), '\0');
  zip_source_seek(target, 0, SEEK_SET);
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

std::string zip_checkpoint(const std::string& root, const Entries& storages) {
  Entries entries{{"archive/data.pkl", pickle(root)}, {"archive/version", "3\n"}};
  for (const auto& [key, data] : storages) entries.emplace_back("archive/data/" + key, data);
  return zip(entries);
}

std::string legacy_checkpoint(
    const std::string& root,
    const std::vector<std::pair<std::string, std::pair<std::int64_t, std::string>>>& storages) {
  std::string keys = "](";
  std::string tail;
  for (const auto& [key, contents] : storages) {
    keys += text(key);
    tail += raw(contents.first) + contents.second;
  }
  return pickle(std::string("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 12)) + pickle(number(1001)) +
         pickle(dict({{"protocol_version", number(1001)}, {"little_endian", "\x88"}})) + pickle(root) +
         pickle(keys + 'e') + tail;
}

Result<StateDict> read(const std::string& bytes) {
  const std::shared_ptr<std::byte[]> copy(new std::byte[bytes.size()]);
  std::memcpy(copy.get(), bytes.data(), bytes.size());
  return read_checkpoint(std::shared_ptr<const std::byte>(copy, copy.get()), bytes.size());
}

}  // namespace diolkos::formats::pytorch::testing
