#!/usr/bin/env bash
# Makes a clip of four seconds out of a photo, by panning and zooming over it.
#
#   scripts/demo_clip.sh PHOTO OUT.mp4
set -euo pipefail
photo=${1:?$0 PHOTO OUT.mp4}
out=${2:?$0 PHOTO OUT.mp4}
across="x='(iw-iw/zoom)*(0.5-0.5*cos(on/32))':y='(ih-ih/zoom)/2'"
ffmpeg -loglevel error -y -loop 1 -i "$photo" -t 4 -r 25 -vf \
  "scale=1536:-2,zoompan=z='1.25+0.25*sin(on/16)':$across:d=1:s=640x480:fps=25" \
  -c:v libx264 -pix_fmt yuv420p -movflags +faststart "$out.partial.mp4"
mv "$out.partial.mp4" "$out"
