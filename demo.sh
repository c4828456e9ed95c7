#!/usr/bin/env bash
# The main job on a real photo and a real clip, from nothing: installs, builds, finds weights, draws masks.
#
#   ./demo.sh [--weights FILE]
#
# Works on Debian bookworm, as root or with sudo. Everything lands in build/; the pictures in build/demo/.
set -euo pipefail
cd "$(dirname "$0")"

weights=
while [ $# -gt 0 ]; do
  case "$1" in
    --weights) weights=${2:?--weights needs a file}; shift 2 ;;
    -h|--help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "$0: unexpected '$1'; try --help" >&2; exit 2 ;;
  esac
done

say() { printf '\n== %s\n' "$*"; }

say "Packages"
scripts/install_packages.sh build demo
say "Build"
out=build/demo
mkdir -p "$out"
cmake --preset release >"$out/configure.log" 2>&1 || { cat "$out/configure.log"; exit 1; }
cmake --build --preset release --target diolkos
diolkos=build/release/bin/diolkos

say "Photos: Debian's own, from package darknet (MIT)"
photos=$out/photos
[ -e "$photos/dog.jpg" ] || scripts/demo_photos.sh "$photos"
clip=$out/pan.mp4
[ -e "$clip" ] || scripts/demo_clip.sh "$photos/dog.jpg" "$clip"

say "Weights"
demonstration=assets/demo/fcn_demo.pth
teacher=../shared/assets/models/deeplabv3_mnv2_pascal_513.onnx
normalize=()
if [ -n "$weights" ]; then
  model=$weights
elif [ -e "$demonstration" ]; then
  model=$demonstration
  echo "A small network that was trained to show the way, no more: docs/demo-network.md."
elif [ -e "$teacher" ]; then
  model=$teacher
  normalize=(--normalize symmetric)
elif model=$("$diolkos" fetch fcn_resnet50 --quiet); then
  :
else
  model=fcn_resnet50:random
  echo "No trained weights are at hand: neither --weights, nor $demonstration, nor $teacher, nor the Internet."
  echo "What follows shows the way through the program with RANDOM weights: its masks mean nothing."
fi
echo "$model"

say "In float32: from checkpoint to masks"
"$diolkos" run "$model" "$photos/dog.jpg" -o "$out/dog_masked.png" --class dog "${normalize[@]}"
"$diolkos" run "$model" "$clip" -o "$out/pan_masked.mp4" --class dog "${normalize[@]}" --json "$out/run_fp32.json"
"$diolkos" bench "$model" --json "$out/bench_fp32.json"

say "In int8: calibrated on the other photos, as the boards want it"
integers=$out/int8.tflite
"$diolkos" convert "$model" -o "$integers" --quantize full_integer --calibrate "$photos/others" "${normalize[@]}"
"$diolkos" run "$integers" "$photos/dog.jpg" -o "$out/dog_masked_int8.png" --class dog
"$diolkos" run "$integers" "$clip" -o "$out/pan_masked_int8.mp4" --class dog --json "$out/run_int8.json"
"$diolkos" bench "$integers" --precision int8 --json "$out/bench_int8.json"
"$diolkos" report "$out"/{bench,run}_{fp32,int8}.json -o "$out/report.html" --title "Diolkos: float32 and int8 side by side"

say "Done"
echo "Look at:"
ls -1 "$out"/*_masked*.* "$out/report.html"
