// The pickle machine's memory: a stack with marks, below which nothing is taken, and a numbered memo.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "formats/pytorch/pickle_value.h"

namespace diolkos::formats::pytorch {

class PickleStack {
 public:
  // The memo's numbers stay below `memo_limit`: picklers count from 0, so the pickle's length bounds them.
  explicit PickleStack(std::size_t memo_limit) : memo_limit_(memo_limit) {}

  Status push(Value value);
  Result<Value> pop();
  Result<Value> top() const;

  Status mark();
  Result<std::size_t> pop_mark();  // the height at the last mark
  bool at_mark() const { return !marks_.empty() && marks_.back() == values_.size(); }

  std::size_t height() const { return values_.size(); }
  bool holds(std::size_t count) const { return values_.size() - floor() >= count; }  // above the last mark
  std::span<const Value> above(std::size_t height) const { return std::span(values_).subspan(height); }
  void cut(std::size_t height) { values_.resize(height); }

  Status put(std::size_t index);  // remembers the top
  Status get(std::size_t index);  // pushes what was remembered
  std::size_t memo_size() const { return memo_.size(); }

 private:
  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  struct Memory {
    bool set = false;
    Value value;
  };
  std::size_t memo_limit_;
  std::vector<Value> values_;
  std::vector<std::size_t> marks_;
  std::vector<Memory> memo_;
};

}  // namespace diolkos::formats::pytorch
