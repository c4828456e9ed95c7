// Memory and a stream of a CUDA device, let go of with the object.
#pragma once

#include <utility>

#include "tensorrt/library.h"

namespace diolkos::plugin::tensorrt {

// On the device, or pinned on the host.
class Block {
 public:
  enum class Where { device, host };
  static Result<Block> make(const Cuda& cuda, std::size_t bytes, Where where) {
    Block block(cuda, where);
    TRY(cuda.check((where == Where::device ? cuda.malloc : cuda.malloc_host)(&block.data_, bytes),
                   "allocating memory"));
    return block;
  }
  Block(Block&& other) noexcept
      : cuda_(other.cuda_), where_(other.where_), data_(std::exchange(other.data_, nullptr)) {}
  Block& operator=(Block&&) = delete;
  ~Block() {
    if (data_ != nullptr) (where_ == Where::device ? cuda_->free : cuda_->free_host)(data_);
  }
  void* get() const { return data_; }

 private:
  Block(const Cuda& cuda, Where where) : cuda_(&cuda), where_(where) {}
  const Cuda* cuda_;
  Where where_;
  void* data_ = nullptr;
};

class Stream {
 public:
  static Result<Stream> make(const Cuda& cuda) {
    Stream stream(cuda);
    TRY(cuda.check(cuda.create_stream(&stream.stream_), "making a stream"));
    return stream;
  }
  Stream(Stream&& other) noexcept : cuda_(other.cuda_), stream_(std::exchange(other.stream_, nullptr)) {}
  Stream& operator=(Stream&&) = delete;
  ~Stream() {
    if (stream_ == nullptr) return;
    (void)cuda_->synchronize(stream_);
    cuda_->destroy_stream(stream_);
  }
  cudaStream_t get() const { return stream_; }

 private:
  explicit Stream(const Cuda& cuda) : cuda_(&cuda) {}
  const Cuda* cuda_;
  cudaStream_t stream_ = nullptr;
};

}  // namespace diolkos::plugin::tensorrt
