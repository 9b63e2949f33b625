#!/bin/sh
# Open the desktop on the sample inspection; without a display do the sample's whole job headless and say where it is.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python
sample=$PWD/build/sample

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    # What a person did in the sample's vaults is kept until make clean.
    if [ -e "$sample/README.txt" ]; then cat "$sample/README.txt"; else $python -m fieldinspect demo --out "$sample"; fi
    exec $python -m fieldinspect desktop --vaults "$sample/vaults"
fi
$python -m fieldinspect demo --out "$sample"
printf '\nThere is no display here: the sample inspection was run without its window. Its results are listed above.\n'
