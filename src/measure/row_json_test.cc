#include "measure/row_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace diolkos::measure {
namespace {

using Json = nlohmann::ordered_json;

TEST(RowJson, ARecordsMembersFollowTheLabel) {
  const Json row = Json::parse(row_json("a \"b\"", "{\n  \"schema\": \"x/1\", \"of\": {\"a\": [1]}\n}\n", ""));
  EXPECT_EQ(row, Json::parse(R"({"label": "a \"b\"", "schema": "x/1", "of": {"a": [1]}})"));
  EXPECT_EQ(row.begin().key(), "label");
}

TEST(RowJson, WithoutARecordTheReasonIsTold) {
  const Json row = Json::parse(row_json("tensorrt", "", "no GPU\n\xff"));
  EXPECT_EQ(row["label"], "tensorrt");
  EXPECT_EQ(row["missing"], "no GPU\n\xef\xbf\xbd");
  EXPECT_EQ(row.size(), 2u);
}

}  // namespace
}  // namespace diolkos::measure
