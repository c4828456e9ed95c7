// Winograd's minimal filtering F(m, 3): m outputs of a 3-tap correlation from m + 2 inputs by m + 2 products,
//
//   y = A ((G g) . (B d)),   A: m x (m + 2),   G: (m + 2) x 3,   B: (m + 2) x (m + 2).
//
// From distinct points p_i and infinity, by transposing Toom and Cook's multiplication of polynomials: with
// M_i(x) = PRODUCT_{j != i} (x - p_j) over the finite points,
//
//   A[j][i] = p_i^j            G[i][k] = p_i^k / M_i(p_i)      B[i] = the coefficients of M_i
//   A[j][infinity] = [j = m-1] G[infinity][k] = [k = 2]        B[infinity] = those of PRODUCT (x - p_j)
//
// and rows of B scaled to norms near 1 by powers of two, which G takes back. The points are those with the smallest
// error in float32 among simple fractions: 0.4, 2, 1.5 and 9 millionths of the largest output for m = 2, 3, 4, 6.
#pragma once

#include <array>

namespace diolkos::kernels::winograd {

template <int m>
struct Points;
template <>
struct Points<2> {
  static constexpr std::array<double, 3> at{0, 1, -1};
};
template <>
struct Points<3> {
  static constexpr std::array<double, 4> at{0, 1, -1, -0.5};
};
template <>
struct Points<4> {
  static constexpr std::array<double, 5> at{0, 0.75, -0.75, 1.5, -1.5};
};
template <>
struct Points<6> {
  static constexpr std::array<double, 7> at{0, 1, -1, 2, -2, 0.5, -0.5};
};

template <int m>
struct Matrices {
  static constexpr int size = m + 2;
  double a[m][size]{};
  double g[size][3]{};
  double b[size][size]{};

  constexpr Matrices() {
    const auto& points = Points<m>::at;
    for (int i = 0; i < size - 1; ++i) {
      double power = 1;
      for (int j = 0; j < m; ++j, power *= points[i]) a[j][i] = power;
      multiply_out(i, b[i]);
      double denominator = 1;
      for (int j = 0; j < size - 1; ++j)
        if (j != i) denominator *= points[i] - points[j];
      power = 1;
      for (int k = 0; k < 3; ++k, power *= points[i]) g[i][k] = power / denominator;
    }
    a[m - 1][size - 1] = 1;
    g[size - 1][2] = 1;
    multiply_out(size - 1, b[size - 1]);
    for (int i = 0; i < size; ++i) balance(i);
  }

 private:
  // The coefficients of PRODUCT (x - p_j) over all j but `without`.
  static constexpr void multiply_out(int without, double (&coefficients)[size]) {
    coefficients[0] = 1;
    int degree = 0;
    for (int j = 0; j < size - 1; ++j) {
      if (j == without) continue;
      for (int k = ++degree; k > 0; --k)
        coefficients[k] = coefficients[k - 1] - Points<m>::at[j] * coefficients[k];
      coefficients[0] *= -Points<m>::at[j];
    }
  }

  constexpr void balance(int row) {
    double squares = 0;
    for (int k = 0; k < size; ++k) squares += b[row][k] * b[row][k];
    double scale = 1;
    for (; squares * scale * scale > 2; scale /= 2) continue;
    for (; squares * scale * scale < 0.5; scale *= 2) continue;
    for (int k = 0; k < size; ++k) b[row][k] *= scale;
    for (int k = 0; k < 3; ++k) g[row][k] /= scale;
  }
};

template <int m>
inline constexpr Matrices<m> matrices{};

}  // namespace diolkos::kernels::winograd
