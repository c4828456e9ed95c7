#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "evaluate/eval_record.h"

namespace diolkos::evaluate {
namespace {

using Named = std::pair<std::string, EvalRecord>;

tl::unexpected<Error> differs(const Named& first, const Named& other, std::string_view what, std::string_view a,
                              std::string_view b) {
  return invalid(fmt::format("{}: {} is '{}', but '{}' in {}; expected shards of one evaluation", other.first, what, b,
                             a, first.first));
}

Status check_alike(const Named& first, const Named& other) {
  const EvalRecord& a = first.second;
  const EvalRecord& b = other.second;
  const Protocol& p = a.protocol;
  const Protocol& q = b.protocol;
  const std::tuple<std::string_view, std::string_view, std::string_view> texts[] = {
      {"the model's SHA-256", a.model.sha256, b.model.sha256},
      {"the runtime", a.runtime, b.runtime},
      {"the precision", a.precision, b.precision},
      {"the protocol's data (SHA-256 of the names)", p.data_sha256, q.data_sha256},
      {"the protocol's input", p.input, q.input},
      {"the protocol's fit", p.fit, q.fit},
      {"the protocol's normalisation", p.normalization, q.normalization},
      {"the protocol's threshold", p.decision, q.decision},
      {"the protocol's mask format", p.mask_format, q.mask_format}};
  for (const auto& [what, left, right] : texts)
    if (left != right) return differs(first, other, what, left, right);
  if (a.classes != b.classes || a.curves.size() != b.curves.size())
    return invalid(
        fmt::format("{}: other classes than {}; expected shards of one evaluation", other.first, first.first));
  return {};
}

Status take_shards(const Named& from, int of, std::set<int>& seen) {
  for (const Shard& shard : from.second.shards) {
    if (shard.of != of)
      return invalid(fmt::format("{}: shard {}/{}, expected one of {}", from.first, shard.index, shard.of, of));
    if (!seen.insert(shard.index).second)
      return invalid(fmt::format("{}: shard {}/{} is given twice", from.first, shard.index, shard.of));
  }
  return {};
}

void add(EvalRecord& sum, const EvalRecord& part) {
  sum.images.insert(sum.images.end(), part.images.begin(), part.images.end());
  for (std::size_t i = 0; i < sum.curves.size(); ++i) merge(sum.curves[i], part.curves[i]);
  sum.elapsed_ms += part.elapsed_ms;
  sum.processor_ms += part.processor_ms;
}

}  // namespace

Result<EvalRecord> merge(const std::vector<Named>& shards) {
  if (shards.empty()) return failure(ErrorCode::usage, "--merge: expected the files of shards");
  const Named& first = shards.front();
  const int of = first.second.shards.front().of;
  std::set<int> seen;
  EvalRecord merged = first.second;
  TRY(take_shards(first, of, seen));
  for (std::size_t i = 1; i < shards.size(); ++i) {
    TRY(check_alike(first, shards[i]));
    TRY(take_shards(shards[i], of, seen));
    add(merged, shards[i].second);
  }
  for (int index = 1; index <= of; ++index)
    if (!seen.contains(index))
      return invalid(
          fmt::format("{}: shard {}/{} is missing among the {} files", first.first, index, of, shards.size()));
  std::ranges::sort(merged.images, {}, &ImageTally::name);
  if (static_cast<std::int64_t>(merged.images.size()) != merged.protocol.count)
    return invalid(fmt::format("{}: the shards hold {} images, expected {}", first.first, merged.images.size(),
                               merged.protocol.count));
  merged.shards = {{1, 1}};
  return merged;
}

}  // namespace diolkos::evaluate
