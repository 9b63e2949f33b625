#!/bin/sh
# Write the locks: exact versions and hashes, for every supported Python and system, and no registry's address.
# (Why not uv.lock: docs/adr, "A lock without addresses".)
set -eu
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
export UV_CUSTOM_COMPILE_COMMAND="make lock" UV_SYSTEM_CERTS=1

# Known pins stay as they are; `make lock UPGRADE=1` looks for newer ones.
pin() {
    $uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate "$@"
}

pin ${UPGRADE:+--upgrade} pyproject.toml --output-file requirements.lock
pin ${UPGRADE:+--upgrade} pyproject.toml --all-extras --group dev --constraint requirements.lock --output-file requirements-dev.lock
# 3.1 has no wheel for Python 3.11.
echo "atheris>=3,<3.1" | pin --output-file packaging/requirements-fuzz.lock -
echo uv | pin --constraint requirements-dev.lock --output-file packaging/requirements-uv.lock -
