// LiteRT 2's C interface: the functions used, found by name, and the layouts that they take.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"

namespace diolkos::plugin::litert {

struct Environment;
struct File;      // a model
struct Options;
struct OpaqueOptions;
struct Compiled;
struct Signature;
struct Subgraph;
struct Operator;
struct Tensor;
struct Buffer;

// 68 bytes: the rank in the lowest 7 bits, whether strides are given in the eighth.
struct Layout {
  std::uint32_t rank_and_strides;
  std::int32_t dims[8];
  std::uint32_t strides[8];
  std::uint32_t rank() const { return rank_and_strides & 0x7f; }
};
static_assert(sizeof(Layout) == 68);

struct TensorType {
  std::int32_t element;
  Layout layout;
};
static_assert(sizeof(TensorType) == 72);

struct Quantization {
  float scale;
  std::int64_t zero_point;
};
static_assert(sizeof(Quantization) == 16);

struct EnvironmentOption {
  std::int32_t tag;
  std::int32_t tag_padding = 0;
  std::int32_t type;
  std::int32_t type_padding = 0;
  std::int64_t value;
};
static_assert(sizeof(EnvironmentOption) == 24);
inline constexpr int kLeastSeverity = 25;  // tag: of what is logged
inline constexpr int kInteger = 2;         // type
inline constexpr int kErrors = 3;          // severity

inline constexpr int kPerTensor = 1;  // of a tensor's kinds of quantization
inline constexpr int kCpu = 1;        // of the accelerators' bits
inline constexpr std::size_t kAlignment = 64;  // of buffers in host memory

// Handles are passed as pointers. Every function but the destroying ones returns 0 for success.
struct Api {
  const char* (*status_text)(int);  // null in releases that lack it
  int (*create_environment)(int options, const EnvironmentOption*, Environment**);
  int (*model_from_buffer)(Environment*, const void*, std::size_t, File**);
  void (*destroy_model)(File*);
  int (*signature)(File*, std::size_t, Signature**);
  int (*input_count)(Signature*, std::size_t*);
  int (*output_count)(Signature*, std::size_t*);
  int (*input_name)(Signature*, std::size_t, const char**);
  int (*output_name)(Signature*, std::size_t, const char**);
  int (*input_tensor)(Signature*, std::size_t, Tensor**);
  int (*output_tensor)(Signature*, std::size_t, Tensor**);
  int (*main_subgraph)(File*, std::size_t*);
  int (*subgraph)(File*, std::size_t, Subgraph**);
  int (*operator_count)(Subgraph*, std::size_t*);
  int (*operator_at)(Subgraph*, std::size_t, Operator**);
  int (*operator_output)(Operator*, std::size_t, Tensor**);
  int (*tensor_type)(Tensor*, TensorType*);
  int (*quantization_kind)(Tensor*, int*);
  int (*quantization)(Tensor*, Quantization*);
  int (*create_options)(Options**);
  void (*destroy_options)(Options*);
  int (*set_accelerators)(Options*, int);
  int (*create_opaque)(const char* identifier, void* payload, void (*destroy)(void*), OpaqueOptions**);
  int (*add_opaque)(Options*, OpaqueOptions*);
  int (*compile)(Environment*, File*, Options*, Compiled**);
  void (*destroy_compiled)(Compiled*);
  int (*fully_accelerated)(Compiled*, bool*);  // null in releases that lack it
  int (*buffer_over)(const TensorType*, void*, std::size_t, void (*destroy)(void*), Buffer**);
  void (*destroy_buffer)(Buffer*);
  int (*run)(Compiled*, std::size_t signature, std::size_t, Buffer**, std::size_t, Buffer**);

  Status check(int status, const char* what) const;
};

struct Opened {
  Api api{};
  std::string path;
};

Result<Opened> open_api();

}  // namespace diolkos::plugin::litert
