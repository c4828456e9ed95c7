// Any bytes as a plan file: a plan or an error. The checksum would keep nearly everything out, so the graph is also
// read by itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include "runtime/plan_file.h"
#include "runtime/stored_graph.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace diolkos;
  std::shared_ptr<std::byte> bytes(static_cast<std::byte*>(std::aligned_alloc(64, (size / 64 + 1) * 64)), std::free);
  std::memcpy(bytes.get(), data, size);
  (void)runtime::read_plan(bytes, size, {{"model", "a"}}, 1);
  if (size > 0)
    (void)runtime::graph_from_text({reinterpret_cast<const char*>(data) + 1, size - 1}, data[0]);
  return 0;
}
