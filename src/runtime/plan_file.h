// A plan on disk (.dplan): the planned graph as text, the choices of its kernels, and their packed weights, which are
// mapped and not read. Little-endian, the machine's own: a plan is for the CPU that made it, and its key says so.
//
//   header            struct Header in plan_file.cc: magic, sizes of what follows, a checksum of everything
//   key               lines of "name: value"; a plan is of use to those whose key is the same
//   notes             text of the caller's
//   graph             graph::to_text; inputs after the network's own stand for constants that only packed weights have
//   choices           int32 each, in the order of planning
//   counts            uint64 each: floats of each block of packed weights
//   weights           each on a boundary of 64 bytes
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/mapped_file.h"
#include "base/result.h"
#include "graph/graph.h"
#include "kernels/packed_store.h"

namespace diolkos::runtime {

// Raised whenever a kernel packs weights in another way, or planning takes them in another order: plans on disk are
// then made anew. A test (plan_file_test.cc) holds today's bytes to it.
inline constexpr int kPackingVersion = 6;

// What must be the same for a plan to be of use, in the order in which differences are told.
using PlanKey = std::vector<std::pair<std::string, std::string>>;

struct StoredPlan {
  std::string notes;
  graph::Graph graph;  // after the native passes; constants whose elements are packed are hollow (planner.h)
  kernels::PackedStore store;
};

// The whole file or nothing appears at `path`; two processes may write it at once.
Status write_plan(const std::filesystem::path& path, const PlanKey& key, std::string_view notes,
                  const graph::Graph& graph, const kernels::PackedStore& store);

// An error says why the file is of no use: missing, damaged, of another format, or made for another key. Of a file that
// is not damaged every part can be relied on; damage anywhere is noticed. The weights stay mapped.
Result<StoredPlan> read_plan(const std::filesystem::path& path, const PlanKey& key, int threads);
// The notes alone, of a file that is not looked at any further: damage is not noticed.
Result<std::string> read_plan_notes(const std::filesystem::path& path);
// The key that it was made for, likewise.
Result<PlanKey> read_plan_key(const std::filesystem::path& path);
// The same as the first over bytes in memory.
Result<StoredPlan> read_plan(std::shared_ptr<const std::byte> bytes, std::size_t size, const PlanKey& key, int threads);

}  // namespace diolkos::runtime
