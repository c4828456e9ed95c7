#!/usr/bin/env bash
# Runs every parser's fuzz target for some seconds. A finding is kept under build/fuzz/findings/ and fails the run.
#
#   scripts/fuzz.sh [SECONDS-EACH]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
cmake --preset fuzz >build/fuzz.configure.log 2>&1 || { cat build/fuzz.configure.log; exit 1; }
targets=$(cd fuzz && ls ./*_fuzz.cc | sed 's/\.cc$//; s/^\.\///')
cmake --build --preset fuzz -- --quiet $targets seeds
mkdir -p build/fuzz/findings
build/fuzz/bin/seeds build/fuzz/seeds
failed=0
count=0
for target in $targets; do
  corpus=build/fuzz/corpus/$target
  mkdir -p "$corpus"
  seeds=()
  for folder in "fuzz/seeds/$target" "build/fuzz/seeds/$target"; do
    [ -d "$folder" ] && seeds+=("$folder")
  done
  count=$((count + 1))
  if build/fuzz/bin/"$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -verbosity=0 -print_final_stats=1 \
      -artifact_prefix=build/fuzz/findings/"$target"- "$corpus" "${seeds[@]}" >"build/fuzz/$target.log" 2>&1; then
    printf '%-24s %s\n' "$target" "$(grep number_of_executed_units "build/fuzz/$target.log" | tr -s ' :' ' ')"
  else
    failed=$((failed + 1))
    tail -n 30 "build/fuzz/$target.log"
    echo "$target: found something; see build/fuzz/findings/"
  fi
done
echo "$((count - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
