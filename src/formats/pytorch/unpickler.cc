#include "formats/pytorch/unpickler.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "formats/pytorch/byte_cursor.h"
#include "formats/pytorch/opcodes.h"
#include "formats/pytorch/pickle_globals.h"
#include "formats/pytorch/pickle_objects.h"
#include "formats/pytorch/pickle_stack.h"

namespace diolkos::formats::pytorch {
namespace {

constexpr std::size_t kMaxName = 512;  // of a module or a global
constexpr std::size_t kMaxMemo = Heap::kMaxObjects * 2;
constexpr int kNewestProtocol = 5;

auto cut_off() { return invalid("is cut off"); }
auto empty_stack() { return invalid("takes a value from an empty stack"); }

Result<bool> done(Status status) {
  TRY(std::move(status));
  return true;
}

class Machine {
 public:
  Machine(Heap& heap, std::size_t begin)
      : heap_(heap), cursor_(heap.source(), begin), stack_(std::min(heap.source().size(), kMaxMemo)) {}

  Result<Unpickled> run();
  std::size_t instruction() const { return instruction_; }  // where the last one began

 private:
  // Each group of instructions answers whether `code` is one of its own.
  Result<bool> constants(std::uint8_t code);
  Result<bool> texts(std::uint8_t code);
  Result<bool> containers(std::uint8_t code);
  Result<bool> memo(std::uint8_t code);
  Result<bool> objects(std::uint8_t code);
  Result<bool> framing(std::uint8_t code);
  Status step(std::uint8_t code);

  template <class T>
  Result<T> operand();
  template <class T>
  Status push_integer();
  template <class Length>
  Status push_text(Kind kind);
  template <class Length>
  Status push_long();
  Status push_float();
  Status push_made(Result<Value> made);
  Status pop_or_unmark();
  Status collect(Kind kind, std::size_t height);  // one object of what lies above `height`
  Status collect_marked(Kind kind);
  Status extend(Kind kind, std::size_t height);  // the container below `height` takes what lies above
  Status extend_marked(Kind kind);
  Status push_global(std::string_view module, std::string_view name);
  Status global();
  Status stack_global();
  Status call();
  Status call_with_keywords();
  Status set_state();
  Status protocol();
  Status frame();

  Heap& heap_;
  ByteCursor cursor_;
  PickleStack stack_;
  std::size_t instruction_ = 0;
};

template <class T>
Result<T> Machine::operand() {
  const auto value = cursor_.take<T>();
  if (!value) return cut_off();
  return *value;
}

template <class T>
Status Machine::push_integer() {
  TRY_ASSIGN(const T value, operand<T>());
  return stack_.push(Value::integer(value));
}

template <class Length>
Status Machine::push_text(Kind kind) {
  TRY_ASSIGN(const std::uint64_t length, operand<Length>());
  const std::size_t begin = cursor_.position();
  if (length > std::numeric_limits<std::uint32_t>::max() || !cursor_.skip(length)) return cut_off();
  return stack_.push({kind, static_cast<std::uint32_t>(length), static_cast<std::int64_t>(begin)});
}

// A two's complement integer of any length; over 64 bits only its bytes are kept.
template <class Length>
Status Machine::push_long() {
  TRY(push_text<Length>(Kind::bytes));
  TRY_ASSIGN(const Value value, stack_.top());
  const std::string_view digits = heap_.text(value);
  if (digits.size() > sizeof(std::int64_t)) return {};
  std::uint64_t number = digits.empty() || static_cast<signed char>(digits.back()) >= 0 ? 0 : ~std::uint64_t{0};
  for (std::size_t i = digits.size(); i-- > 0;) number = number << 8 | static_cast<unsigned char>(digits[i]);
  TRY(stack_.pop());
  return stack_.push(Value::integer(static_cast<std::int64_t>(number)));
}

Status Machine::push_float() {  // the one big-endian number
  TRY_ASSIGN(auto bytes, (operand<std::array<unsigned char, 8>>()));
  std::ranges::reverse(bytes);
  return stack_.push(Value::real(std::bit_cast<double>(bytes)));
}

Status Machine::push_made(Result<Value> made) {
  TRY_ASSIGN(const Value value, std::move(made));
  return stack_.push(value);
}

Status Machine::pop_or_unmark() {
  if (stack_.at_mark())
    TRY(stack_.pop_mark());
  else
    TRY(stack_.pop());
  return {};
}

Status Machine::collect(Kind kind, std::size_t height) {
  if (kind == Kind::dict && stack_.above(height).size() % 2 != 0) return invalid("a dict has a key without a value");
  TRY_ASSIGN(const Value made, heap_.make(kind, stack_.above(height)));
  stack_.cut(height);
  return stack_.push(made);
}

Status Machine::collect_marked(Kind kind) {
  TRY_ASSIGN(const std::size_t height, stack_.pop_mark());
  return collect(kind, height);
}

Status Machine::extend(Kind kind, std::size_t height) {
  if (!stack_.reaches(height)) return empty_stack();
  const Value target = stack_.below(height);
  if (target.kind != Kind::opaque) {
    if (target.kind != kind) return invalid("adds items to a value that is not a container of that kind");
    if (kind == Kind::dict && stack_.above(height).size() % 2 != 0) return invalid("a dict has a key without a value");
    TRY(heap_.append(target, stack_.above(height)));
  }
  stack_.cut(height);
  return {};
}

Status Machine::extend_marked(Kind kind) {
  TRY_ASSIGN(const std::size_t height, stack_.pop_mark());
  return extend(kind, height);
}

Status Machine::push_global(std::string_view module, std::string_view name) {
  TRY_ASSIGN(const std::size_t index, find_global(module, name));
  return stack_.push({Kind::global, 0, static_cast<std::int64_t>(index)});
}

Status Machine::global() {
  const auto module = cursor_.take_line(kMaxName);
  const auto name = module ? cursor_.take_line(kMaxName) : std::nullopt;
  if (!name) return invalid("a global's name is cut off or too long");
  return push_global(*module, *name);
}

Status Machine::stack_global() {
  TRY_ASSIGN(const Value name, stack_.pop());
  TRY_ASSIGN(const Value module, stack_.pop());
  if (name.kind != Kind::text || module.kind != Kind::text) return invalid("a global's name is not a text");
  return push_global(heap_.text(module), heap_.text(name));
}

Status Machine::call() {
  TRY_ASSIGN(const Value arguments, stack_.pop());
  TRY_ASSIGN(const Value callable, stack_.pop());
  return push_made(reduce(heap_, callable, arguments));
}

Status Machine::call_with_keywords() {
  TRY_ASSIGN(const Value keywords, stack_.pop());
  if (keywords.kind != Kind::dict || !heap_.items(keywords).empty())
    return invalid("makes an object with named arguments, which no state dict needs");
  return call();
}

Status Machine::set_state() {
  TRY(stack_.pop());
  TRY_ASSIGN(const Value target, stack_.top());
  return build(target);
}

Status Machine::protocol() {
  TRY_ASSIGN(const auto version, operand<std::uint8_t>());
  if (version <= kNewestProtocol) return {};
  return unsupported(fmt::format("is of protocol {}; expected at most {}", version, kNewestProtocol));
}

Status Machine::frame() {
  TRY_ASSIGN(const auto length, operand<std::uint64_t>());
  if (length > cursor_.left()) return cut_off();
  return {};
}

Result<bool> Machine::constants(std::uint8_t code) {
  switch (code) {
    case kNone: return done(stack_.push({}));
    case kNewTrue: return done(stack_.push(Value::boolean(true)));
    case kNewFalse: return done(stack_.push(Value::boolean(false)));
    case kBinInt: return done(push_integer<std::int32_t>());
    case kBinInt1: return done(push_integer<std::uint8_t>());
    case kBinInt2: return done(push_integer<std::uint16_t>());
    case kLong1: return done(push_long<std::uint8_t>());
    case kLong4: return done(push_long<std::uint32_t>());
    case kBinFloat: return done(push_float());
    default: return false;
  }
}

Result<bool> Machine::texts(std::uint8_t code) {
  switch (code) {
    case kShortBinString:
    case kShortBinUnicode: return done(push_text<std::uint8_t>(Kind::text));
    case kBinString:
    case kBinUnicode: return done(push_text<std::uint32_t>(Kind::text));
    case kBinUnicode8: return done(push_text<std::uint64_t>(Kind::text));
    case kShortBinBytes: return done(push_text<std::uint8_t>(Kind::bytes));
    case kBinBytes: return done(push_text<std::uint32_t>(Kind::bytes));
    case kBinBytes8:
    case kByteArray8: return done(push_text<std::uint64_t>(Kind::bytes));
    default: return false;
  }
}

Result<bool> Machine::containers(std::uint8_t code) {
  const std::size_t height = stack_.height();
  switch (code) {
    case kEmptyList:
    case kEmptySet: return done(collect(Kind::list, height));
    case kEmptyTuple: return done(collect(Kind::tuple, height));
    case kEmptyDict: return done(collect(Kind::dict, height));
    case kTuple1: return stack_.reaches(height) ? done(collect(Kind::tuple, height - 1)) : empty_stack();
    case kTuple2: return stack_.reaches(height - 1) ? done(collect(Kind::tuple, height - 2)) : empty_stack();
    case kTuple3: return stack_.reaches(height - 2) ? done(collect(Kind::tuple, height - 3)) : empty_stack();
    case kTuple: return done(collect_marked(Kind::tuple));
    case kList:
    case kFrozenSet: return done(collect_marked(Kind::list));
    case kDict: return done(collect_marked(Kind::dict));
    case kAppend: return done(extend(Kind::list, height - 1));
    case kSetItem: return done(extend(Kind::dict, height - 2));
    case kAppends:
    case kAddItems: return done(extend_marked(Kind::list));
    case kSetItems: return done(extend_marked(Kind::dict));
    default: return false;
  }
}

Result<bool> Machine::memo(std::uint8_t code) {
  switch (code) {
    case kMemoize: return done(stack_.put(stack_.memo_size()));
    case kBinPut:
    case kBinGet: {
      TRY_ASSIGN(const auto index, operand<std::uint8_t>());
      return done(code == kBinPut ? stack_.put(index) : stack_.get(index));
    }
    case kLongBinPut:
    case kLongBinGet: {
      TRY_ASSIGN(const auto index, operand<std::uint32_t>());
      return done(code == kLongBinPut ? stack_.put(index) : stack_.get(index));
    }
    default: return false;
  }
}

Result<bool> Machine::objects(std::uint8_t code) {
  switch (code) {
    case kGlobal: return done(global());
    case kStackGlobal: return done(stack_global());
    case kReduce:
    case kNewObj: return done(call());
    case kNewObjEx: return done(call_with_keywords());
    case kBuild: return done(set_state());
    case kInst:  // names a class to make an object of; a forbidden one is refused by that name
      TRY(global());
      return false;
    case kBinPersid: {
      TRY_ASSIGN(const Value id, stack_.pop());
      return done(push_made(persistent(heap_, id)));
    }
    default: return false;
  }
}

Result<bool> Machine::framing(std::uint8_t code) {
  switch (code) {
    case kProto: return done(protocol());
    case kFrame: return done(frame());
    case kMark: return done(stack_.mark());
    case kPop: return done(pop_or_unmark());
    case kPopMark: {
      TRY_ASSIGN(const std::size_t height, stack_.pop_mark());
      stack_.cut(height);
      return true;
    }
    case kDup: return done(push_made(stack_.top()));
    default: return false;
  }
}

Status Machine::step(std::uint8_t code) {
  using Group = Result<bool> (Machine::*)(std::uint8_t);
  for (const Group group : {&Machine::memo, &Machine::constants, &Machine::texts, &Machine::containers,
                            &Machine::objects, &Machine::framing}) {
    TRY_ASSIGN(const bool known, (this->*group)(code));
    if (known) return {};
  }
  return unsupported(fmt::format("has instruction 0x{:02x}, which no state dict needs", code));
}

Result<Unpickled> Machine::run() {
  while (true) {
    instruction_ = cursor_.position();
    TRY_ASSIGN(const auto code, operand<std::uint8_t>());
    if (code == kStop) {
      TRY_ASSIGN(const Value root, stack_.pop());
      return Unpickled{root, cursor_.position()};
    }
    TRY(step(code));
  }
}

}  // namespace

Result<Unpickled> unpickle(Heap& heap, std::size_t begin) {
  Machine machine(heap, begin);
  auto result = machine.run();
  if (result || result.error().message.starts_with("refuses")) return result;
  return failure(within(fmt::format("pickle at byte {}", machine.instruction()), std::move(result).error()));
}

}  // namespace diolkos::formats::pytorch
