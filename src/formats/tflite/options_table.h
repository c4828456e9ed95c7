// Option tables of the file format, to and from tflite::Options.
#pragma once

#include "formats/tflite/model.h"
#include <schema_generated.h>

namespace diolkos::tflite {

fb::Options options_type(Builtin builtin);  // the union's member that goes with an operator
flatbuffers::Offset<void> write_options(flatbuffers::FlatBufferBuilder& builder, const Operator& op);

// Defaults where the table is absent. An error where it is another operator's table, or holds an enum value that TFLite
// does not have.
Result<Options> read_options(const fb::Operator& op, Builtin builtin);

}  // namespace diolkos::tflite
