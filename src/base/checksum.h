// A checksum of 64 bits at the speed of memory, for files of our own: finds damage, not intent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/function_ref.h"
#include "base/thread_pool.h"

namespace diolkos {

// Any change of up to eight neighbouring bytes changes the result; of more, all but one in 2^64. The threads share the
// work and the result does not depend on their number.
std::uint64_t checksum(std::span<const std::byte> bytes, ThreadPool& pool);

// The same of `size` bytes that need not be in memory at once: `read` fills `to` with those from `at` on, in order.
std::uint64_t checksum(std::size_t size, FunctionRef<void(std::size_t at, std::span<std::byte> to)> read);

}  // namespace diolkos
