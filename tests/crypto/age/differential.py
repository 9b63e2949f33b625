"""Our age files against those of others (the age command, pyrage), both ways, on plans drawn at random.

`python -m tests.crypto.age.differential SECONDS` prints how many files were exchanged. X25519 alone: neither peer, in
the versions that Debian and the lock have, knows the hybrid recipient; tests/crypto/age/test_age.py has a second
making of that.
"""

import io
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyrage

from fieldinspect.crypto.age.file import begin, open_file
from fieldinspect.crypto.age.recipients import generate_identity, parse_identity, parse_recipient

CHUNK = 1 << 16
BORDERS = [chunks * CHUNK + step for chunks in (0, 1, 2, 3) for step in (-1, 0, 1) if chunks or step >= 0]
Seal = Callable[[bytes, list[str]], bytes]
Open = Callable[[bytes, str], bytes]


class Peer(NamedTuple):
    """A program that makes and reads age files; `open` raises `OSError` for what it refuses."""

    seal: Seal
    open: Open


@dataclass(frozen=True)
class Plan:
    plain: bytes
    keys: tuple[tuple[str, str], ...]
    """Identity and recipient of each reader."""
    reader: int


def draw(chance: random.Random) -> Plan:
    size = chance.choice([*BORDERS, chance.randrange(4 * CHUNK), chance.randrange(1000)])
    keys = tuple(generate_identity("x25519") for _each in range(chance.randint(1, 6)))
    return Plan(chance.randbytes(size), keys, chance.randrange(len(keys)))


def _ours_seal(plain: bytes, recipients: list[str]) -> bytes:
    sink = io.BytesIO()
    _header, payload = begin(sink, [parse_recipient(text) for text in recipients])
    payload.write(plain)
    payload.close()
    return sink.getvalue()


def _ours_open(file: bytes, identity: str) -> bytes:
    return open_file(io.BytesIO(file), [parse_identity(identity)]).payload.readall() or b""


def _pyrage_seal(plain: bytes, recipients: list[str]) -> bytes:
    return bytes(pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(one) for one in recipients]))


def _pyrage_open(file: bytes, identity: str) -> bytes:
    try:
        return bytes(pyrage.decrypt(file, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError as error:
        raise OSError(str(error)) from error


def _age(*arguments: str | Path, given: bytes) -> bytes:
    done = subprocess.run(["age", *map(str, arguments)], input=given, capture_output=True, check=False)
    if done.returncode:
        raise OSError(done.stderr.decode())
    return done.stdout


def _age_seal(plain: bytes, recipients: list[str]) -> bytes:
    return _age(*(word for one in recipients for word in ("-r", one)), given=plain)


def _age_open(file: bytes, identity: str) -> bytes:
    with tempfile.NamedTemporaryFile("w") as key:
        key.write(identity + "\n")
        key.flush()
        return _age("-d", "-i", key.name, given=file)


OURS = Peer(_ours_seal, _ours_open)
PEERS = {"pyrage": Peer(_pyrage_seal, _pyrage_open)}
if shutil.which("age"):
    PEERS["age"] = Peer(_age_seal, _age_open)


def shape(file: bytes) -> tuple[str, ...]:
    """Return the lines of a header with every secret or random character as one dot; grease is left out."""
    header = file[: file.index(b"--- ") + 48].decode()
    header = re.sub(r"-> \S+-grease[^\n]*\n(?:[^-\n][^\n]*\n|\n)*", "", header)
    lines = header.split("\n")
    return tuple(
        re.sub(r"[A-Za-z0-9+/]{20,}", lambda found: "." * len(found.group()), line) for line in lines
    )


def exchange(plan: Plan) -> list[str]:
    """Return what went wrong when a file of this plan was made and read by each peer and by us."""
    recipients = [recipient for _identity, recipient in plan.keys]
    identity = plan.keys[plan.reader][0]
    stranger, _recipient = generate_identity("x25519")
    ours = OURS.seal(plan.plain, recipients)
    wrong = []
    for name, peer in PEERS.items():
        theirs = peer.seal(plan.plain, recipients)
        if peer.open(ours, identity) != plan.plain:
            wrong.append(f"{name} reads ours otherwise")
        if OURS.open(theirs, identity) != plan.plain:
            wrong.append(f"we read {name}'s otherwise")
        if shape(theirs) != shape(ours) or _payload(theirs) != _payload(ours):
            wrong.append(f"{name} writes another structure")
        spoilt = (ours[:-1], ours + b"\0", ours[: len(ours) // 2])
        if not all(_refuses(peer.open, file, identity) for file in spoilt):
            wrong.append(f"{name} takes what is cut or longer")
        if not _refuses(peer.open, ours, stranger):
            wrong.append(f"{name} opens for a stranger")
    return wrong


def _payload(file: bytes) -> int:
    return len(file) - file.index(b"--- ")


def _refuses(read: Open, file: bytes, identity: str) -> bool:
    try:
        read(file, identity)
    except OSError:
        return True
    return False


def run(seconds: float, seed: int | None = None) -> tuple[int, list[str]]:
    """Exchange files for some seconds; return how many plans were played and what went wrong."""
    chance = random.Random(os.urandom(8) if seed is None else seed)
    done, wrong = 0, []
    until = time.monotonic() + seconds
    while time.monotonic() < until or not done:
        plan = draw(chance)
        wrong += [f"{one}: {len(plan.plain)} bytes, {len(plan.keys)} recipients" for one in exchange(plan)]
        done += 1
    return done, wrong


if __name__ == "__main__":
    played, found = run(float(sys.argv[1]))
    print(f"{played} plans with {', '.join(PEERS)}: {len(found)} disagreements", *found, sep="\n")
    sys.exit(bool(found))
