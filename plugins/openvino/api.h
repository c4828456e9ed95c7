// OpenVINO's C interface (2023.0 and newer): the functions used, found by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace diolkos::plugin::ov {

struct Core;
struct Network;
struct Compiled;
struct Request;
struct Port;
struct Tensor;

struct Version {
  const char* build;
  const char* description;
};

struct DeviceList {
  char** names;
  std::size_t count;
};

struct Shape {
  std::int64_t rank;
  std::int64_t* dims;
};

// Numbers of element types that the contract has too. Newer releases inserted types behind I4 and U1, so that only
// these are told by number; U8 is asked for by its size and name instead.
enum ElementType : int { kBFloat16 = 2, kFloat16 = 3, kFloat32 = 4, kInt8 = 7, kInt16 = 8, kInt32 = 9, kInt64 = 10 };

struct Api {
  int (*get_version)(Version*);
  void (*free_version)(Version*);
  const char* (*error_text)(int status);
  const char* (*last_error)();  // null in releases that lack it
  void (*free_text)(const char*);
  int (*create_core)(Core**);
  void (*free_core)(Core*);
  int (*available_devices)(const Core*, DeviceList*);
  void (*free_devices)(DeviceList*);
  int (*core_property)(const Core*, const char* device, const char* key, char** value);
  int (*read_memory)(const Core*, const char* bytes, std::size_t, const Tensor* weights, Network**);
  int (*read_file)(const Core*, const char* path, const char* weights, Network**);
  void (*free_network)(Network*);
  int (*compile)(const Core*, const Network*, const char* device, std::size_t property_arguments, Compiled**, ...);
  void (*free_compiled)(Compiled*);
  int (*compiled_property)(const Compiled*, const char* key, char** value);
  int (*input_count)(const Compiled*, std::size_t*);
  int (*output_count)(const Compiled*, std::size_t*);
  int (*input_port)(const Compiled*, std::size_t, Port**);
  int (*output_port)(const Compiled*, std::size_t, Port**);
  void (*free_port)(Port*);
  int (*port_name)(const Port*, char** name);
  int (*port_shape)(const Port*, Shape*);
  int (*port_type)(const Port*, int* type);
  int (*free_shape)(Shape*);
  int (*create_request)(const Compiled*, Request**);
  void (*free_request)(Request*);
  int (*tensor_over)(int type, Shape shape, void* memory, Tensor**);
  void (*free_tensor)(Tensor*);
  int (*set_input)(Request*, std::size_t, const Tensor*);
  int (*set_output)(Request*, std::size_t, const Tensor*);
  int (*infer)(Request*);
  int (*start)(Request*);
  int (*wait)(Request*);

  Status check(int status, const char* what) const;
};

// Opens the library; an error names the first function that it lacks.
Result<Api> open_api();

}  // namespace diolkos::plugin::ov
