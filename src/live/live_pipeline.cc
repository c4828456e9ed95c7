#include "live/live_pipeline.h"

#include <thread>

#include "live/source_run.h"

namespace diolkos::live {

Status run_live(const Networks& networks, const LiveOptions& options, const SharedSettings& settings,
                std::span<const Feed> feeds) {
  Turns network(networks.first.streams.size());
  std::vector<std::unique_ptr<SourceRun>> runs;
  for (const Feed& feed : feeds) {
    TRY_ASSIGN(auto stages, FrameStages::create(networks, settings.get(), options.smooth));
    const SourceRun::Shared shared{options, settings, network, networks.first.streams.size()};
    runs.push_back(std::make_unique<SourceRun>(feed, std::move(stages), shared));
  }
  std::mutex mutex;
  Status first_error;
  std::vector<std::thread> threads;
  for (const auto& run : runs)
    threads.emplace_back([&, of = run.get()] {
      Status end = of->go();
      if (end) return;
      const std::lock_guard lock(mutex);
      if (first_error) first_error = std::move(end);
      for (const auto& other : runs) other->abandon();
    });
  for (std::thread& thread : threads) thread.join();
  return first_error;
}

}  // namespace diolkos::live
