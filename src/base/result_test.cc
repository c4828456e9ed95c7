#include "base/result.h"

#include <memory>

#include <gtest/gtest.h>

namespace diolkos {
namespace {

Result<int> half_of(int number) {
  if (number % 2 != 0) return invalid("is odd");
  return number / 2;
}

Result<int> quarter_of(int number) {
  TRY_ASSIGN(const int half, half_of(number));
  TRY_ASSIGN(const int quarter, half_of(half));
  return quarter;
}

Status even(int number) {
  TRY(half_of(number));
  return {};
}

Result<std::unique_ptr<int>> boxed(int number) {
  TRY(even(number));
  TRY_ASSIGN(auto box, Result<std::unique_ptr<int>>(std::make_unique<int>(number)));
  return box;
}

TEST(ResultTest, CarriesValuesAndErrors) {
  EXPECT_EQ(quarter_of(12).value(), 3);
  ASSERT_FALSE(quarter_of(6));
  EXPECT_EQ(quarter_of(6).error().message, "is odd");
  EXPECT_EQ(quarter_of(6).error().code, ErrorCode::invalid_input);
  EXPECT_TRUE(even(2));
  EXPECT_FALSE(even(3));
}

TEST(ResultTest, MovesWhatCannotBeCopied) {
  auto box = boxed(4);
  ASSERT_TRUE(box);
  EXPECT_EQ(**box, 4);
  EXPECT_FALSE(boxed(5));
}

TEST(ResultTest, ErrorsGainTheirPlaceOnTheWayUp) {
  const Error error = within("file.pth", within("tensor 'w'", Error{ErrorCode::unsupported, "is sparse"}));
  EXPECT_EQ(error.message, "file.pth: tensor 'w': is sparse");
  EXPECT_EQ(error.code, ErrorCode::unsupported);
}

TEST(ResultTest, EachFailureHasItsCode) {
  EXPECT_EQ(Status(invalid("")).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(Status(unsupported("")).error().code, ErrorCode::unsupported);
  EXPECT_EQ(Status(io_failure("")).error().code, ErrorCode::io);
  EXPECT_EQ(Status(failure(ErrorCode::usage, "")).error().code, ErrorCode::usage);
}

}  // namespace
}  // namespace diolkos
