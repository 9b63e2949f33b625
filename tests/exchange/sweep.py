"""Flip every bit and cut every byte of bundles, roster, slots and a receipt: nothing is accepted, nothing crashes.

`python -m tests.exchange.sweep [STEP]`: every bit, or every STEP-th. The outer sweep is what a carrier can do, the
inner one what an insider can: whoever opens a bundle knows its file key and seals a changed archive under it.
"""

import io
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fieldinspect.crypto import slots as slots_module
from fieldinspect.crypto import sshsig
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.keys import MasterKey
from fieldinspect.crypto.signed import open_document, sign_document
from fieldinspect.crypto.signing import PublicKey
from fieldinspect.crypto.slots import new_slots, read_slots, unlock
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind
from fieldinspect.exchange.reader import verify_bundle
from fieldinspect.journal.entry import Entry, from_line, is_signed_by, to_line
from tests.exchange.making import NOW, World, archive_of, resealed
from tests.journal.writers import Writer


@dataclass
class Tally:
    """How many were tried, and which were accepted or crashed."""

    flips: int = 0
    cuts: int = 0
    accepted: int = 0
    crashes: int = 0

    def __str__(self) -> str:
        return f"{self.flips} flips, {self.cuts} cuts: {self.accepted} accepted, {self.crashes} crashes"


def flips(raw: bytes, step: int) -> Iterator[bytes]:
    for place in range(0, len(raw) * 8, step):
        changed = bytearray(raw)
        changed[place // 8] ^= 1 << place % 8
        yield bytes(changed)


def cuts(raw: bytes, step: int) -> Iterator[bytes]:
    return (raw[:end] for end in range(0, len(raw), step))


def sweep(raw: bytes, use: Callable[[bytes], object], step: int) -> Tally:
    """Try every change of `raw`; `use` must refuse each with `BadInput` and accept `raw` itself."""
    use(raw)
    tally = Tally()
    for changed in flips(raw, step):
        tally.flips += 1
        _judge(changed, use, tally)
    for changed in cuts(raw, step):
        tally.cuts += 1
        _judge(changed, use, tally)
    return tally


def _judge(changed: bytes, use: Callable[[bytes], object], tally: Tally) -> None:
    try:
        use(changed)
    except BadInput:
        return
    except Exception as error:  # noqa: BLE001 - a crash of any kind is what is looked for
        tally.crashes += 1
        print(f"crash: {error!r}", file=sys.stderr)
        return
    tally.accepted += 1


def targets(folder: Path) -> Iterator[tuple[str, bytes, Callable[[bytes], object]]]:
    """Name, good bytes, and what takes them in."""
    for name, kind, attachment in (
        ("x25519", "x25519", b""),
        ("hybrid", "hybrid", b""),
        ("attachment", "x25519", b"x" * 2000),
    ):
        yield from _bundle(name, World(_folder(folder, name), kind, attachment=attachment))
    key = MasterKey.generate()
    slots_module.derive_slot_key = _quick  # what is tried is the reading; 64 MiB a try would take days
    yield (
        "slots",
        new_slots("0a" * 16, key, "words", FLOOR_COST),
        lambda raw: unlock(read_slots(raw, raw), "words"),
    )
    world = World(_folder(folder, "roster"))
    trusted = [world.signer.public]
    roster = sign_document('{"format":"fieldinspect-roster/1","people":[]}', [world.signer], sshsig.ROSTER)
    yield "roster", roster, lambda raw: open_document(raw, sshsig.ROSTER, trusted, 1)
    writer = Writer("a" * 32)
    said = {"bundle": "0d" * 16, "digest": "0e" * 32, "sender": "SHA256:" + "A" * 43, "count": "3"}
    receipt = to_line(writer.write("f" * 32, said, kind=Kind.RECEIPT))
    yield "receipt", receipt, lambda raw: _signed(from_line(raw), writer.signer.public)


def _signed(entry: Entry, key: PublicKey) -> None:
    if not is_signed_by(entry, key):
        raise BadInput("not its writer's")


def _bundle(name: str, world: World) -> Iterator[tuple[str, bytes, Callable[[bytes], object]]]:
    world.seal()
    file = world.path.read_bytes()

    def outer(raw: bytes) -> object:
        return verify_bundle(
            io.BytesIO(raw), identities=[world.identity], resolve_signer=world.knows, now=NOW
        )

    yield f"{name} outer", file, outer
    archive = archive_of(file, world.identity)
    yield f"{name} inner", archive, lambda raw: outer(resealed(file, world.identity, raw))


def _folder(folder: Path, name: str) -> Path:
    path = folder / name
    path.mkdir()
    return path


def _quick(passphrase: str, salt: bytes, cost: object) -> bytes:
    return (passphrase.encode() + salt + str(cost).encode())[:32].ljust(32)


def main(step: int) -> int:
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, raw, use in targets(Path(folder)):
            begun = time.monotonic()
            tally = sweep(raw, use, step)
            print(f"{name}\t{len(raw)} bytes\t{tally}\t{time.monotonic() - begun:.0f} s", flush=True)
            failed += tally.accepted + tally.crashes
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
