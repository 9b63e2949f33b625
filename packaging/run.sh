#!/bin/sh
# Open the desktop on the sample inspection; without a display do the sample's whole job headless and say where it is.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python
sample=build/sample

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    [ -d $sample/vaults ] || $python -m fieldinspect demo --out $sample
    exec $python -m fieldinspect
fi
$python -m fieldinspect demo --out $sample
printf '\nThere is no display here, so the sample inspection was run without its window.\nThe results are in %s: summary.pdf, bundles/, vaults/, and verify/README.md for a sceptic.\n' "$PWD/$sample"
