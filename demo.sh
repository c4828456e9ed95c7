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

say "A photo: Debian's own, from package darknet (MIT)"
photo=$out/dog.jpg
[ -e "$photo" ] || scripts/demo_photo.sh "$photo"
clip=$out/pan.mp4
[ -e "$clip" ] || scripts/demo_clip.sh "$photo" "$clip"

say "Weights"
teacher=../shared/assets/models/deeplabv3_mnv2_pascal_513.onnx
options=(--class dog)
if [ -n "$weights" ]; then
  model=$weights
elif [ -e "$teacher" ]; then
  model=$teacher
  options+=(--normalize symmetric)
elif model=$("$diolkos" fetch fcn_resnet50 --quiet); then
  :
else
  model=fcn_resnet50:random
  echo "No trained weights are at hand: neither --weights, nor $teacher, nor the Internet."
  echo "What follows shows the way through the program with RANDOM weights: its masks mean nothing."
fi
echo "$model"

say "From checkpoint to masks"
"$diolkos" run "$model" "$photo" -o "$out/dog_masked.png" "${options[@]}"
"$diolkos" run "$model" "$clip" -o "$out/pan_masked.mp4" "${options[@]}"
if [ -e ../shared/assets/video/davis_dog.mp4 ]; then
  "$diolkos" run "$model" ../shared/assets/video/davis_dog.mp4 -o "$out/davis_dog_masked.mp4" "${options[@]}"
fi

say "Done"
echo "Look at:"
ls -1 "$out"/*_masked.*
