// For tests: pickles spelled out opcode by opcode, and checkpoints around them, without Python.
#pragma once

#include <cstring>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/state_dict.h"

namespace diolkos::formats::pytorch::testing {

template <class T>
std::string raw(T value) {
  std::string text(sizeof(T), '\0');
  std::memcpy(text.data(), &value, sizeof(T));
  return text;
}

template <class T>
std::string raw_all(std::initializer_list<T> values) {
  std::string text;
  for (const T value : values) text += raw(value);
  return text;
}

// Each gives the instructions that push one value.
std::string text(const std::string& value);
std::string number(std::int64_t value);
std::string global(const std::string& module, const std::string& name);
std::string tuple(const std::vector<std::string>& items);
std::string numbers(const std::vector<std::int64_t>& values);                       // a tuple
std::string dict(const std::vector<std::pair<std::string, std::string>>& entries);  // keys are texts
std::string ordered_dict(const std::vector<std::pair<std::string, std::string>>& entries);
std::string call(const std::string& callable, const std::vector<std::string>& arguments);
std::string storage(const std::string& type, const std::string& key, std::int64_t count);
std::string tensor(const std::string& storage, std::int64_t offset, const std::vector<std::int64_t>& sizes,
                   const std::vector<std::int64_t>& strides);

std::string pickle(const std::string& value);  // with PROTO and STOP

using Entries = std::vector<std::pair<std::string, std::string>>;
std::string zip(const Entries& entries, bool deflate = false);
// A zip checkpoint as torch.save writes it: archive/data.pkl, archive/data/KEY.
std::string zip_checkpoint(const std::string& root, const Entries& storages);
// A legacy one; each storage is its key and (count of elements, bytes).
std::string legacy_checkpoint(
    const std::string& root, const std::vector<std::pair<std::string, std::pair<std::int64_t, std::string>>>& storages);

// read_checkpoint() of a copy that ends where its allocation ends, for sanitizers to see what is beyond.
Result<StateDict> read(const std::string& bytes);

}  // namespace diolkos::formats::pytorch::testing
