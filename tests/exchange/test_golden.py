"""The bundles of earlier releases open, and say what they said when they were made."""

import json
from pathlib import Path

import msgspec
import pytest

from fieldinspect.crypto.blobs import open_blob
from fieldinspect.crypto.signing import PublicKey
from fieldinspect.exchange.reader import open_bundle
from tests.exchange.making import NOW, RECORD

BUNDLES = sorted((Path(__file__).parents[1] / "golden" / "bundles").glob("*.fib"))


def test_they_are_there() -> None:
    assert [path.name for path in BUNDLES] == ["fib1-hybrid.fib", "fib1-x25519.fib"]


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.stem)
def test_golden_bundle(path: Path, tmp_path: Path) -> None:
    told = json.loads(path.with_suffix(".json").read_text())
    signer = PublicKey.from_line(told["signer"])
    with open_bundle(
        path,
        identities=[told["identity"]],
        resolve_signer={signer.fingerprint: signer}.get,
        staging=tmp_path,
        seen=lambda _bundle: False,
        now=NOW,
    ) as opened:
        assert opened.sha256 == told["sha256"]
        assert json.loads(msgspec.json.encode(opened.facts)) == told["facts"]
        assert [line.decode() for line in opened.entries()] == told["entries"]
        assert {record: [key.hex() for key in keys] for record, keys in opened.keys.items()} == told["keys"]
        assert opened.roster.decode() == told["roster"]
        (sealed,) = opened.blobs.values()
        with sealed.open("rb") as file:
            assert open_blob(file, opened.keys[RECORD][0]).read().decode() == told["attachment"]
