// The zip format of torch.save, since PyTorch 1.6: NAME/data.pkl, and NAME/data/KEY for each storage.
#pragma once

#include "base/result.h"
#include "base/state_dict.h"
#include "formats/pytorch/checkpoint_bytes.h"

namespace diolkos::formats::pytorch {

Result<StateDict> read_zip_checkpoint(const CheckpointBytes& file);

}  // namespace diolkos::formats::pytorch
