// A model by its name, ready to run: from a plan file where one fits, from the model otherwise.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "plans/model_notes.h"
#include "porting/load_model.h"
#include "runtime/session.h"

namespace diolkos::plans {

struct OpenOptions {
  porting::LoadOptions load;
  runtime::SessionOptions session;
  bool float_ends = false;         // porting::give_float_ends before planning
  std::filesystem::path plan;      // a plan file to use, and to write where it is of no use; empty: none
};

struct OpenedModel {
  ModelNotes notes;
  std::unique_ptr<runtime::Session> session;
  enum class Plan { none, loaded, written } plan = Plan::none;
};

// A plan that is missing is written. One that is damaged, or was made from another model, by another version, for
// another CPU or with other options, is replaced, and a warning (base/log.h) says why; so does one that cannot be
// written. Neither is an error: the model is then loaded and planned as if there were no plan file.
Result<OpenedModel> open_model(std::string_view name, const OpenOptions& options);

// A file's name in a folder of plans: of the model's name and everything else that an open plan depends on, so that
// different options do not replace each other.
std::filesystem::path plan_in_folder(const std::filesystem::path& folder, std::string_view name,
                                     const OpenOptions& options);

}  // namespace diolkos::plans
