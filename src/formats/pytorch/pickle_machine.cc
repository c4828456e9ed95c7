#include "formats/pytorch/pickle_machine.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include <fmt/format.h>

#include "formats/pytorch/pickle_globals.h"
#include "formats/pytorch/pickle_objects.h"

namespace diolkos::formats::pytorch {
namespace {

constexpr std::size_t kMaxName = 512;  // of a module or a global
constexpr std::size_t kMaxMemo = Heap::kMaxObjects * 2;
constexpr int kNewestProtocol = 5;

auto empty_stack() { return invalid("takes a value from an empty stack"); }

Status check_pairs(Kind kind, std::size_t count) {
  if (kind == Kind::dict && count % 2 != 0) return invalid("a dict has a key without a value");
  return {};
}

}  // namespace

PickleMachine::PickleMachine(Heap& heap, std::size_t begin)
    : heap_(heap), cursor_(heap.source(), begin), stack_(std::min(heap.source().size(), kMaxMemo)) {}

Status PickleMachine::protocol() {
  TRY_ASSIGN(const auto version, operand<std::uint8_t>());
  if (version <= kNewestProtocol) return {};
  return unsupported(fmt::format("is of protocol {}; expected at most {}", version, kNewestProtocol));
}

Status PickleMachine::frame() {
  TRY_ASSIGN(const auto length, operand<std::uint64_t>());
  if (length > cursor_.left()) return invalid("is cut off");
  return {};
}

Status PickleMachine::push_bytes(Kind kind, std::uint64_t length) {
  const std::size_t begin = cursor_.position();
  if (length > std::numeric_limits<std::uint32_t>::max() || !cursor_.skip(length)) return invalid("is cut off");
  return stack_.push({kind, static_cast<std::uint32_t>(length), static_cast<std::int64_t>(begin)});
}

Status PickleMachine::bytes_to_integer() {
  TRY_ASSIGN(const Value value, stack_.top());
  const std::string_view digits = heap_.text(value);
  if (digits.size() > sizeof(std::int64_t)) return {};
  std::uint64_t number = digits.empty() || static_cast<signed char>(digits.back()) >= 0 ? 0 : ~std::uint64_t{0};
  for (std::size_t i = digits.size(); i-- > 0;) number = number << 8 | static_cast<unsigned char>(digits[i]);
  TRY(stack_.pop());
  return stack_.push(Value::integer(static_cast<std::int64_t>(number)));
}

Status PickleMachine::push_float() {  // the one big-endian number
  TRY_ASSIGN(auto bytes, (operand<std::array<unsigned char, 8>>()));
  std::ranges::reverse(bytes);
  return stack_.push(Value::real(std::bit_cast<double>(bytes)));
}

Status PickleMachine::push_made(Result<Value> made) {
  TRY_ASSIGN(const Value value, std::move(made));
  return stack_.push(value);
}

Status PickleMachine::duplicate() { return push_made(stack_.top()); }

Status PickleMachine::pop_or_unmark() {
  if (stack_.at_mark())
    TRY(stack_.pop_mark());
  else
    TRY(stack_.pop());
  return {};
}

Status PickleMachine::pop_to_mark() {
  TRY_ASSIGN(const std::size_t height, stack_.pop_mark());
  stack_.cut(height);
  return {};
}

Status PickleMachine::collect(Kind kind, std::size_t count) {
  if (!stack_.holds(count)) return empty_stack();
  return collect_above(kind, stack_.height() - count);
}

Status PickleMachine::collect_marked(Kind kind) {
  TRY_ASSIGN(const std::size_t height, stack_.pop_mark());
  return collect_above(kind, height);
}

Status PickleMachine::collect_above(Kind kind, std::size_t height) {
  TRY(check_pairs(kind, stack_.above(height).size()));
  TRY_ASSIGN(const Value made, heap_.make(kind, stack_.above(height)));
  stack_.cut(height);
  return stack_.push(made);
}

Status PickleMachine::extend(Kind kind, std::size_t count) {
  if (!stack_.holds(count + 1)) return empty_stack();
  return extend_below(kind, stack_.height() - count);
}

Status PickleMachine::extend_marked(Kind kind) {
  TRY_ASSIGN(const std::size_t height, stack_.pop_mark());
  if (!stack_.holds(stack_.height() - height + 1)) return empty_stack();
  return extend_below(kind, height);
}

Status PickleMachine::extend_below(Kind kind, std::size_t height) {
  const Value target = stack_.above(height - 1)[0];
  if (target.kind != Kind::opaque) {
    if (target.kind != kind) return invalid("adds items to a value that is not a container of that kind");
    TRY(check_pairs(kind, stack_.above(height).size()));
    TRY(heap_.append(target, stack_.above(height)));
  }
  stack_.cut(height);
  return {};
}

Status PickleMachine::push_global(std::string_view module, std::string_view name) {
  TRY_ASSIGN(const std::size_t index, find_global(module, name));
  return stack_.push({Kind::global, 0, static_cast<std::int64_t>(index)});
}

Status PickleMachine::global() {
  const auto module = cursor_.take_line(kMaxName);
  const auto name = module ? cursor_.take_line(kMaxName) : std::nullopt;
  if (!name) return invalid("a global's name is cut off or too long");
  return push_global(*module, *name);
}

Status PickleMachine::stack_global() {
  TRY_ASSIGN(const Value name, stack_.pop());
  TRY_ASSIGN(const Value module, stack_.pop());
  if (name.kind != Kind::text || module.kind != Kind::text) return invalid("a global's name is not a text");
  return push_global(heap_.text(module), heap_.text(name));
}

Status PickleMachine::call() {
  TRY_ASSIGN(const Value arguments, stack_.pop());
  TRY_ASSIGN(const Value callable, stack_.pop());
  return push_made(reduce(heap_, callable, arguments));
}

Status PickleMachine::call_with_keywords() {
  TRY_ASSIGN(const Value keywords, stack_.pop());
  if (keywords.kind != Kind::dict || !heap_.items(keywords).empty())
    return invalid("makes an object with named arguments, which no state dict needs");
  return call();
}

Status PickleMachine::set_state() {
  TRY(stack_.pop());
  TRY_ASSIGN(const Value target, stack_.top());
  return build(target);
}

Status PickleMachine::load_persistent() {
  TRY_ASSIGN(const Value id, stack_.pop());
  return push_made(persistent(heap_, id));
}

}  // namespace diolkos::formats::pytorch
