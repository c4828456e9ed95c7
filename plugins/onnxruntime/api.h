// ONNX Runtime's C interface: a table of function pointers whose order never changes, of which these are used. Numbers
// are places in that table; all were there in version 11 (2022).
#pragma once

#include <cstddef>
#include <cstdint>

namespace diolkos::plugin::ort {

struct Environment;
struct Status;
struct MemoryInfo;
struct Session;
struct Value;
struct RunOptions;
struct TypeInfo;
struct TensorInfo;
struct SessionOptions;
struct Allocator;
struct CudaOptions;
struct TensorRtOptions;

inline constexpr std::uint32_t kApiVersion = 11;

struct ApiBase {
  const void* const* (*get_api)(std::uint32_t version);
  const char* (*get_version)();
};

template <class Function>
struct Slot {
  std::size_t place;
  Function* in(const void* const* table) const { return reinterpret_cast<Function*>(const_cast<void*>(table[place])); }
};

inline constexpr Slot<const char*(const Status*)> kGetErrorMessage{2};
inline constexpr Slot<Status*(int level, const char* name, Environment**)> kCreateEnvironment{3};
inline constexpr Slot<Status*(const Environment*)> kDisableTelemetry{6};
inline constexpr Slot<Status*(const Environment*, const char* path, const SessionOptions*, Session**)>
    kCreateSession{7};
inline constexpr Slot<Status*(const Environment*, const void*, std::size_t, const SessionOptions*, Session**)>
    kCreateSessionFromArray{8};
inline constexpr Slot<Status*(Session*, const RunOptions*, const char* const* names, const Value* const* inputs,
                              std::size_t, const char* const* names_out, std::size_t, Value** outputs)>
    kRun{9};
inline constexpr Slot<Status*(SessionOptions**)> kCreateSessionOptions{10};
inline constexpr Slot<Status*(SessionOptions*, int level)> kSetOptimizationLevel{23};
inline constexpr Slot<Status*(SessionOptions*, int threads)> kSetIntraThreads{24};
inline constexpr Slot<Status*(SessionOptions*, int threads)> kSetInterThreads{25};
inline constexpr Slot<Status*(const Session*, std::size_t*)> kInputCount{30};
inline constexpr Slot<Status*(const Session*, std::size_t*)> kOutputCount{31};
inline constexpr Slot<Status*(const Session*, std::size_t, TypeInfo**)> kInputType{33};
inline constexpr Slot<Status*(const Session*, std::size_t, TypeInfo**)> kOutputType{34};
inline constexpr Slot<Status*(const Session*, std::size_t, Allocator*, char**)> kInputName{36};
inline constexpr Slot<Status*(const Session*, std::size_t, Allocator*, char**)> kOutputName{37};
inline constexpr Slot<Status*(const MemoryInfo*, void*, std::size_t bytes, const std::int64_t* shape, std::size_t rank,
                              int type, Value**)>
    kCreateTensor{49};
inline constexpr Slot<Status*(const TypeInfo*, const TensorInfo**)> kTensorInfo{55};
inline constexpr Slot<Status*(const TensorInfo*, int*)> kElementType{60};
inline constexpr Slot<Status*(const TensorInfo*, std::size_t*)> kRank{61};
inline constexpr Slot<Status*(const TensorInfo*, std::int64_t*, std::size_t)> kDimensions{62};
inline constexpr Slot<Status*(int allocator, int memory, MemoryInfo**)> kCreateCpuMemoryInfo{69};
inline constexpr Slot<Status*(Allocator*, void*)> kFree{76};
inline constexpr Slot<Status*(Allocator**)> kDefaultAllocator{78};
inline constexpr Slot<void(Status*)> kReleaseStatus{93};
inline constexpr Slot<void(Session*)> kReleaseSession{95};
inline constexpr Slot<void(Value*)> kReleaseValue{96};
inline constexpr Slot<void(TypeInfo*)> kReleaseTypeInfo{98};
inline constexpr Slot<void(SessionOptions*)> kReleaseSessionOptions{100};
inline constexpr Slot<Status*(char***, int*)> kAvailableProviders{125};
inline constexpr Slot<Status*(char**, int)> kReleaseAvailableProviders{126};
inline constexpr Slot<Status*(SessionOptions*, const char* key, const char* value)> kAddConfigEntry{130};
inline constexpr Slot<Status*(SessionOptions*, const TensorRtOptions*)> kAppendTensorRt{170};
inline constexpr Slot<Status*(TensorRtOptions**)> kCreateTensorRtOptions{171};
inline constexpr Slot<Status*(TensorRtOptions*, const char* const* keys, const char* const* values, std::size_t)>
    kUpdateTensorRtOptions{172};
inline constexpr Slot<void(TensorRtOptions*)> kReleaseTensorRtOptions{174};
inline constexpr Slot<Status*(SessionOptions*, const CudaOptions*)> kAppendCuda{204};
inline constexpr Slot<Status*(CudaOptions**)> kCreateCudaOptions{205};
inline constexpr Slot<Status*(CudaOptions*, const char* const* keys, const char* const* values, std::size_t)>
    kUpdateCudaOptions{206};
inline constexpr Slot<void(CudaOptions*)> kReleaseCudaOptions{208};

inline constexpr int kFatalOnly = 4;  // logging level: errors come back as statuses
inline constexpr int kAllOptimizations = 99;
inline constexpr int kArenaAllocator = 1;
inline constexpr int kDefaultMemory = 0;

}  // namespace diolkos::plugin::ort
