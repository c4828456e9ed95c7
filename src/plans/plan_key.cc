#include "plans/plan_key.h"

#include <fmt/format.h>

#include "base/sha256.h"

namespace diolkos::plans {
namespace {

std::string cpu_text(cpu::Isa isa) {
  const cpu::Features& has = cpu::features();
  return fmt::format("{} {}, {}{}{}{}{}{}{}{}{}{}", cpu::model_name(), cpu::name_of(isa),
                     has.avx512_vnni ? "+vnni" : "", has.avx512_bf16 ? "+bf16" : "", has.avx_vnni ? "+avxvnni" : "",
                     has.amx_int8 ? "+amxint8" : "", has.amx_bf16 ? "+amxbf16" : "", has.avx2 ? "" : "-avx2",
                     has.neon_dot ? "+dot" : "", has.neon_i8mm ? "+i8mm" : "", has.neon_bf16 ? "+armbf16" : "",
                     has.neon_fp16 ? "+armfp16" : "");
}

std::string input_text(const porting::LoadOptions& options) {
  std::string text = options.size ? fmt::format("{}x{}", options.size->height, options.size->width) : "the model's";
  for (const auto& [name, tensor] : options.bound_inputs)
    text += fmt::format(", {} = {} {} {}", name, name_of(tensor.dtype()), to_string(tensor.shape()),
                        sha256_hex({tensor.data(), tensor.bytes()}).substr(0, 16));
  return text;
}

}  // namespace

std::string engine_version() {
  return fmt::format("diolkos {}, packing {}", DIOLKOS_VERSION, runtime::kPackingVersion);
}

runtime::PlanKey plan_key(std::string_view model, const OpenOptions& options, cpu::Isa isa, int threads) {
  std::string passes;
  for (const std::string& name : options.load.disabled_passes) passes += (passes.empty() ? "" : " ") + name;
  return {{"engine", engine_version()},
          {"model", std::string(model)},
          {"input", input_text(options.load)},
          {"seed", fmt::format("{}", options.load.seed)},
          {"passes left out", passes},
          {"ends", options.float_ends ? "float" : "as stored"},
          {"ending", std::string(porting::name_of(options.load.ending))},
          {"cpu", cpu_text(isa)},
          {"threads", fmt::format("{}", threads)},
          {"convolutions", fmt::format("{}{}", options.session.winograd ? "winograd" : "exact",
                                       options.session.tune ? ", tuned" : "")},
          {"weights", std::string(runtime::name_of(options.session.precision))}};
}

}  // namespace diolkos::plans
