#include "plans/open_model.h"

#include <fmt/format.h>

#include "base/log.h"
#include "base/sha256.h"
#include "base/thread_pool.h"
#include "plans/file_stamp.h"
#include "plans/plan_key.h"
#include "porting/float_ends.h"

namespace diolkos::plans {
namespace {

bool is_file(std::string_view name) { return stamp_of(std::filesystem::path(name)).has_value(); }

std::string model_key(std::string_view name, std::span<const ModelFile> files) {
  if (files.empty()) return std::string(name);
  std::string text;
  for (const ModelFile& file : files) text += (text.empty() ? "" : " ") + file.sha256;
  return text;
}

// The files as they are now; those that still have their stamps are not read again.
Result<std::vector<ModelFile>> files_now(std::vector<ModelFile> files) {
  for (ModelFile& file : files) {
    const auto stamp = stamp_of(file.path);
    if (!stamp) return io_failure(fmt::format("'{}' is gone", file.path));
    if (*stamp == file.stamp) continue;
    TRY_ASSIGN(file.sha256, sha256_of_file(file.path));
    file.stamp = *stamp;
  }
  return files;
}

struct Wanted {
  std::string_view name;
  const OpenOptions& options;
  cpu::Isa isa;
  int threads;

  runtime::PlanKey key(std::span<const ModelFile> files) const {
    return plan_key(model_key(name, files), options, isa, threads);
  }
};

Result<OpenedModel> load_plan(const Wanted& wanted) {
  TRY_ASSIGN(const std::string text, runtime::read_plan_notes(wanted.options.plan));
  TRY_ASSIGN(ModelNotes notes, parse_notes(text));
  std::error_code ignored;
  if (notes.files.empty() == is_file(wanted.name) ||
      (!notes.files.empty() && !std::filesystem::equivalent(notes.files[0].path, std::string(wanted.name), ignored)))
    notes.files.assign(is_file(wanted.name) ? 1 : 0, {std::string(wanted.name), "", ""});
  TRY_ASSIGN(const std::vector<ModelFile> files, files_now(notes.files));
  TRY_ASSIGN(auto stored, runtime::read_plan(wanted.options.plan, wanted.key(files), wanted.threads));
  OpenedModel opened;
  TRY_ASSIGN(opened.notes, parse_notes(stored.notes));
  opened.notes.name = wanted.name;
  TRY_ASSIGN(opened.session, runtime::Session::restore(std::move(stored), wanted.options.session));
  opened.plan = OpenedModel::Plan::loaded;
  return opened;
}

Result<OpenedModel> build(const Wanted& wanted, std::vector<std::filesystem::path>* files) {
  TRY_ASSIGN(porting::LoadedModel model, porting::load_model(wanted.name, wanted.options.load));
  OpenedModel opened;
  opened.notes = describe(model);
  if (model.format != porting::FileFormat::random) files->emplace_back(std::string(wanted.name));
  files->insert(files->end(), model.companions.begin(), model.companions.end());
  if (wanted.options.float_ends) TRY(porting::give_float_ends(model.graph));
  TRY_ASSIGN(opened.session, runtime::Session::create(std::move(model.graph), wanted.options.session));
  return opened;
}

// `before`: the stamp of the model's file before it was read, which may since have been replaced.
Status save_plan(const Wanted& wanted, OpenedModel& opened, std::span<const std::filesystem::path> paths,
                 const std::string& before) {
  std::vector<ModelFile> files;
  for (const std::filesystem::path& path : paths) files.push_back({std::filesystem::absolute(path).string(), "", ""});
  if (!files.empty()) {
    files[0].stamp = before;
    files[0].sha256 = opened.notes.sha256;
  }
  TRY_ASSIGN(opened.notes.files, files_now(std::move(files)));
  if (!opened.notes.files.empty() && opened.notes.files[0].stamp != before)
    return io_failure(fmt::format("'{}' changed while it was read", wanted.name));
  TRY(opened.session->save(wanted.options.plan, wanted.key(opened.notes.files), to_text(opened.notes)));
  opened.plan = OpenedModel::Plan::written;
  return {};
}

}  // namespace

Result<OpenedModel> open_model(std::string_view name, const OpenOptions& options) {
  std::vector<std::filesystem::path> files;
  TRY_ASSIGN(const cpu::Isa isa, cpu::choose_isa(options.session.isa));
  const int threads = options.session.threads > 0 ? options.session.threads : available_threads();
  const Wanted wanted{name, options, isa, threads};
  if (options.plan.empty()) return build(wanted, &files);
  std::error_code ignored;
  std::string reason = "there was none";
  if (std::filesystem::exists(options.plan, ignored)) {
    auto loaded = load_plan(wanted);
    if (loaded) {
      std::filesystem::last_write_time(options.plan, std::filesystem::file_time_type::clock::now(), ignored);  // used
      return loaded;
    }
    reason = "the one that was there was of no use: " + loaded.error().message;
    log::warning(fmt::format("{}: {}; the plan is made anew", options.plan.string(), loaded.error().message));
  }
  const std::string before = stamp_of(std::filesystem::path(name)).value_or("");
  TRY_ASSIGN(OpenedModel built, build(wanted, &files));
  built.notes.reason = std::move(reason);
  if (const Status saved = save_plan(wanted, built, files, before); !saved)
    log::warning(fmt::format("{}: the plan is not kept: {}", options.plan.string(), saved.error().message));
  return built;
}

std::filesystem::path plan_in_folder(const std::filesystem::path& folder, std::string_view name,
                                     const OpenOptions& options) {
  const int threads = options.session.threads > 0 ? options.session.threads : available_threads();
  const cpu::Isa isa = options.session.isa.value_or(cpu::best_isa());
  std::error_code ignored;
  const std::filesystem::path place = std::filesystem::weakly_canonical(std::filesystem::path(name), ignored);
  Sha256 hash;
  for (const auto& [what, value] :
       plan_key(is_file(name) ? place.string() : std::string(name), options, isa, threads)) {
    const std::string line = what + "=" + value + "\n";
    hash.update(std::as_bytes(std::span(line)));
  }
  std::string stem = std::filesystem::path(name).stem().string();
  for (char& letter : stem)
    if (letter == ':' || letter == '/') letter = '_';
  return folder / fmt::format("{}-{}.dplan", stem, hash.hex().substr(0, 12));
}

}  // namespace diolkos::plans
