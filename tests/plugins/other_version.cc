// Serves another version of the contract.
#include "diolkos/plugin.h"

extern "C" DIOLKOS_PLUGIN_EXPORT const diolkos_plugin* diolkos_plugin_entry(uint32_t) {
  static diolkos_plugin table{};
  table.abi = DIOLKOS_PLUGIN_ABI + 41;
  return &table;
}
