#!/bin/sh
# Open the desktop on the sample inspection; without a display do the sample's whole job headless and say where it is.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python
sample=$PWD/build/sample
named=${WAYLAND_DISPLAY:-${DISPLAY:-}}

# A variable may name a display that is gone or not ours to use, and Qt would abort on it: ask Qt first, in a process
# that may die. A server that never answers counts as none.
display_opens() (
    exec 2>/dev/null
    ulimit -c 0
    timeout 20 $python -c 'from PySide6.QtGui import QGuiApplication; QGuiApplication([])' || false
)

if [ -n "$named" ] && display_opens; then
    # What a person did in the sample's vaults is kept until make clean.
    if [ -e "$sample/README.txt" ]; then cat "$sample/README.txt"; else $python -m fieldinspect demo --out "$sample"; fi
    exec $python -m fieldinspect desktop --vaults "$sample/vaults"
fi

# Not into the vaults that the desktop was opened on before: a demonstration begins by clearing its folder.
$python -m fieldinspect demo --out "$PWD/build/demo"
if [ -n "$named" ]; then
    printf '\nThe display %s cannot be opened: the sample inspection was run without its window.' "$named"
else
    printf '\nThere is no display here: the sample inspection was run without its window.'
fi
printf ' Its results are listed above.\n'
