"""Every public age vector behaves as its header says."""

import hashlib
import io
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fieldinspect.crypto.age.armor import unarmor
from fieldinspect.crypto.age.errors import (
    ArmorMalformed,
    HeaderChanged,
    HeaderMalformed,
    NoMatch,
    PayloadRefused,
)
from fieldinspect.crypto.age.file import open_file
from fieldinspect.crypto.age.recipients import Identity, ScryptIdentity, parse_identity
from tests.shared import ROOT, shared_data

FOLDER = ROOT.parent / "shared" / "data" / "age-vectors"
NAMES = sorted(path.name for path in FOLDER.iterdir()) if FOLDER.is_dir() else ["(absent)"]
OUTCOMES = {
    "armor failure": ArmorMalformed,
    "header failure": HeaderMalformed,
    "no match": NoMatch,
    "HMAC failure": HeaderChanged,
    "payload failure": PayloadRefused,
}


@dataclass
class Vector:
    expect: str = ""
    payload: str = ""
    identities: list[Identity] = field(default_factory=list)
    armored: bool = False
    file: bytes = b""


def read_vector(path: Path) -> Vector:
    head, _blank, file = path.read_bytes().partition(b"\n\n")
    vector = Vector(file=file)
    for line in head.decode().splitlines():
        name, _colon, value = line.partition(": ")
        match name:
            case "expect" | "payload":
                setattr(vector, name, value)
            case "identity":
                vector.identities.append(parse_identity(value))
            case "passphrase":
                vector.identities.append(ScryptIdentity(value))
            case "armored":
                vector.armored = value == "yes"
            case "compressed":
                assert value == "zlib"
                vector.file = zlib.decompress(file)
            case _:
                assert name in {"file key", "comment"}
    return vector


def opened(vector: Vector) -> tuple[str, bytes]:
    """Outcome and the plain bytes that were given out before it."""
    plain = b""
    try:
        file = unarmor(vector.file) if vector.armored else vector.file
        payload = open_file(io.BytesIO(file), vector.identities).payload
        while piece := payload.read(1 << 20):
            plain += piece
    except tuple(OUTCOMES.values()) as refused:
        return next(name for name, kind in OUTCOMES.items() if isinstance(refused, kind)), plain
    return "success", plain


@pytest.mark.parametrize("name", NAMES)
def test_vector(name: str) -> None:
    vector = read_vector(shared_data("age-vectors", name))
    outcome, plain = opened(vector)
    assert outcome == vector.expect
    if vector.payload:
        assert hashlib.sha256(plain).hexdigest() == vector.payload
    else:
        assert plain == b""


def test_the_vectors_are_all_there() -> None:
    shared_data("age-vectors")
    assert len(NAMES) >= 95
