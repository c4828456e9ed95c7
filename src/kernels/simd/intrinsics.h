// The compiler's intrinsics for the instruction set that the including file is compiled for.
#pragma once

#if defined(__AVX2__) || defined(__AVX512F__)
#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 warns of its own header (PR105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>
#elif defined(DIOLKOS_NEON)
#include <arm_neon.h>
#endif
