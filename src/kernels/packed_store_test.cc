#include "kernels/packed_store.h"

#include <algorithm>
#include <cstdint>

#include "kernels/kernel_test_support.h"

namespace diolkos::kernels {
namespace {

bool on_a_line(const AlignedFloats& floats) { return reinterpret_cast<std::uintptr_t>(floats.data()) % 64 == 0; }

// Small ones share memory, and large ones do not: each keeps what was written to it, and is zero elsewhere.
TEST(PackedStore, KeepsEverythingApart) {
  PackedStore store;
  Random random(1);
  std::vector<AlignedFloats> kept;
  for (int i = 0; i < 60; ++i) {
    const std::int64_t count =
        random.one_of<std::int64_t>({0, 1, 15, 16, 17, 4000, 300'000, 524'287, 524'288, 900'000});
    kept.push_back(store.floats(static_cast<std::size_t>(count), [&](float* to) {
      for (std::int64_t k = 0; k < count; k += 2) to[k] = static_cast<float>(i);
    }));
    ASSERT_EQ(kept.back().size(), static_cast<std::size_t>(count));
    ASSERT_TRUE(on_a_line(kept.back()));
  }
  for (std::size_t i = 0; i < kept.size(); ++i)
    for (std::size_t k = 0; k < kept[i].size(); ++k)
      ASSERT_EQ(kept[i].data()[k], k % 2 == 0 ? static_cast<float>(i) : 0.0f) << i << ' ' << k;
}

TEST(PackedStore, PartsOutliveTheStore) {
  AlignedFloats part;
  {
    PackedStore store;
    part = store.floats(100, [](float* to) { std::fill_n(to, 100, 7.0f); });
  }
  EXPECT_EQ(std::count(part.data(), part.data() + 100, 7.0f), 100);
}

TEST(PackedStore, AFilledOneIsReadInOrderAndNotWritten) {
  PackedStore made;
  made.floats(3, [](float* to) { to[0] = 5; });
  EXPECT_EQ(made.choice([] { return 4; }), 4);
  PackedStore again(made.all_floats(), made.all_choices());
  const auto never = [](float*) { FAIL(); };
  EXPECT_EQ(again.floats(3, never).data()[0], 5);
  EXPECT_EQ(again.choice([] { return 9; }), 4);
  EXPECT_TRUE(again.spent());
  EXPECT_EQ(again.floats(3, never).data(), nullptr);
  EXPECT_EQ(again.choice([] { return 9; }), -1);
  PackedStore other(made.all_floats(), {});
  EXPECT_EQ(other.floats(4, never).data(), nullptr) << "another plan's";
}

}  // namespace
}  // namespace diolkos::kernels
