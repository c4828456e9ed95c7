// The image as dense tiles read it where they cannot read it in place: with its border, or widened to 16 bits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/thread_pool.h"
#include "kernels/integer/chunks.h"

namespace diolkos::kernels::integer {

// `to`: plan.staged_bytes(); `zero`: what the border holds.
void stage(const ChunkPlan& plan, std::int32_t zero, const std::byte* image, std::byte* to, ThreadPool& pool);

}  // namespace diolkos::kernels::integer
