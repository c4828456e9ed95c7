// The format of torch.save before PyTorch 1.6: a run of pickles (magic number, protocol, system, the object, the
// storages' keys), then each storage: its count of elements in 64 bits, and its bytes.
#pragma once

#include "base/result.h"
#include "base/state_dict.h"
#include "formats/pytorch/checkpoint_bytes.h"

namespace diolkos::formats::pytorch {

Result<StateDict> read_legacy_checkpoint(const CheckpointBytes& file);

}  // namespace diolkos::formats::pytorch
