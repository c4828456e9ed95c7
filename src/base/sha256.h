// SHA-256, by OpenSSL: names a model's bytes wherever a figure is printed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace diolkos {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void update(std::span<const std::byte> bytes);
  std::string hex();  // 64 lower-case digits; once, at the end

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256_hex(std::span<const std::byte> bytes);
Result<std::string> sha256_of_file(const std::filesystem::path& path);

}  // namespace diolkos
