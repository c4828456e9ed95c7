#!/usr/bin/env bash
# Makes docs/example-report anew: speed of FCN-ResNet50 at 288x288 in every runtime that is here, accuracy of the
# demonstration network, and the page of both. About ten minutes; the machine should do nothing else.
#
#   bench/example_report.sh [--quick] [DIOLKOS]      # --quick: small and few, to see that it works
set -euo pipefail
cd "$(dirname "$0")/.."

quick=
[ "${1:-}" != --quick ] || { quick=yes; shift; }
diolkos=$(realpath "${1:-build/release/bin/diolkos}")
out=${EXAMPLE_REPORT:-docs/example-report}
assets=${DIOLKOS_ASSETS:-../shared/assets}
demo=assets/demo/fcn_demo.pth
samples=12 size=288
[ -z "$quick" ] || samples=2 size=96
peers=(build/peers/lib/python3*/site-packages)
export DIOLKOS_RUNTIME_PATH=${DIOLKOS_RUNTIME_PATH:-${peers[0]}}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
say() { printf '== %s (%d s)\n' "$*" "$SECONDS"; }

images=$assets/voc/images masks=$assets/voc/masks
if [ -n "$quick" ]; then
  mkdir "$work/images"
  ls "$images" | head -4 | while read -r name; do cp "$images/$name" "$work/images"; done
  images=$work/images
fi
mkdir "$work/calibration"
ls "$assets/train/images" | sed -n '1~66p' |
  while read -r name; do cp "$assets/train/images/$name" "$work/calibration"; done

say "Int8 of both networks"
"$diolkos" convert fcn_resnet50:random --size $size -o "$work/fcn_int8.tflite" --quantize integer \
  --calibrate "$work/calibration" --samples 2 --no-weight-search --no-bias-correction --threshold-samples 0
"$diolkos" convert "$demo" -o "$work/demo_int8.tflite" --quantize integer --calibrate "$work/calibration"
cp bench/example_report.toml "$work/matrix.toml"

say "Speed"
"$diolkos" bench fcn_resnet50:random --size $size --matrix "$work/matrix.toml" --iterations $samples --threads 2 \
  --input "$assets/video/davis_dog.mp4" --class dog --json "$out/speed.json"
say "Speed of the demonstration network, and its layers"
"$diolkos" bench "$demo" --runtime onnxruntime,openvino,litert --iterations $samples --json "$out/demo_float32.json"
"$diolkos" bench "$work/demo_int8.tflite" --runtime onnxruntime,openvino,litert --precision int8 --iterations $samples \
  --json "$out/demo_int8.json"
"$diolkos" bench "$demo" --iterations $samples --explain --json "$out/layers_float32.json" >/dev/null
"$diolkos" bench "$work/demo_int8.tflite" --precision int8 --iterations $samples --explain \
  --json "$out/layers_int8.json" >/dev/null
"$diolkos" compare "$demo" "$work/demo_int8.tflite" --images "$work/calibration" --samples 4 \
  --json "$out/errors.json" >/dev/null
say "Accuracy"
"$diolkos" eval "$demo" "$work/demo_int8.tflite" --runtime native,onnxruntime,openvino,litert --precision fp32,int8 \
  --images "$images" --masks "$masks" --json "$work/accuracy.json"
say "Flicker"
"$diolkos" eval "$demo" "$work/demo_int8.tflite" --precision fp32,int8 --video "$assets/video/davis_dog.mp4" \
  --json "$out/flicker.json"

# Without the counts of each image and each threshold, which are most of the file; paths as the reader would have them.
python3 - "$work" "$out" <<'PYTHON'
import json, pathlib, sys
work, out = map(pathlib.Path, sys.argv[1:])
document = json.loads((work / "accuracy.json").read_text())
for row in document["rows"]:
    row.pop("per_image", None)
    row.pop("curves", None)
(out / "accuracy.json").write_text(json.dumps(document))
for path in sorted(out.glob("*.json")):
    text = path.read_text().replace(f"{work}/", "")
    path.write_text(json.dumps(json.loads(text), separators=(",", ":")) + "\n")
PYTHON

say "The page"
files=(speed demo_float32 demo_int8 accuracy flicker errors layers_float32 layers_int8)
(cd "$out" && "$diolkos" report "${files[@]/%/.json}" -o report.html \
  --title "FCN-ResNet50 on a processor, and what int8 costs")
say "Done: $out/report.html"
du -ch "$out"/* | tail -1
