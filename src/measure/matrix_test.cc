#include "measure/matrix.h"

#include <gmock/gmock.h>

namespace diolkos::measure {
namespace {

using ::testing::HasSubstr;

std::string error(const std::string& text) {
  const auto matrix = parse_matrix("m.toml", text);
  return matrix ? "" : matrix.error().message;
}

TEST(Matrix, IsRead) {
  const auto matrix = parse_matrix("m.toml",
                                   "# environments\nrounds = 3\n\n[[row]]\nname = \"A # \\\"b\\\"\"  # a comment\n"
                                   "runtime = 'native'\nthreads = 2\r\n[[row]]\nname = \"B\"\nruntime = \"tensorrt\"\n"
                                   "precision = \"fp16\"\ndevice = \"cuda:0\"\nmachine = \"Orin\"");
  ASSERT_TRUE(matrix) << matrix.error().message;
  EXPECT_EQ(matrix->rounds, 3);
  ASSERT_EQ(matrix->rows.size(), 2u);
  EXPECT_EQ(matrix->rows[0].name, "A # \"b\"");
  EXPECT_EQ(matrix->rows[0].threads, 2);
  EXPECT_EQ(matrix->rows[0].precision, "fp32");
  EXPECT_EQ(matrix->rows[1].machine, "Orin");
}

TEST(Matrix, ErrorsTellTheLine) {
  EXPECT_THAT(error(""), HasSubstr("m.toml: no [[row]]"));
  EXPECT_THAT(error("[[row]]\nname = \"a\"\nruntim = \"b\""),
              HasSubstr("m.toml:3: unknown key 'runtim'; did you mean 'runtime'?"));
  EXPECT_THAT(error("[[row]]\nname = \"a"), HasSubstr("m.toml:2: the text has no closing quote"));
  EXPECT_THAT(error("[[row]]\nthreads = many"), HasSubstr("m.toml:2: 'many': expected a whole number"));
  EXPECT_THAT(error("[row]"), HasSubstr("m.toml:1: '[row]', expected [[row]]"));
  EXPECT_THAT(error("[[row]]\nname = \"a\""), HasSubstr("row 1 has no runtime"));
  EXPECT_THAT(error("[[row]]\nname='a'\nruntime='n'\n[[row]]\nname='a'\nruntime='n'"),
              HasSubstr("two rows are called 'a'"));
  EXPECT_THAT(error("rounds = 0\n[[row]]"), HasSubstr("expected a whole number of 1"));
}

TEST(Matrix, AnyBytesAreAnErrorOrAMatrix) {
  const std::string text = "rounds = 3\n[[row]]\nname = \"a\"\nruntime = \"native\"\nthreads = 2\n";
  for (std::size_t i = 0; i < text.size(); ++i)
    for (const char byte : {'\0', '"', '\\', '[', '=', '\n', '\xff'}) {
      std::string damaged = text;
      damaged[i] = byte;
      (void)parse_matrix("m.toml", damaged);
    }
}

}  // namespace
}  // namespace diolkos::measure
