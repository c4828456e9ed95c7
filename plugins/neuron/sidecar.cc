#include "neuron/sidecar.h"

#include <array>

#include <nlohmann/json.hpp>
#include <openssl/sha.h>

#include "kit/read_file.h"

namespace diolkos::plugin::neuron {
namespace {

using Json = nlohmann::json;

std::string sha256(const std::string& bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  std::string text;
  for (const unsigned char byte : digest) {
    constexpr const char* kDigits = "0123456789abcdef";
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

Result<Port> read_port(const Json& json) {
  Port port;
  port.name = json.at("name");
  const std::string type = json.at("type");
  if (type == "int8") port.dtype = DIOLKOS_INT8;
  if (type == "uint8") port.dtype = DIOLKOS_UINT8;
  if (type == "int16") port.dtype = DIOLKOS_INT16;
  if (type == "float16") port.dtype = DIOLKOS_FLOAT16;
  if (type == "float32") port.dtype = DIOLKOS_FLOAT32;
  if (port.dtype == diolkos_dtype{})
    return unsupported("'" + port.name + "': type " + type + " is none that is taken here");
  port.dims = json.at("shape").get<std::vector<std::int64_t>>();
  if (port.dims.size() == 4) port.layout = DIOLKOS_NHWC;
  if (!json.at("scale").is_null()) port.scale = json.at("scale");
  if (!json.at("zero_point").is_null()) port.zero_point = json.at("zero_point");
  return port;
}

Result<Sidecar> parse(const Json& json, const std::string& digest) {
  if (json.at("schema") != "diolkos.sidecar/1") return invalid("expected schema diolkos.sidecar/1");
  if (json.at("sha256") != digest) return invalid("is of another file: its sha256 differs; compile again");
  Sidecar sidecar;
  for (const Json& one : json.at("inputs")) {
    TRY_ASSIGN(Port port, read_port(one));
    sidecar.inputs.push_back(std::move(port));
  }
  for (const Json& one : json.at("outputs")) {
    TRY_ASSIGN(Port port, read_port(one));
    sidecar.outputs.push_back(std::move(port));
  }
  return sidecar;
}

}  // namespace

Result<Sidecar> read_sidecar(const std::string& path) {
  TRY_ASSIGN(const std::string bytes, read_file(path));
  const std::string beside = path + ".json";
  const Result<std::string> text = read_file(beside);
  if (!text)
    return invalid(path + ": has no sidecar " + beside +
                   ", which tells its types and scales; 'diolkos compile' writes one");
  try {
    auto sidecar = parse(Json::parse(*text), sha256(bytes));
    if (!sidecar) return failure(within(beside, sidecar.error()));
    return sidecar;
  } catch (const Json::exception& error) {
    return invalid(beside + ": " + error.what());
  }
}

}  // namespace diolkos::plugin::neuron
