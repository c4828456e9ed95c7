#include "formats/pytorch/pickle_stack.h"

#include <fmt/format.h>

namespace diolkos::formats::pytorch {
namespace {

constexpr std::size_t kMaxHeight = std::size_t{1} << 22;
constexpr std::size_t kMaxMarks = std::size_t{1} << 16;

}  // namespace

Status PickleStack::push(Value value) {
  if (values_.size() == kMaxHeight) return invalid(fmt::format("puts more than {} values on its stack", kMaxHeight));
  values_.push_back(value);
  return {};
}

Result<Value> PickleStack::top() const {
  if (values_.size() <= floor()) return invalid("takes a value from an empty stack");
  return values_.back();
}

Result<Value> PickleStack::pop() {
  TRY_ASSIGN(const Value value, top());
  values_.pop_back();
  return value;
}

Status PickleStack::mark() {
  if (marks_.size() == kMaxMarks) return invalid(fmt::format("nests deeper than {} levels", kMaxMarks));
  marks_.push_back(values_.size());
  return {};
}

Result<std::size_t> PickleStack::pop_mark() {
  if (marks_.empty()) return invalid("goes back to a mark that is not there");
  const std::size_t height = marks_.back();
  marks_.pop_back();
  return height;
}

Status PickleStack::put(std::size_t index) {
  TRY_ASSIGN(const Value value, top());
  if (index >= memo_limit_)
    return invalid(fmt::format("remembers a value as number {}; expected less than {}", index, memo_limit_));
  if (index >= memo_.size()) memo_.resize(index + 1);
  memo_[index] = {true, value};
  return {};
}

Status PickleStack::get(std::size_t index) {
  if (index >= memo_.size() || !memo_[index].set)
    return invalid(fmt::format("recalls value number {}, which it has not remembered", index));
  return push(memo_[index].value);
}

}  // namespace diolkos::formats::pytorch
