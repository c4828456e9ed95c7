#!/usr/bin/env bash
# Takes the photos out of Debian's package darknet (MIT), without installing the package: dog.jpg for the demonstration,
# the others to calibrate on.
#
#   scripts/demo_photos.sh FOLDER        writes FOLDER/dog.jpg, FOLDER/copyright, FOLDER/others/*.jpg
set -euo pipefail
out=$(realpath -m "${1:?$0 FOLDER}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && apt-get download -qq darknet >/dev/null 2>&1) || {
  echo "$0: cannot download Debian's package darknet; is a Debian mirror reachable? Try: apt-get update" >&2
  exit 1
}
dpkg-deb -x "$work"/darknet_*.deb "$work/unpacked"
photos=$work/photos
mkdir -p "$photos/others"
cp "$work"/unpacked/usr/share/darknet/data/*.jpg "$photos/others"
mv "$photos/others/dog.jpg" "$photos"
cp "$work/unpacked/usr/share/doc/darknet/copyright" "$photos"
mkdir -p "$(dirname "$out")"
rm -rf "$out"
mv "$photos" "$out"
