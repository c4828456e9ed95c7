// The opened library: the table, one environment for the process, and calls whose errors are values.
#pragma once

#include <string>

#include "base/result.h"
#include "onnxruntime/api.h"

namespace diolkos::plugin::ort {

class Runtime {
 public:
  static Result<Runtime> open();

  const std::string& version() const { return version_; }
  const Environment* environment() const { return environment_; }

  // call(kSlot, arguments...) for functions that return a status.
  template <class Function, class... Arguments>
  ::diolkos::Status call(const Slot<Function>& slot, Arguments... arguments) const {
    return check(slot.in(table_)(arguments...));
  }
  template <class Function, class Object>
  void release(const Slot<Function>& slot, Object* object) const {
    slot.in(table_)(object);
  }

 private:
  ::diolkos::Status check(Status* status) const;
  const void* const* table_ = nullptr;
  Environment* environment_ = nullptr;
  std::string version_;
};

}  // namespace diolkos::plugin::ort
