// The primitive operations of the pickle machine: what instructions are made of. Each takes its operands from the
// bytes and its arguments from the stack, and leaves its result there.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "formats/pytorch/byte_cursor.h"
#include "formats/pytorch/pickle_stack.h"
#include "formats/pytorch/pickle_value.h"

namespace diolkos::formats::pytorch {

class PickleMachine {
 public:
  PickleMachine(Heap& heap, std::size_t begin);

  std::size_t position() const { return cursor_.position(); }
  PickleStack& stack() { return stack_; }

  template <class T>
  Result<T> operand() {
    const auto value = cursor_.take<T>();
    if (!value) return invalid("is cut off");
    return *value;
  }
  Status protocol();
  Status frame();

  template <class T>
  Status push_integer() {
    TRY_ASSIGN(const T value, operand<T>());
    return stack_.push(Value::integer(value));
  }
  template <class Length>
  Status push_text(Kind kind) {
    TRY_ASSIGN(const Length length, operand<Length>());
    return push_bytes(kind, length);
  }
  // A two's complement integer of any length; over 64 bits only its bytes are kept.
  template <class Length>
  Status push_long() {
    TRY(push_text<Length>(Kind::bytes));
    return bytes_to_integer();
  }
  Status push_float();

  template <class Index>
  Status put() {  // remembers the top of the stack under a number
    TRY_ASSIGN(const Index index, operand<Index>());
    return stack_.put(index);
  }
  template <class Index>
  Status get() {
    TRY_ASSIGN(const Index index, operand<Index>());
    return stack_.get(index);
  }
  Status duplicate();
  Status pop_or_unmark();
  Status pop_to_mark();

  Status collect(Kind kind, std::size_t count);  // the last `count` values become one object
  Status collect_marked(Kind kind);              // those since the mark
  Status extend(Kind kind, std::size_t count);   // the container below the last `count` values takes them
  Status extend_marked(Kind kind);

  Status global();
  Status stack_global();
  Status call();
  Status call_with_keywords();
  Status set_state();
  Status load_persistent();

 private:
  Status push_made(Result<Value> made);
  Status push_bytes(Kind kind, std::uint64_t length);
  Status bytes_to_integer();
  Status push_global(std::string_view module, std::string_view name);
  Status collect_above(Kind kind, std::size_t height);
  Status extend_below(Kind kind, std::size_t height);

  Heap& heap_;
  ByteCursor cursor_;
  PickleStack stack_;
};

}  // namespace diolkos::formats::pytorch
