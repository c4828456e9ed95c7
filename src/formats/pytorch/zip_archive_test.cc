#include "formats/pytorch/zip_archive.h"

#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/pytorch/test_checkpoint.h"

namespace diolkos::formats::pytorch {
namespace {

using ::testing::HasSubstr;

Result<std::unique_ptr<ZipArchive>> open(const std::string& bytes) {
  return ZipArchive::open(std::as_bytes(std::span(bytes.data(), bytes.size())));
}

std::string refusal(const std::string& bytes) {
  auto archive = open(bytes);
  return archive ? "no error" : archive.error().message;
}

// The same bytes with one name written over another of the same length, in both of a zip file's directories.
std::string renamed(std::string bytes, const std::string& from, const std::string& to) {
  for (std::size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + 1))
    bytes.replace(at, to.size(), to);
  return bytes;
}

TEST(ZipArchiveTest, ReadsStoredAndDeflatedEntries) {
  for (bool deflate : {false, true}) {
    const std::string contents = "abc" + std::string(5000, 'x');
    const std::string bytes = testing::zip({{"a/one", contents}, {"a/empty", ""}}, deflate);
    auto archive = open(bytes);
    ASSERT_TRUE(archive) << archive.error().message;
    const ZipEntry* entry = (*archive)->find("a/one");
    ASSERT_NE(entry, nullptr);
    ASSERT_EQ(entry->size, contents.size());
    auto data = (*archive)->read(*entry);
    ASSERT_TRUE(data) << data.error().message;
    EXPECT_EQ(std::memcmp(data->get(), contents.data(), contents.size()), 0);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(data->get()) % 64, 0u);
    EXPECT_TRUE((*archive)->read(*(*archive)->find("a/empty")));
    EXPECT_EQ((*archive)->find("a/two"), nullptr);
  }
}

TEST(ZipArchiveTest, RefusesNamesThatLeaveTheFolder) {
  for (const char* name : {"../etc/passwd", "a/../../b", "/etc/passwd", "a\\..\\b", ".."})
    EXPECT_THAT(refusal(testing::zip({{name, "x"}})), HasSubstr("leaves the archive's folder")) << name;
  EXPECT_TRUE(open(testing::zip({{"a..b/c...d", "x"}})));
}

TEST(ZipArchiveTest, RefusesTwoEntriesOfOneName) {
  const std::string bytes = renamed(testing::zip({{"data/0", "x"}, {"data/1", "y"}}), "data/1", "data/0");
  EXPECT_THAT(refusal(bytes), HasSubstr("entry 'data/0' twice"));
}

TEST(ZipArchiveTest, RefusesControlBytesInNames) {
  EXPECT_THAT(refusal(renamed(testing::zip({{"data/1", "y"}}), "data/1", "da\nta/")), HasSubstr("control bytes"));
}

TEST(ZipArchiveTest, RefusesEncryptedEntries) {
  std::string bytes = testing::zip({{"data/0", "secret"}});
  bytes[6] |= 1;                             // the local header's flags
  bytes[bytes.find("PK\x01\x02") + 8] |= 1;  // the directory's
  EXPECT_THAT(refusal(bytes), HasSubstr("encrypted"));
}

TEST(ZipArchiveTest, RefusesBombsBeforeUnpacking) {
  const std::string bomb = testing::zip({{"data/0", std::string(std::size_t{40} << 20, '\0')}}, true);
  ASSERT_LT(bomb.size(), 100000u);
  EXPECT_THAT(refusal(bomb), HasSubstr("zip bomb"));
}

TEST(ZipArchiveTest, RefusesBombsOfSharedBytes) {  // many entries of the directory over the same stored bytes
  testing::Entries entries;
  for (int i = 0; i < 100; ++i) entries.emplace_back(fmt::format("e{}", i), i == 0 ? std::string(1 << 20, 'x') : "");
  std::string bytes = testing::zip(entries);
  const std::size_t first = bytes.find("PK\x01\x02");
  std::size_t at = first;
  for (int i = 1; i < 100; ++i) {
    at = bytes.find("PK\x01\x02", at + 4);
    bytes.replace(at + 16, 12, bytes, first + 16, 12);  // CRC and sizes
  }
  EXPECT_THAT(refusal(bytes), HasSubstr("zip bomb"));
}

TEST(ZipArchiveTest, RefusesDamagedContents) {
  std::string bytes = testing::zip({{"data/0", std::string(100, 'x')}});
  bytes[bytes.find("xxxx") + 50] = 'y';
  auto archive = open(bytes);
  ASSERT_TRUE(archive) << archive.error().message;
  auto data = (*archive)->read((*archive)->entries()[0]);
  ASSERT_FALSE(data);
  EXPECT_THAT(data.error().message, HasSubstr("zip entry 'data/0' cannot be unpacked: CRC error"));
}

TEST(ZipArchiveTest, RefusesEveryTruncation) {
  const std::string whole = testing::zip({{"a/data.pkl", "pickle"}, {"a/data/0", "0123456789"}});
  for (std::size_t length = 4; length < whole.size(); ++length) {
    const std::string cut = whole.substr(0, length);
    EXPECT_THAT(refusal(cut), HasSubstr("cut off or damaged")) << length;
  }
}

}  // namespace
}  // namespace diolkos::formats::pytorch
