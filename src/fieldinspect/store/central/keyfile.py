"""The centre's key file: everything that opens its database, kept outside of it. Format: docs/formats/central.md.

A slot file as a vault has it, then one line: the keys, sealed under a key that only its master key gives.
"""

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from fieldinspect.crypto.age.recipients import generate_identity
from fieldinspect.crypto.argon import Cost
from fieldinspect.crypto.columns import KEY_SIZE
from fieldinspect.crypto.keys import MasterKey
from fieldinspect.crypto.sealing import CannotOpen, RecordKey
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.crypto.slots import SlotFile, new_slots, read_slots, unlock, with_passphrase
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_id
from fieldinspect.files import atomic_write, world_failures, write_new
from fieldinspect.i18n import _
from fieldinspect.store.central.server import Server

NAME: Final = "central.keys"
MAX_FILE: Final = 256 * 1024
_SEAL: Final = b"fieldinspect central keys v1 "
_KINDS: Final = ("hybrid", "x25519")


class KeyFileDamaged(BadInput):
    def __init__(self) -> None:
        super().__init__(_("The key file is damaged, or none. Put back the copy that you keep elsewhere"))


class CentralKeys(msgspec.Struct, frozen=True):
    """What opens the centre's database and the bundles that come to it."""

    replica: str
    person: str
    name: str
    signing: bytes
    receiving: tuple[tuple[str, str], ...]
    """(identity, recipient) pairs, hybrid first."""
    column: bytes
    safe: bytes
    """Seals secrets of this replica, such as the credentials of depots."""
    server: Server
    merger: str
    """Password of the role that merges."""
    reader: str
    """Password of the role that counts."""

    def __repr__(self) -> str:
        return f"CentralKeys(replica={self.replica!r})"


def new_keys(name: str, server: Server) -> CentralKeys:
    """Make the keys of a new centre that is called `name` in the team list."""
    return CentralKeys(
        new_id(),
        new_id(),
        name,
        SigningKey.generate().secret_bytes(),
        tuple(generate_identity(kind) for kind in _KINDS),
        os.urandom(KEY_SIZE),
        os.urandom(KEY_SIZE),
        server,
        os.urandom(24).hex(),
        os.urandom(24).hex(),
    )


@dataclass(frozen=True)
class _File:
    slots: SlotFile
    sealed: bytes


def is_central(folder: Path) -> bool:
    return (folder / NAME).is_file()


def make_key_file(folder: Path, keys: CentralKeys, passphrase: str, cost: Cost) -> None:
    """Write a new key file into the folder; one that is there is never replaced."""
    master = MasterKey.generate()
    slots = new_slots(keys.replica, master, passphrase, cost)
    sealed = _safe(master).seal(msgspec.json.encode(keys), _SEAL + keys.replica.encode())
    try:
        write_new(folder / NAME, _joined(slots, sealed))
    finally:
        master.wipe()


def open_key_file(folder: Path, passphrase: str) -> CentralKeys:
    """Return the keys; raise `WrongPassphrase`, `KeyFileDamaged`, `SlotsDamaged`, `NewerVault` or `WorldFailed`."""
    found = _read(folder)
    master = unlock(found.slots, passphrase)
    try:
        plain = _safe(master).open(found.sealed, _SEAL + found.slots.vault.encode())
        return msgspec.json.decode(plain, type=CentralKeys)
    except (CannotOpen, msgspec.DecodeError):
        raise KeyFileDamaged from None
    finally:
        master.wipe()


def change_passphrase(folder: Path, old: str, new: str, cost: Cost) -> None:
    """Give the key file another passphrase; what it holds stays as it is. Raises as `open_key_file`."""
    found = _read(folder)
    master = unlock(found.slots, old)
    try:
        atomic_write(folder / NAME, _joined(with_passphrase(found.slots, master, new, cost), found.sealed))
    finally:
        master.wipe()


def _safe(master: MasterKey) -> RecordKey:
    return RecordKey(bytes(master.device_keys()))


def _joined(slots: bytes, sealed: bytes) -> bytes:
    return slots + base64.b64encode(sealed) + b"\n"


def _read(folder: Path) -> _File:
    with world_failures():
        if not is_central(folder):
            raise BadInput(_("There is no key file of a centre in this folder"))
        with (folder / NAME).open("rb") as file:
            raw = file.read(MAX_FILE + 1)
    lines = raw.split(b"\n")
    if len(raw) > MAX_FILE or len(lines) != 4 or lines[3]:
        raise KeyFileDamaged
    try:
        sealed = base64.b64decode(lines[2], validate=True)
    except (binascii.Error, ValueError):
        raise KeyFileDamaged from None
    return _File(read_slots(lines[0] + b"\n" + lines[1] + b"\n", None), sealed)
