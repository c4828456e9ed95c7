#include "fetch/index_page.h"

#include <fmt/format.h>

#include "base/mapped_file.h"
#include "fetch/part_file.h"
#include "fetch/transfer.h"

namespace diolkos::fetch {
namespace {

constexpr std::uint64_t kLargestPage = 64u << 20;

// "https://host" of "https://host/simple/project/".
std::string_view origin_of(std::string_view address) {
  const std::size_t host = address.find("://");
  return host == address.npos ? address : address.substr(0, address.find('/', host + 3));
}

std::string resolve(std::string link, std::string_view address) {
  if (link.find("://") != link.npos) return link;
  if (link.starts_with("//")) return std::string(address.substr(0, address.find("//"))) + link;
  if (link.starts_with('/')) return std::string(origin_of(address)) + link;
  std::string base(address.substr(0, address.rfind('/')));
  while (link.starts_with("../")) {
    link.erase(0, 3);
    if (base.rfind('/') > base.find("://") + 2) base.erase(base.rfind('/'));
  }
  return base + "/" + link;
}

}  // namespace

std::optional<std::string> link_to(std::string_view page, std::string_view file, std::string_view address) {
  constexpr std::string_view kAttribute = "href=\"";
  for (std::size_t at = page.find(kAttribute); at != page.npos; at = page.find(kAttribute, at + 1)) {
    const std::string_view rest = page.substr(at + kAttribute.size());
    const std::size_t end = rest.find('"');
    if (end == rest.npos) break;
    const std::string_view whole = rest.substr(0, end);
    const std::string_view link = whole.substr(0, whole.find_first_of("#?"));
    if (link.substr(link.rfind('/') + 1) == file) return resolve(std::string(link), address);
  }
  return std::nullopt;
}

Result<std::string> find_in_index(const std::string& address, std::string_view file,
                                  const std::filesystem::path& folder) {
  if (!address.starts_with("http://") && !address.starts_with("https://"))
    return failure(ErrorCode::usage,
                   fmt::format("index '{}': expected an address that begins with http:// or https://", address));
  const std::filesystem::path page = folder / fmt::format("{}.html", file);
  TRY_ASSIGN(PartFile part, PartFile::open(page));
  TRY(part.clear());
  const Request request{address, std::chrono::seconds(20), std::chrono::seconds(30), kLargestPage, {}};
  TRY_ASSIGN(const Answer answer, transfer(request, part));
  if (!answer.complete)
    return io_failure(
        fmt::format("{}: {}; check the network and https_proxy, or name another index with --index", address,
                    answer.problem.empty() ? fmt::format("the server answers {}", answer.status) : answer.problem));
  TRY(part.commit());
  TRY_ASSIGN(const auto mapped, MappedFile::open(page));
  std::error_code ignored;
  std::filesystem::remove(page, ignored);
  const auto found = link_to(mapped->text(), file, address);
  if (found) return *found;
  return io_failure(fmt::format("{}: the index does not have {}; name another with --index", address, file));
}

}  // namespace diolkos::fetch
