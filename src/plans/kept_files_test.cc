#include "plans/kept_files.h"

#include <chrono>
#include <fstream>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cache/engine_file.h"
#include "plans/open_model.h"
#include "support/temporary_folder.h"

namespace diolkos::plans {
namespace {

using testing::HasSubstr;

class KeptFiles : public testing::Test {
 protected:
  std::vector<KeptFile> list() {
    auto files = kept_files(folder_.path());
    EXPECT_TRUE(files) << files.error().message;
    return files ? *files : std::vector<KeptFile>();
  }
  void make_plan(const std::filesystem::path& path, const std::string& model = "lraspp_mobilenet_v3_large:random") {
    OpenOptions options;
    options.plan = path;
    options.load.size = models::InputSize{32, 32};
    options.session.threads = 1;
    ASSERT_TRUE(open_model(model, options));
  }
  void age(const std::filesystem::path& path, std::chrono::hours hours) {
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - hours);
  }

  TemporaryFolder folder_;
};

TEST_F(KeptFiles, OfNoFolderAreNone) {
  const auto files = kept_files(folder_ / "nowhere");
  ASSERT_TRUE(files);
  EXPECT_TRUE(files->empty());
}

TEST_F(KeptFiles, TellKeyAndReasonTheLastUsedFirst) {
  std::filesystem::create_directories(folder_ / "engines");
  ASSERT_TRUE(cache::write_engine(folder_ / "engines" / "a.engine",
                                  {{{"tensorrt", "10.3.0"}}, "there was none", "2 layers", {}, {}}));
  age(folder_ / "engines" / "a.engine", std::chrono::hours(48));
  make_plan(folder_ / "b.dplan");
  std::ofstream(folder_ / "note.txt") << "of no interest";
  const auto files = list();
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].kind, "plan");
  EXPECT_EQ(files[0].key[0].second, "lraspp_mobilenet_v3_large:random");
  EXPECT_EQ(files[0].reason, "there was none");
  EXPECT_EQ(files[0].problem, "");
  EXPECT_EQ(files[1].kind, "engine");
  EXPECT_EQ(files[1].key[0].second, "10.3.0");
  EXPECT_EQ(files[1].remark, "2 layers");
  EXPECT_EQ(files[1].problem, "");
  EXPECT_LT(files[1].used, files[0].used);
}

TEST_F(KeptFiles, UseIsSeenWhenAPlanIsLoaded) {
  make_plan(folder_ / "a.dplan");
  age(folder_ / "a.dplan", std::chrono::hours(1000));
  const std::int64_t before = list()[0].used;
  EXPECT_EQ(list()[0].used, before);  // looking is no use
  make_plan(folder_ / "a.dplan");
  EXPECT_GT(list()[0].used, before + 3600 * 999);
}

TEST_F(KeptFiles, DamageIsAProblem) {
  make_plan(folder_ / "a.dplan");
  std::filesystem::resize_file(folder_ / "a.dplan", 100000);
  std::ofstream(folder_ / "b.engine") << "nothing of the kind";
  for (const KeptFile& file : list()) EXPECT_NE(file.problem, "") << file.path;
}

TEST_F(KeptFiles, UnfinishedOnesAreListedOnceNobodyCanBeWritingThem) {
  std::ofstream(folder_ / ".a.AbCdEf.dplan") << "half";
  EXPECT_TRUE(list().empty());
  age(folder_ / ".a.AbCdEf.dplan", std::chrono::hours(1));
  const auto files = list();
  ASSERT_EQ(files.size(), 1u);
  EXPECT_THAT(files[0].problem, HasSubstr("unfinished"));
  EXPECT_TRUE(remove(files[0]));
  EXPECT_TRUE(list().empty());
}

TEST_F(KeptFiles, OneInUseIsNotRemoved) {
  ASSERT_TRUE(cache::write_engine(folder_ / "a.engine", {}));
  const int lock = ::open((folder_ / "a.engine.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  ASSERT_EQ(::flock(lock, LOCK_EX), 0);
  const KeptFile file = list()[0];
  const auto refused = remove(file);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("just now"));
  ::close(lock);
  EXPECT_TRUE(remove(file));
  EXPECT_TRUE(folder_.names().empty());
}

}  // namespace
}  // namespace diolkos::plans
