// Where this program and what was installed with it lie.
#pragma once

#include <filesystem>

namespace diolkos::engines {

std::filesystem::path program_folder();  // of the running executable; empty where the system does not tell

}  // namespace diolkos::engines
