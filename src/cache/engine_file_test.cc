#include "cache/engine_file.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace diolkos::cache {
namespace {

using testing::HasSubstr;

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

EngineFile sample() {
  return {{{"tensorrt", "10.3.0"}, {"device", "Orin: 8.7"}},
          "there was none",
          "two layers fell back",
          {bytes_of("in"), bytes_of("out")},
          bytes_of("an engine of some length")};
}

class EngineFileTest : public testing::Test {
 protected:
  std::string read_file() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write_file(std::string_view text) const {
    std::ofstream(path_, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
  }
  std::string problem() const {
    const auto file = read_engine(path_);
    return file ? "" : file.error().message;
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "a.engine";
};

TEST_F(EngineFileTest, ComesBackAsItWas) {
  ASSERT_TRUE(write_engine(path_, sample()));
  const auto file = read_engine(path_);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->key, sample().key);
  EXPECT_EQ(file->reason, "there was none");
  EXPECT_EQ(file->remark, "two layers fell back");
  EXPECT_EQ(file->golden.input, bytes_of("in"));
  EXPECT_EQ(file->golden.output, bytes_of("out"));
  EXPECT_EQ(file->engine, sample().engine);
  const auto head = read_engine_head(path_);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->key, sample().key);
  EXPECT_TRUE(head->engine.empty());
}

TEST_F(EngineFileTest, AnyBitThatChangesIsNoticed) {
  ASSERT_TRUE(write_engine(path_, sample()));
  const std::string whole = read_file();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    write_file(damaged);
    EXPECT_NE(problem(), "") << "byte " << i;
    (void)read_engine_head(path_);
  }
}

TEST_F(EngineFileTest, AnyLengthThatChangesIsNoticed) {
  ASSERT_TRUE(write_engine(path_, sample()));
  const std::string whole = read_file();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write_file(whole.substr(0, length));
    EXPECT_THAT(problem(), HasSubstr("damaged")) << length;
  }
  write_file(whole + "x");
  EXPECT_THAT(problem(), HasSubstr("goes on"));
  write_file("{\"a\": \"json document that is longer than a header of seventy-two bytes\"}");
  EXPECT_THAT(problem(), HasSubstr("no engine file"));
}

TEST(EngineKey, DifferencesAreTold) {
  const Key was{{"tensorrt", "10.3.0"}, {"driver", "12020"}, {"gone", "x"}};
  EXPECT_EQ(differences(was, was), "");
  EXPECT_EQ(differences(was, {{"tensorrt", "10.13.3"}, {"driver", "12020"}, {"new", "y"}}),
            "tensorrt was 10.3.0, is 10.13.3; new is y, which it did not tell; gone was x, is no part any more");
}

}  // namespace
}  // namespace diolkos::cache
