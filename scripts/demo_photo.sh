#!/usr/bin/env bash
# Takes data/dog.jpg out of Debian's package darknet, without installing the package.
#
#   scripts/demo_photo.sh OUT.jpg
set -euo pipefail
out=$(realpath -m "${1:?$0 OUT.jpg}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && apt-get download -qq darknet >/dev/null 2>&1) || {
  echo "$0: cannot download Debian's package darknet; is a Debian mirror reachable? Try: apt-get update" >&2
  exit 1
}
dpkg-deb -x "$work"/darknet_*.deb "$work/unpacked"
cp "$work/unpacked/usr/share/darknet/data/dog.jpg" "$out.partial"
mv "$out.partial" "$out"
cp "$work/unpacked/usr/share/doc/darknet/copyright" "${out%.jpg}.copyright"
