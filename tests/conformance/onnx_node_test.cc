// ONNX's own node tests through the reader, the reference, the native runtime and the writer. Every case passes, or
// stands in out_of_scope.cc with a reason; the report says which.
#include <algorithm>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "conformance/case_routes.h"
#include "conformance/out_of_scope.h"

namespace diolkos::conformance {
namespace {

namespace fs = std::filesystem;

struct Report {
  int passed = 0;
  std::vector<std::string> failed;
  std::vector<std::string> out_of_scope;
  std::vector<std::string> stale;    // listed as out of scope, yet passing or matching nothing
  std::vector<std::string> refused;  // not in an opset that lacks what they use

  std::string text() const {
    std::string text = fmt::format("ONNX node tests: {} pass, {} fail, {} out of scope\nEach by: ", passed,
                                   failed.size(), out_of_scope.size());
    for (const Route& route : routes()) text += fmt::format("{}; ", route.name);
    text.replace(text.size() - 2, 2, "\n");
    const auto list = [&](std::string_view title, const std::vector<std::string>& lines) {
      if (lines.empty()) return;
      text += fmt::format("\n{} ({}):\n", title, lines.size());
      for (const std::string& line : lines) text += fmt::format("  {}\n", line);
    };
    list("Fail", failed);
    list("Listed as out of scope, but not", stale);
    list("Out of scope", out_of_scope);
    list("Pass, but cannot be written in an older opset", refused);
    return text;
  }
};

std::vector<fs::path> folders(const fs::path& root) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(root))
    if (fs::exists(entry.path() / "model.onnx")) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

const OutOfScope* listed(std::string_view name) {
  for (const OutOfScope& entry : out_of_scope())
    if (matches(entry.pattern, name)) return &entry;
  return nullptr;
}

// Everything that went wrong, empty where nothing did.
std::vector<std::string> problems_of(const fs::path& folder, const fs::path& exports, Report& report) {
  const auto test = load_case(folder);
  if (!test) return {fmt::format("load: {}", test.error().message)};
  std::vector<std::string> problems;
  for (const Route& route : routes()) {
    const Status status = route.run(*test, exports);
    if (status) continue;
    const std::string line = fmt::format("{}: {}", route.name, status.error().message);
    const bool too_old = route.opset != 0 && status.error().code == ErrorCode::unsupported;
    (too_old ? report.refused : problems).push_back(too_old ? fmt::format("{}: {}", test->name, line) : line);
  }
  return problems;
}

void run_case(const fs::path& folder, const fs::path& exports, Report& report) {
  const std::string name = folder.filename().string();
  const std::vector<std::string> problems = problems_of(folder, exports, report);
  const OutOfScope* entry = listed(name);
  if (entry != nullptr && problems.empty()) report.stale.push_back(fmt::format("{}: passes", name));
  if (entry != nullptr && !problems.empty())
    report.out_of_scope.push_back(fmt::format("{}: {} [{}]", name, entry->reason, problems[0]));
  if (entry == nullptr && problems.empty()) ++report.passed;
  if (entry == nullptr && !problems.empty())
    report.failed.push_back(fmt::format("{}: {}", name, fmt::join(problems, "; ")));
}

void find_unused_patterns(const std::vector<fs::path>& cases, Report& report) {
  for (const OutOfScope& entry : out_of_scope()) {
    const bool used = std::any_of(cases.begin(), cases.end(), [&](const fs::path& folder) {
      return matches(entry.pattern, folder.filename().string());
    });
    if (!used) report.stale.push_back(fmt::format("pattern '{}' matches no case", entry.pattern));
  }
}

TEST(OnnxNode, EveryCasePassesOrIsOutOfScopeForAReason) {
  const fs::path root = DIOLKOS_TEST_ASSETS "/conformance/onnx_node";
  if (!fs::is_directory(root)) GTEST_SKIP() << root << " is not there: ONNX's node tests are not run";
  const fs::path folder = DIOLKOS_CONFORMANCE_FOLDER;
  const fs::path exports = folder / "exported";
  fs::remove_all(exports);
  fs::create_directories(exports);
  const std::vector<fs::path> cases = folders(root);
  ASSERT_FALSE(cases.empty());
  Report report;
  for (const fs::path& one : cases) run_case(one, exports, report);
  find_unused_patterns(cases, report);
  const std::string text = report.text();
  std::ofstream(folder / "onnx_node_report.txt") << text;
  fmt::print("{}\nWritten to {}\n", text, (folder / "onnx_node_report.txt").string());
  EXPECT_TRUE(report.failed.empty()) << report.failed.size() << " cases fail";
  EXPECT_TRUE(report.stale.empty()) << "out_of_scope.cc lists what is not";
}

TEST(OutOfScope, Patterns) {
  EXPECT_TRUE(matches("test_*_x", "test_a_x"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("test", "test"));
  EXPECT_FALSE(matches("test", "test_a"));
  EXPECT_FALSE(matches("test_*_x", "test_x"));
}

}  // namespace
}  // namespace diolkos::conformance
