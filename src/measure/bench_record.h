// One measured row, and its JSON form "diolkos.bench/2" (docs/results.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "measure/conditions.h"
#include "measure/latency.h"
#include "measure/layers.h"
#include "measure/machine.h"
#include "measure/stages.h"
#include "measure/starts.h"
#include "measure/verdict.h"

namespace diolkos::measure {

struct BenchRecord {
  struct Model {
    std::string name, format, architecture, sha256;
    std::string input;  // "1x3x288x288"
    std::int64_t parameters = 0;
    std::int64_t multiply_adds = 0;
  } model;
  std::string runtime = "native";
  std::string precision = "fp32";
  std::string isa;       // "avx512"
  bool winograd = true;  // whether convolutions may use it
  bool tuned = false;    // kernels chosen by measurement
  std::string cpus;      // that each thread was kept on, "0-3,6"; empty: none
  std::string calibration;  // "seeded random inputs" where integers were made for the measurement alone; else empty
  int threads = 0;
  LatencyProtocol protocol;
  LatencySamples latency;     // of all starts; first_ms and warm_up_steps of the last
  std::vector<Start> starts;  // that the samples are of; empty: one
  int rounds = 1;  // that the samples were taken in, in turn with others
  Conditions conditions;
  Verdict verdict;
  double load_ms = 0;  // reading, passes, planning and packing, in the last start
  double peak_rss_mb = 0;
  // Several sessions on one plan at the same time; count 0: not measured.
  struct Streams {
    int count = 0;
    int threads = 0;           // of each
    double fps = 0;            // of all together
    double median_ms = 0;      // of one inference, beside the others
  } streams;
  // Of a runtime that works apart from its caller: the time until a run is queued, which a measurement takes that
  // forgets to synchronise, and until its outputs are there. Empty where the runtime works in the caller's thread.
  struct Asynchronous {
    std::vector<double> submit_ms, synchronized_ms;
  } asynchronous;
  std::optional<double> device_ms;  // of one run, as the device itself tells: without the way there and back
  BenchStages stages;
  LayerTimes layers;  // empty where they were not asked for
  Machine machine;
};

std::string to_json(const BenchRecord& record);

// What a measurement that forgets to synchronise would have claimed: its time, and how many times too fast it is.
struct FalseClaim {
  double median_ms = 0, times = 0;
};
FalseClaim false_claim(const BenchRecord::Asynchronous& asynchronous);

// A few lines for people: the figures, what they were taken of, on what.
std::string to_text(const BenchRecord& record);

}  // namespace diolkos::measure
