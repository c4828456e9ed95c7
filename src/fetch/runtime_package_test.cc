#include "fetch/runtime_package.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include "fetch/index_page.h"
#include "fetch/loopback_server.h"
#include "fetch/unpack_wheel.h"
#include "support/temporary_folder.h"

namespace diolkos::fetch {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(IndexPage, FindsTheFileAmongTheLinks) {
  constexpr std::string_view kPage =
      "<a href=\"../../packages/aa/x-1.0-cp311.whl#sha256=00\">x</a>\n"
      "<a href=\"/packages/bb/x-1.0-cp312.whl#sha256=11\" data-requires-python=\"&gt;=3.11\">x</a>\n"
      "<a href=\"https://files.example/cc/x-1.0-cp313.whl\">x</a> <a href=\"broken";
  const std::string at = "https://index.example/simple/x/";
  EXPECT_EQ(link_to(kPage, "x-1.0-cp311.whl", at), "https://index.example/packages/aa/x-1.0-cp311.whl");
  EXPECT_EQ(link_to(kPage, "x-1.0-cp312.whl", at), "https://index.example/packages/bb/x-1.0-cp312.whl");
  EXPECT_EQ(link_to(kPage, "x-1.0-cp313.whl", at), "https://files.example/cc/x-1.0-cp313.whl");
  EXPECT_EQ(link_to(kPage, "1.0-cp313.whl", at), std::nullopt);
  EXPECT_EQ(link_to("", "x", at), std::nullopt);
}

TEST(IndexPage, DoesNotClimbOverTheHost) {
  EXPECT_EQ(link_to("href=\"../../../../../a.whl\"", "a.whl", "http://h/s/"), "http://h/a.whl");
}

class WheelTest : public ::testing::Test {
 protected:
  fs::path make(const std::vector<std::pair<std::string, std::string>>& entries) {
    const fs::path path = folder_.path() / "a.whl";
    int code = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    for (const auto& [name, text] : entries)
      zip_file_add(archive, name.c_str(), zip_source_buffer(archive, text.data(), text.size(), 0), ZIP_FL_ENC_UTF_8);
    zip_close(archive);
    return path;
  }
  std::string contents(const fs::path& path) const {
    std::ifstream stream(folder_.path() / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  TemporaryFolder folder_;
};

TEST_F(WheelTest, KeepsWhatIsWantedAndTheLicences) {
  const fs::path wheel =
      make({{"x/libs/libx.so.1", "code"}, {"x/__init__.py", "no"}, {"x-1.dist-info/LICENSE", "may"}});
  ASSERT_TRUE(unpack_wheel(wheel, "x/libs/", folder_.path() / "out"));
  EXPECT_EQ(contents("out/x/libs/libx.so.1"), "code");
  EXPECT_EQ(contents("out/x-1.dist-info/LICENSE"), "may");
  EXPECT_FALSE(fs::exists(folder_.path() / "out/x/__init__.py"));
  EXPECT_NE(fs::status(folder_.path() / "out/x/libs/libx.so.1").permissions() & fs::perms::owner_exec, fs::perms::none);
}

TEST_F(WheelTest, RefusesWhatLeadsOut) {
  const auto status = unpack_wheel(make({{"x/../../evil", "x"}}), "x/", folder_.path() / "out");
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("leads out"));
  EXPECT_FALSE(fs::exists(folder_.path() / "evil"));
}

TEST_F(WheelTest, RefusesOtherFiles) {
  EXPECT_FALSE(unpack_wheel(make({{"y/a", "x"}}), "x/", folder_.path() / "out"));
  std::ofstream(folder_.path() / "text") << "no archive";
  EXPECT_FALSE(unpack_wheel(folder_.path() / "text", "x/", folder_.path() / "out"));
  EXPECT_FALSE(unpack_wheel(folder_.path() / "absent", "x/", folder_.path() / "out"));
}

InstallOptions from(const testing::LoopbackServer& server, const TemporaryFolder& folder) {
  InstallOptions options;
  options.index = server.address();
  options.folder = folder.path();
  options.architecture = "x86_64";
  return options;
}

TEST(InstallRuntime, EveryPackageHasBothArchitecturesAndAWholeDigest) {
  for (const RuntimePackage& package : runtime_packages()) {
    EXPECT_EQ(package.wheels.size(), 2u) << package.name;
    for (const Wheel& wheel : package.wheels) {
      EXPECT_EQ(wheel.sha256.size(), 64u) << wheel.file;
      EXPECT_THAT(std::string(wheel.file), AllOf(HasSubstr(std::string(package.version)),
                                                 HasSubstr(std::string(wheel.architecture))));
    }
  }
}

TEST(InstallRuntime, AnIndexWithoutTheFileIsNamed) {
  const TemporaryFolder folder;
  const testing::LoopbackServer server("<html>nothing here</html>", {{}});
  const auto result = install_runtime("onnxruntime", from(server, folder));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, AllOf(HasSubstr("does not have onnxruntime-1."), HasSubstr("--index")));
}

TEST(InstallRuntime, AWheelOfOtherBytesIsRefused) {
  const TemporaryFolder folder;
  const std::string page = "<a href=\"" + std::string(runtime_packages()[0].wheels[0].file) + "\">";
  const testing::LoopbackServer server(page, {{}});
  const auto result = install_runtime("onnxruntime", from(server, folder));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("SHA-256"));
  for (const auto& entry : fs::directory_iterator(folder.path() / "runtimes"))
    EXPECT_EQ(entry.path().filename(), "downloads");
}

TEST(InstallRuntime, UnknownNamesAreUsageErrors) {
  const auto result = install_runtime("onnxruntme");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::usage);
  EXPECT_THAT(result.error().message, HasSubstr("did you mean 'onnxruntime'"));
  EXPECT_FALSE(install_runtime("litert", {.folder = "/tmp", .architecture = "m68k"}));
}

}  // namespace
}  // namespace diolkos::fetch
