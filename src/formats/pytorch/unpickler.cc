#include "formats/pytorch/unpickler.h"

#include <cstdint>

#include <fmt/format.h>

#include "formats/pytorch/opcodes.h"
#include "formats/pytorch/pickle_machine.h"

namespace diolkos::formats::pytorch {
namespace {

// Each group of instructions answers whether `code` is one of its own.
Result<bool> done(Status status) {
  TRY(std::move(status));
  return true;
}

Result<bool> memo(PickleMachine& machine, std::uint8_t code) {
  switch (code) {
    case kMemoize: return done(machine.stack().put(machine.stack().memo_size()));
    case kBinPut: return done(machine.put<std::uint8_t>());
    case kLongBinPut: return done(machine.put<std::uint32_t>());
    case kBinGet: return done(machine.get<std::uint8_t>());
    case kLongBinGet: return done(machine.get<std::uint32_t>());
    default: return false;
  }
}

Result<bool> constants(PickleMachine& machine, std::uint8_t code) {
  switch (code) {
    case kNone: return done(machine.stack().push({}));
    case kNewTrue: return done(machine.stack().push(Value::boolean(true)));
    case kNewFalse: return done(machine.stack().push(Value::boolean(false)));
    case kBinInt: return done(machine.push_integer<std::int32_t>());
    case kBinInt1: return done(machine.push_integer<std::uint8_t>());
    case kBinInt2: return done(machine.push_integer<std::uint16_t>());
    case kLong1: return done(machine.push_long<std::uint8_t>());
    case kLong4: return done(machine.push_long<std::uint32_t>());
    case kBinFloat: return done(machine.push_float());
    default: return false;
  }
}

Result<bool> texts(PickleMachine& machine, std::uint8_t code) {
  switch (code) {
    case kShortBinString:
    case kShortBinUnicode: return done(machine.push_text<std::uint8_t>(Kind::text));
    case kBinString:
    case kBinUnicode: return done(machine.push_text<std::uint32_t>(Kind::text));
    case kBinUnicode8: return done(machine.push_text<std::uint64_t>(Kind::text));
    case kShortBinBytes: return done(machine.push_text<std::uint8_t>(Kind::bytes));
    case kBinBytes: return done(machine.push_text<std::uint32_t>(Kind::bytes));
    case kBinBytes8:
    case kByteArray8: return done(machine.push_text<std::uint64_t>(Kind::bytes));
    default: return false;
  }
}

Result<bool> containers(PickleMachine& machine, std::uint8_t code) {
  switch (code) {
    case kEmptyList:
    case kEmptySet: return done(machine.collect(Kind::list, 0));
    case kEmptyTuple: return done(machine.collect(Kind::tuple, 0));
    case kEmptyDict: return done(machine.collect(Kind::dict, 0));
    case kTuple1: return done(machine.collect(Kind::tuple, 1));
    case kTuple2: return done(machine.collect(Kind::tuple, 2));
    case kTuple3: return done(machine.collect(Kind::tuple, 3));
    case kTuple: return done(machine.collect_marked(Kind::tuple));
    case kList:
    case kFrozenSet: return done(machine.collect_marked(Kind::list));
    case kDict: return done(machine.collect_marked(Kind::dict));
    case kAppend: return done(machine.extend(Kind::list, 1));
    case kSetItem: return done(machine.extend(Kind::dict, 2));
    case kAppends:
    case kAddItems: return done(machine.extend_marked(Kind::list));
    case kSetItems: return done(machine.extend_marked(Kind::dict));
    default: return false;
  }
}

Result<bool> objects(PickleMachine& machine, std::uint8_t code) {
  switch (code) {
    case kGlobal: return done(machine.global());
    case kStackGlobal: return done(machine.stack_global());
    case kReduce:
    case kNewObj: return done(machine.call());
    case kNewObjEx: return done(machine.call_with_keywords());
    case kBuild: return done(machine.set_state());
    case kBinPersid: return done(machine.load_persistent());
    case kInst:  // names a class to make an object of: a forbidden one is refused by that name
      TRY(machine.global());
      return false;
    default: return false;
  }
}

Result<bool> framing(PickleMachine& machine, std::uint8_t code) {
  switch (code) {
    case kProto: return done(machine.protocol());
    case kFrame: return done(machine.frame());
    case kMark: return done(machine.stack().mark());
    case kPop: return done(machine.pop_or_unmark());
    case kPopMark: return done(machine.pop_to_mark());
    case kDup: return done(machine.duplicate());
    default: return false;
  }
}

Status step(PickleMachine& machine, std::uint8_t code) {
  for (const auto group : {memo, constants, texts, containers, objects, framing}) {
    TRY_ASSIGN(const bool known, group(machine, code));
    if (known) return {};
  }
  return unsupported(fmt::format("has instruction 0x{:02x}, which no state dict needs", code));
}

// Runs to STOP; `instruction` is where the last one began.
Result<Unpickled> run(PickleMachine& machine, std::size_t& instruction) {
  while (true) {
    instruction = machine.position();
    TRY_ASSIGN(const auto code, machine.operand<std::uint8_t>());
    if (code == kStop) {
      TRY_ASSIGN(const Value root, machine.stack().pop());
      return Unpickled{root, machine.position()};
    }
    TRY(step(machine, code));
  }
}

}  // namespace

Result<Unpickled> unpickle(Heap& heap, std::size_t begin) {
  PickleMachine machine(heap, begin);
  std::size_t instruction = begin;
  auto result = run(machine, instruction);
  if (result || result.error().message.starts_with("refuses")) return result;
  return failure(within(fmt::format("pickle at byte {}", instruction), std::move(result).error()));
}

}  // namespace diolkos::formats::pytorch
