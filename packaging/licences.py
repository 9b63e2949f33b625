"""Write docs/licences.md: what we ship that others made, and on what terms.

python packaging/licences.py           write it
python packaging/licences.py --check   fail if it is out of date
"""

import argparse
import re
import sys
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"
# Read in their sources, where the metadata says nothing.
READ = {
    "python-dateutil": "Apache-2.0 / BSD-3-Clause",
    "sqlcipher3": "zlib; the SQLCipher inside it BSD-3-Clause, its OpenSSL Apache-2.0",
}
HEAD = """# Licences of what we ship

Written by `packaging/licences.py` from the metadata of the packages in requirements.lock; `make test` checks it.
Qt and PySide6 are used under the LGPL-3.0: separate shared libraries, never linked statically, so that anyone may
replace them.

| package | licence |
|---|---|
"""
TAIL = """
Beside the code: Noto Sans (resources/fonts), SIL Open Font License 1.1, see OFL.txt there.
"""


def licence(package: PackageMetadata) -> str:
    """Return the licence as the package states it: expression, short text, or classifiers."""
    stated = next(
        (text for key in ("License-Expression", "License") for text in package.get_all(key) or []), ""
    )
    if stated and "\n" not in stated and len(stated) < 80:
        return stated
    classifiers = package.get_all("Classifier") or []
    return (
        " / ".join(line.split(" :: ")[-1] for line in classifiers if line.startswith("License"))
        or "not stated"
    )


def page() -> str:
    names = re.findall(r"^([a-z0-9.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    rows = [f"| {name} | {READ.get(name) or licence(metadata(name))} |\n" for name in sorted(set(names))]
    return HEAD + "".join(rows) + TAIL


def main() -> int:
    parser = argparse.ArgumentParser(description="Write docs/licences.md.")
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    sys.stderr.write("docs/licences.md is out of date: run python packaging/licences.py\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
