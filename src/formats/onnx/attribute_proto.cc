#include "formats/onnx/attribute_proto.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "formats/onnx/tensor_proto.h"

namespace diolkos::formats::onnx_io {
namespace {

using ::onnx::AttributeProto;

// Files of old exporters leave the type out: it is then that of the field that is there.
AttributeProto::AttributeType type_of(const AttributeProto& proto) {
  if (proto.type() != AttributeProto::UNDEFINED) return proto.type();
  if (proto.has_f()) return AttributeProto::FLOAT;
  if (proto.has_i()) return AttributeProto::INT;
  if (proto.has_s()) return AttributeProto::STRING;
  if (proto.has_t()) return AttributeProto::TENSOR;
  if (proto.floats_size() > 0) return AttributeProto::FLOATS;
  if (proto.ints_size() > 0) return AttributeProto::INTS;
  return AttributeProto::UNDEFINED;
}

Result<graph::Attribute> read_attribute(AttributeProto& proto, ExternalData& external) {
  if (!proto.ref_attr_name().empty())
    return unsupported(fmt::format("refers to '{}', an attribute of a function", proto.ref_attr_name()));
  switch (type_of(proto)) {
    case AttributeProto::INT: return graph::Attribute(std::int64_t{proto.i()});
    case AttributeProto::FLOAT: return graph::Attribute(proto.f());
    case AttributeProto::STRING: return graph::Attribute(proto.s());
    case AttributeProto::INTS:
      return graph::Attribute(std::vector<std::int64_t>(proto.ints().begin(), proto.ints().end()));
    case AttributeProto::FLOATS:
      return graph::Attribute(std::vector<float>(proto.floats().begin(), proto.floats().end()));
    case AttributeProto::TENSOR: {
      TRY_ASSIGN(Tensor tensor, read_tensor(*proto.mutable_t(), external));
      return graph::Attribute(std::move(tensor));
    }
    default: return unsupported(fmt::format("is of type {}", AttributeProto::AttributeType_Name(type_of(proto))));
  }
}

}  // namespace

Result<graph::Attributes> read_attributes(::onnx::NodeProto& node, ExternalData& external) {
  graph::Attributes attributes;
  for (AttributeProto& proto : *node.mutable_attribute()) {
    if (attributes.has(proto.name())) return invalid(fmt::format("attribute '{}' is there twice", proto.name()));
    auto value = read_attribute(proto, external);
    if (!value)
      return failure(value.error().code, fmt::format("attribute '{}': {}", proto.name(), value.error().message));
    attributes.set(proto.name(), std::move(*value));
  }
  return attributes;
}

void write_attribute(std::string_view name, const graph::Attribute& value, AttributeProto& proto) {
  proto.set_name(std::string(name));
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    proto.set_type(AttributeProto::INT);
    proto.set_i(*integer);
  } else if (const auto* real = std::get_if<float>(&value)) {
    proto.set_type(AttributeProto::FLOAT);
    proto.set_f(*real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    proto.set_type(AttributeProto::STRING);
    proto.set_s(*text);
  } else if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&value)) {
    proto.set_type(AttributeProto::INTS);
    proto.mutable_ints()->Assign(integers->begin(), integers->end());
  } else if (const auto* reals = std::get_if<std::vector<float>>(&value)) {
    proto.set_type(AttributeProto::FLOATS);
    proto.mutable_floats()->Assign(reals->begin(), reals->end());
  } else {
    proto.set_type(AttributeProto::TENSOR);
    write_tensor(std::get<Tensor>(value), {}, *proto.mutable_t());
  }
}

}  // namespace diolkos::formats::onnx_io
