#include "history/history.h"

#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/temporary_folder.h"

namespace diolkos::history {
namespace {

using ::testing::HasSubstr;

std::string bench(double median, double low, double high, const std::string& verdict = "stable") {
  return fmt::format(
      R"({{"schema": "diolkos.bench/1", "model": {{"name": "/m/fcn.onnx", "sha256": "a", "input": "1x3x8x8"}},
    "runtime": "native", "precision": "fp32", "threads": 2, "latency_ms": {{"median": {}}},
    "median_interval_ms": [{}, {}], "verdict": {{"stability": "{}"}}, "machine": {{"cpu": "C"}}}})",
      median, low, high, verdict);
}

TEST(History, FlagsWhatIsSlowerBeyondNoise) {
  TemporaryFolder folder;
  const auto file = folder / "h.sqlite";
  for (const std::string& document : {bench(100, 98, 102), bench(103, 101, 105), bench(110, 109, 111),
                                      bench(150, 149, 151, "noisy"), bench(90, 89, 91)})
    ASSERT_TRUE(add(file, document, "2025-01-01T00:00:00Z"));
  const auto entries = read(file, "fcn");
  ASSERT_TRUE(entries) << entries.error().message;
  const auto judged = judge(*entries);
  ASSERT_EQ(judged.size(), 5u);
  const bool expected[] = {false, false, true, false, false};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(judged[i].regression, expected[i]) << i;
  EXPECT_THAT(to_text(judged), HasSubstr("REGRESSION"));
  EXPECT_TRUE(read(file, "other")->empty());
}

TEST(History, TablesGoInRowByRowWithoutThoseThatWereNotMeasured) {
  TemporaryFolder folder;
  const std::string table = "{\"schema\": \"diolkos.bench_table/1\", \"rows\": [" + bench(1, 1, 1) +
                            ", {\"label\": \"x\", \"missing\": \"no GPU\"}]}";
  ASSERT_TRUE(add(folder / "h.sqlite", table, now()));
  EXPECT_EQ(read(folder / "h.sqlite", "")->size(), 1u);
}

TEST(History, ErrorsNameTheFile) {
  TemporaryFolder folder;
  EXPECT_THAT(read(folder / "absent.sqlite", "").error().message, HasSubstr("absent.sqlite"));
  std::ofstream(folder / "text.sqlite") << std::string(5000, 'x');
  EXPECT_THAT(read(folder / "text.sqlite", "").error().message, HasSubstr("text.sqlite: file is not a database"));
  EXPECT_THAT(add(folder / "text.sqlite", bench(1, 1, 1), now()).error().message, HasSubstr("text.sqlite"));
  EXPECT_FALSE(add(folder / "h.sqlite", "{\"schema\": \"diolkos.bench/1\"}", now()));
  EXPECT_FALSE(std::filesystem::exists(folder / "h.sqlite"));
}

}  // namespace
}  // namespace diolkos::history
