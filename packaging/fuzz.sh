#!/bin/sh
# Put atheris (fuzzing led by coverage) into build/atheris where there is a wheel for this machine; else say so.
# It stays out of .venv: 130 MB that nothing else needs, and only for Linux on x86-64.
set -eu
cd "$(dirname "$0")/.."
lock=packaging/requirements-fuzz.lock folder=build/atheris
stamp=$(cat $lock | sha256sum)
[ "$(cat $folder/stamp 2>/dev/null)" != "$stamp" ] || exit 0
rm -rf $folder
export UV_SYSTEM_CERTS=1 UV_NO_PROGRESS=1
if .venv/bin/uv pip install --quiet --python .venv/bin/python --target $folder --no-deps --require-hashes \
    --only-binary :all: -r $lock 2>build/fuzz.log; then
    echo "$stamp" >$folder/stamp
else
    rm -rf $folder
    echo "atheris cannot be had here (build/fuzz.log says why): input is changed at random instead" >&2
fi
