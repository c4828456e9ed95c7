// Results over time: what `--history FILE` keeps and `diolkos history` tells.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace diolkos::history {

// One figure of one result, with its noise.
struct Entry {
  std::string time;    // UTC, "2025-05-06T07:08:09Z"
  std::string figure;  // "median ms" or "mIoU"
  // What has to be equal for two figures to compare.
  std::string model, runtime, precision, machine, protocol;
  int threads = 0;
  std::string model_sha256;  // may differ: newer weights
  double value = 0, low = 0, high = 0;
  std::string verdict;  // of a time: "stable"
};

// Adds each row of a document of diolkos.bench (1 or 2), bench_table or eval to the database, which is made where it is
// missing; rows without a measurement are left out. All or nothing.
Status add(const std::filesystem::path& database, std::string_view document, std::string_view time);

// Those of a model, by a part of its name (empty: all), the oldest first.
Result<std::vector<Entry>> read(const std::filesystem::path& database, std::string_view model);

struct Judged {
  Entry entry;
  std::string change;  // "+12.3 %" against the entry before that compares; empty for the first one
  bool regression = false;
};

// A time is a regression where it is more than 2 % longer than the one before and the 95 % intervals do not touch, both
// being stable; an mIoU, which on equal data and weights does not vary, where it fell by more than 0.0005.
std::vector<Judged> judge(const std::vector<Entry>& entries);

std::string to_text(const std::vector<Judged>& judged);
std::string now();  // UTC, as Entry::time

}  // namespace diolkos::history
