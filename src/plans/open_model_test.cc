#include "plans/open_model.h"

#include <cstring>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "base/output_file.h"

namespace diolkos::plans {
namespace {

using Plan = OpenedModel::Plan;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kRandom = "lraspp_mobilenet_v3_large:random";

class OpenModel : public testing::Test {
 protected:
  OpenModel() {
    folder_ = std::filesystem::temp_directory_path() /
              (std::string("diolkos_plans_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    options_.plan = folder_ / "a.dplan";
    options_.load.size = models::InputSize{32, 32};
    options_.session.threads = 1;
    log::set_sink([this](log::Level level, std::string_view message) {
      if (level == log::Level::warning) warnings_ += message;
    });
  }
  ~OpenModel() override {
    log::set_sink({});
    std::filesystem::remove_all(folder_);
  }

  // How the model was opened; warnings_ is what was said meanwhile.
  Plan open(std::string_view name = kRandom) {
    warnings_.clear();
    auto opened = open_model(name, options_);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    if (!opened) return Plan::none;
    notes_ = opened->notes;
    EXPECT_EQ(opened->session->outputs()[0].shape[0], 1);
    return opened->plan;
  }

  std::filesystem::path folder_;
  OpenOptions options_;
  std::string warnings_;
  ModelNotes notes_;
};

TEST_F(OpenModel, WritesAPlanOnceAndLoadsItAfterwards) {
  EXPECT_EQ(open(), Plan::written);
  const ModelNotes written = notes_;
  EXPECT_EQ(open(), Plan::loaded);
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_EQ(to_text(notes_), to_text(written));
  EXPECT_EQ(notes_.architecture, "lraspp_mobilenet_v3_large");
  EXPECT_GT(notes_.multiply_adds, 1000);
}

TEST_F(OpenModel, WithoutAPlanFileNothingIsWritten) {
  options_.plan.clear();
  EXPECT_EQ(open(), Plan::none);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(OpenModel, WhateverDiffersIsToldAndThePlanMadeAnew) {
  open();
  const auto expect_anew = [&](const char* why) {
    EXPECT_EQ(open(), Plan::written);
    EXPECT_THAT(warnings_, HasSubstr(why));
    EXPECT_EQ(open(), Plan::loaded);
  };
  options_.session.threads = 2;
  expect_anew("'threads: 1', wanted is 'threads: 2'");
  options_.session.winograd = false;
  expect_anew("wanted is 'convolutions: exact'");
  options_.load.size = models::InputSize{32, 64};
  expect_anew("wanted is 'input: 32x64'");
  options_.load.seed = 3;
  expect_anew("wanted is 'seed: 3'");
  options_.load.disabled_passes = {"fuse_activation"};
  expect_anew("wanted is 'passes left out: fuse_activation'");
  options_.session.isa = cpu::Isa::generic;
  expect_anew("wanted is 'cpu: ");
  options_.float_ends = true;
  expect_anew("wanted is 'ends: float'");
}

TEST_F(OpenModel, AModelThatChangedIsNoticedAndATouchedOneIsNot) {
  const std::filesystem::path model = folder_ / "model.txt";
  const auto file = [&](const std::string& name) {
    std::filesystem::copy_file(std::filesystem::path(DIOLKOS_TEST_ASSETS) / "models" / name, model,
                               std::filesystem::copy_options::overwrite_existing);
  };
  const std::filesystem::path asset =
      std::filesystem::path(DIOLKOS_TEST_ASSETS) / "models/deeplabv3_mnv2_pascal_513.onnx";
  if (!std::filesystem::exists(asset)) GTEST_SKIP() << asset << " is not here";
  options_.load.size.reset();
  file("deeplabv3_mnv2_pascal_513.onnx");
  EXPECT_EQ(open(model.string()), Plan::written);
  EXPECT_EQ(open(model.string()), Plan::loaded);
  std::filesystem::last_write_time(model, std::filesystem::file_time_type::clock::now());
  EXPECT_EQ(open(model.string()), Plan::loaded) << warnings_;
  // One byte of a weight.
  std::fstream(model, std::ios::binary | std::ios::in | std::ios::out).seekp(4'000'000).put('\x01').put('\x02');
  EXPECT_EQ(open(model.string()), Plan::written);
  EXPECT_THAT(warnings_, HasSubstr("'model: "));
}

TEST_F(OpenModel, DamagedPlansAreMadeAnewWithAWarning) {
  open();
  const auto size = std::filesystem::file_size(options_.plan);
  for (const std::uintmax_t at : {std::uintmax_t{0}, std::uintmax_t{40}, std::uintmax_t{70}, size / 2, size - 1}) {
    std::filesystem::resize_file(options_.plan, at);
    EXPECT_EQ(open(), Plan::written) << at;
    EXPECT_THAT(warnings_, HasSubstr("made anew")) << at;
    std::fstream file(options_.plan, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(at));
    const char letter = static_cast<char>(file.get() ^ 1);
    file.seekp(static_cast<std::streamoff>(at)).put(letter);
    file.close();
    EXPECT_EQ(open(), Plan::written) << at;
    EXPECT_THAT(warnings_, HasSubstr("made anew")) << at;
  }
  EXPECT_EQ(open(), Plan::loaded);
}

TEST_F(OpenModel, APlanThatCannotBeWrittenIsAWarning) {
  options_.plan = folder_ / "missing" / "a.dplan";
  EXPECT_EQ(open(), Plan::none);
  EXPECT_THAT(warnings_, HasSubstr("the plan is not kept"));
}

TEST_F(OpenModel, AMissingModelIsAnErrorEvenWithItsPlan) {
  EXPECT_FALSE(open_model((folder_ / "no.onnx").string(), options_));
}

TEST_F(OpenModel, PlansInAFolderHaveNamesOfTheirOptions) {
  const auto name = [&] { return plan_in_folder(folder_, kRandom, options_); };
  const auto first = name();
  EXPECT_EQ(first, name());
  EXPECT_EQ(first.parent_path(), folder_);
  EXPECT_EQ(first.extension(), ".dplan");
  options_.session.winograd = false;
  EXPECT_NE(first, name());
}

TEST(ModelNotes, AreNotTakenFromAnything) {
  EXPECT_FALSE(parse_notes(""));
  EXPECT_FALSE(parse_notes("{}"));
  EXPECT_FALSE(parse_notes("[1, 2"));
  EXPECT_FALSE(parse_notes(R"({"name": 3})"));
  EXPECT_TRUE(parse_notes(to_text(ModelNotes{})));
}

}  // namespace
}  // namespace diolkos::plans
