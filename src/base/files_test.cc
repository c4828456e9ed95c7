// Files read whole by mapping, and written whole or not at all.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/folder_entries.h"
#include "base/mapped_file.h"
#include "base/output_file.h"

namespace diolkos {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class FilesTest : public ::testing::Test {
 protected:
  FilesTest() {
    std::string pattern = (fs::path(::testing::TempDir()) / "diolkos_files_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~FilesTest() override { fs::remove_all(folder_); }
  static std::string contents(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  fs::path folder_;
};

TEST_F(FilesTest, WritesAndMaps) {
  const fs::path path = folder_ / "file.bin";
  ASSERT_TRUE(write_file(path, std::string_view("hello")));
  auto mapped = MappedFile::open(path);
  ASSERT_TRUE(mapped) << mapped.error().message;
  EXPECT_EQ((*mapped)->bytes().size(), 5u);
  const std::shared_ptr<const std::byte> second = bytes_at(*mapped, 1);
  mapped->reset();
  fs::remove(path);
  EXPECT_EQ(*second, std::byte{'e'});  // the mapping lives as long as a pointer into it
}

TEST_F(FilesTest, AnEmptyFileMapsToNothing) {
  const fs::path path = folder_ / "empty";
  ASSERT_TRUE(write_file(path, std::string_view("")));
  auto mapped = MappedFile::open(path);
  ASSERT_TRUE(mapped) << mapped.error().message;
  EXPECT_TRUE((*mapped)->bytes().empty());
}

TEST_F(FilesTest, WhatCannotBeMappedSaysWhy) {
  auto missing = MappedFile::open(folder_ / "missing");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::io);
  EXPECT_THAT(missing.error().message, HasSubstr((folder_ / "missing").string() + ": cannot open: No such file"));
  EXPECT_THAT(MappedFile::open(folder_).error().message, HasSubstr("is a directory"));
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(MappedFile::open(pipe).error().message, HasSubstr("is not a regular file"));  // and does not wait
}

TEST_F(FilesTest, NothingAppearsBeforeCommit) {
  const fs::path path = folder_ / "out.png";
  {
    auto output = OutputFile::create(path);
    ASSERT_TRUE(output) << output.error().message;
    EXPECT_EQ(output->temporary().extension(), ".png");
    EXPECT_EQ(output->temporary().parent_path(), folder_);
    std::ofstream(output->temporary()) << "half";
    EXPECT_FALSE(fs::exists(path));
  }
  EXPECT_EQ(files(), 0u);  // dropped without commit()
}

TEST_F(FilesTest, CommitReplacesTheOldFile) {
  const fs::path path = folder_ / "out";
  ASSERT_TRUE(write_file(path, std::string_view("old")));
  auto output = OutputFile::create(path);
  ASSERT_TRUE(output);
  OutputFile moved = std::move(*output);
  std::ofstream(moved.temporary()) << "new";
  EXPECT_EQ(contents(path), "old");
  ASSERT_TRUE(moved.commit());
  EXPECT_EQ(contents(path), "new");
  EXPECT_EQ(files(), 1u);
}

TEST_F(FilesTest, FilesHaveTheUsersOrdinaryPermissions) {
  const mode_t before = ::umask(027);
  ASSERT_TRUE(write_file(folder_ / "out", std::string_view("x")));
  ::umask(before);
  EXPECT_EQ(fs::status(folder_ / "out").permissions(), static_cast<fs::perms>(0640));
}

TEST_F(FilesTest, WhatCannotBeWrittenSaysWhyAndLeavesNothing) {
  EXPECT_THAT(write_file(folder_, std::string_view("x")).error().message, HasSubstr("is a directory"));
  const auto missing = write_file(folder_ / "no" / "such", std::string_view("x"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::io);
  EXPECT_THAT(missing.error().message, HasSubstr("cannot write: No such file or directory"));
  auto output = OutputFile::create(folder_ / "out");
  ASSERT_TRUE(output);
  fs::remove(output->temporary());
  EXPECT_FALSE(output->commit());
  EXPECT_EQ(files(), 0u);
}

TEST_F(FilesTest, PlainNamesAreOfTheCurrentFolder) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  EXPECT_TRUE(write_file("plain.txt", std::string_view("x")));
  fs::current_path(before);
  EXPECT_EQ(contents(folder_ / "plain.txt"), "x");
}

TEST_F(FilesTest, AFolderTellsWhatLiesInItInTheOrderOfNames) {
  EXPECT_TRUE(folder_entries(folder_).value().empty());
  for (const char* name : {"b", ".hidden", "a", "c.txt"})
    ASSERT_TRUE(write_file(folder_ / name, std::string_view("x")));
  fs::create_directories(folder_ / "aa" / "deeper");
  const auto entries = folder_entries(folder_);
  ASSERT_TRUE(entries) << entries.error().message;
  EXPECT_THAT(*entries, ::testing::ElementsAre(folder_ / ".hidden", folder_ / "a", folder_ / "aa", folder_ / "b",
                                               folder_ / "c.txt"));
}

TEST_F(FilesTest, AFolderThatCannotBeReadIsNamed) {
  ASSERT_TRUE(write_file(folder_ / "file", std::string_view("x")));
  for (const char* name : {"missing", "file"}) {
    const auto entries = folder_entries(folder_ / name);
    ASSERT_FALSE(entries);
    EXPECT_EQ(entries.error().code, ErrorCode::io);
    EXPECT_THAT(entries.error().message, HasSubstr((folder_ / name).string() + ": the folder cannot be read: "));
  }
}

TEST_F(FilesTest, AFolderWithoutPermissionIsNamed) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads every folder";
  fs::create_directory(folder_ / "closed");
  fs::permissions(folder_ / "closed", fs::perms::none);
  const auto entries = folder_entries(folder_ / "closed");
  fs::permissions(folder_ / "closed", fs::perms::owner_all);
  ASSERT_FALSE(entries);
  EXPECT_THAT(entries.error().message, HasSubstr("closed: the folder cannot be read: "));
}

}  // namespace
}  // namespace diolkos
