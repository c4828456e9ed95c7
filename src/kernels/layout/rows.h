// Tensors whose channels come last, [batch][pixel][channel] (tokens, matrices), in the blocks of blocked.h: what an
// image of these channels and pixels would be.
#pragma once

#include "kernels/layout/blocked.h"

namespace diolkos::kernels {

// plain [batch][pixel][channel] -> blocked [batch][channel / 16][pixel][channel % 16], zeros beyond the channels; and
// back.
void plain_to_rows(const Planes& planes, const float* plain, float* blocked, ThreadPool& pool);
void rows_to_plain(const Planes& planes, const float* blocked, float* plain, ThreadPool& pool);

}  // namespace diolkos::kernels
