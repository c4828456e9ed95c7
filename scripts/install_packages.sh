#!/usr/bin/env bash
# Installs what Diolkos needs from Debian bookworm. Says what it installs; does nothing where all is there.
#
#   scripts/install_packages.sh build          to build and run
#   scripts/install_packages.sh build test     and to run every test
#   scripts/install_packages.sh build demo     and to run the demonstration
#   scripts/install_packages.sh build aarch64  and to cross-compile for 64-bit Arm boards and test under qemu-user
set -euo pipefail

build=(g++ cmake ninja-build pkg-config ccache git ca-certificates
       libcli11-dev libfmt-dev libspdlog-dev nlohmann-json3-dev libexpected-dev libcurl4-openssl-dev libssl-dev
       zlib1g-dev libzip-dev libonnx-dev libprotobuf-dev protobuf-compiler libflatbuffers-dev flatbuffers-compiler
       libpng-dev libsqlite3-dev libopencv-dev libgstreamer-plugins-base1.0-dev
       libgtest-dev libgmock-dev libbenchmark-dev)
test=(python3 python3-venv python3-numpy python3-torch libtorch-dev python3-torchvision python3-onnx python3-pil
      openssh-client openssh-server
      python3-gst-1.0 gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-rtsp
      clang lld libclang-rt-14-dev chromium)
demo=(ffmpeg)
aarch64=(g++-aarch64-linux-gnu qemu-user)
for library in libssl-dev libprotobuf-dev zlib1g-dev libsqlite3-dev libgtest-dev libgmock-dev; do
  aarch64+=("$library:arm64")
done

wanted=()
for group in "${@:-build}"; do
  case "$group" in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    demo) wanted+=("${demo[@]}") ;;
    aarch64) wanted+=("${aarch64[@]}") ;;
    *) echo "$0: unknown group '$group'; expected: build, test, demo, aarch64" >&2; exit 2 ;;
  esac
done

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

command -v apt-get >/dev/null || {
  echo "$0: needs Debian's apt-get; install by hand: ${missing[*]}" >&2
  exit 1
}
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "$0: run as root, or install sudo; missing: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "Installing from Debian: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
case "${missing[*]}" in *:arm64*) "${as_root[@]}" dpkg --add-architecture arm64 ;; esac
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
