#!/usr/bin/env bash
# Installs what the tests need, builds, runs every test. As root or with sudo, on Debian bookworm.
#
#   ./test.sh            the release build's tests, parsers under AddressSanitizer, threads under ThreadSanitizer
#   ./test.sh PART...    some of them: release, asan-ubsan, tsan; or fuzz (every parser for a minute), board (the build
#                        for boards), aarch64 (the same and the kernels for 64-bit Arm, cross-compiled, under qemu-user)
set -euo pipefail
cd "$(dirname "$0")"

say() { printf '\n== %s (%d s)\n' "$*" "$SECONDS"; }

# The peers that our answers are compared with live in an environment of their own.
install_peers() {
  [ build/peers/installed -nt tests/requirements.txt ] && return
  python3 -m venv build/peers
  build/peers/bin/pip install --quiet --disable-pip-version-check -r tests/requirements.txt
  touch build/peers/installed
}

build_and_test() {
  local preset=$1; shift
  say "$preset: build"
  cmake --preset "$preset" >"build/$preset.configure.log" 2>&1 || { cat "build/$preset.configure.log"; exit 1; }
  cmake --build --preset "$preset" -- --quiet "$@"
  say "$preset: test"
  ctest --preset "$preset" --timeout 900
}

run() {
  case "$1" in
    release)
      install_peers
      build_and_test release ;;
    asan-ubsan) build_and_test asan-ubsan parser_tests ;;
    tsan) build_and_test tsan threaded_tests ;;
    fuzz) scripts/fuzz.sh 60 ;;
    aarch64)
      scripts/install_packages.sh aarch64
      build_and_test aarch64 board_tests diolkos_cpu_test diolkos_kernels_test ;;
    board) build_and_test board board_tests ;;
    *) echo "$0: unknown '$1'; expected: release, asan-ubsan, tsan, fuzz, board, aarch64" >&2; exit 2 ;;
  esac
}

mkdir -p build
say "packages"
scripts/install_packages.sh build test
[ $# -gt 0 ] || set -- asan-ubsan tsan release
for part in "$@"; do run "$part"; done
say "all done"
