"""Makes the golden bundles. Run once for a format: afterwards readers of every later release must open them.

`python -m tests.golden.make_bundles` refuses to overwrite.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from tests.exchange.making import World

FOLDER = Path(__file__).parent / "bundles"


def make(kind: str) -> None:
    path = FOLDER / f"fib1-{kind}.fib"
    if path.exists():
        sys.exit(f"{path.name} is there already; a golden file is never made again")
    with TemporaryDirectory() as folder:
        world = World(Path(folder), kind)
        sealed = world.seal(path, sequence=2, previous="0e" * 16, not_after="2099-12-31T23:59:59Z")
    told = {
        "identity": world.identity,
        "signer": world.signer.public.line,
        "sha256": sealed.sha256,
        "facts": msgspec.to_builtins(sealed.facts),
        "entries": [line.decode() for line in world.entries],
        "keys": {record: key.hex() for record, key in world.keys.items()},
        "roster": world.roster.decode(),
        "attachment": world.attachment.decode(),
    }
    path.with_suffix(".json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    make("x25519")
    make("hybrid")
