"""The vault's door: making, finding and opening vaults.

A vault is a folder: `slots.a`, `slots.b`, `vault.db`, `blobs/`, `lock`, and `nickname`, the only name on the disk.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import msgspec
import sqlalchemy as sa

from fieldinspect.crypto.age.recipients import generate_identity
from fieldinspect.crypto.argon import Cost, calibrate
from fieldinspect.crypto.keys import MasterKey, wipe
from fieldinspect.crypto.passphrase import require_strength
from fieldinspect.crypto.sealing import CannotOpen, RecordKey
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.crypto.slots import SlotFile, new_slots, read_slots, repaired, unlock
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_id
from fieldinspect.domain.views import Identity, VaultPlace
from fieldinspect.files import atomic_write, create_private, private_folder
from fieldinspect.i18n import _
from fieldinspect.store import schema
from fieldinspect.store.blobs import BlobFolder
from fieldinspect.store.engine import DatabaseDamaged, make_engine
from fieldinspect.store.faults import as_families
from fieldinspect.store.lock import VaultLock
from fieldinspect.store.migrate import bring_up_to_date
from fieldinspect.store.pen import Pen
from fieldinspect.store.vault import StoredVault

DATABASE: Final = "vault.db"
SLOTS: Final = ("slots.a", "slots.b")
_NICKNAME: Final = "nickname"
_SECRETS: Final = b"fieldinspect device secrets v1"
_KINDS: Final = ("hybrid", "x25519")


class _Secrets(msgspec.Struct, frozen=True):
    signing: bytes
    receiving: tuple[tuple[str, str], ...]
    """(identity, recipient) pairs, hybrid first."""


class Door:
    """Vaults under one folder (services.ports.VaultDoor). `cost` None measures this machine first."""

    def __init__(self, root: Path, cost: Cost | None = None) -> None:
        self._root = root
        self._cost = cost

    def known(self) -> list[VaultPlace]:
        """Return the vaults here, by nickname."""
        if not self._root.is_dir():
            return []
        found = [
            VaultPlace(str(folder), _nickname(folder))
            for folder in sorted(self._root.iterdir())
            if any((folder / name).is_file() for name in SLOTS)
        ]
        return sorted(found, key=lambda place: place.nickname.casefold())

    def create(self, nickname: str, person: str, passphrase: str, *, folder_name: str = "") -> StoredVault:
        """Make a vault; raise `BadInput` when a name is missing or the passphrase is too weak."""
        if not nickname.strip() or not person.strip():
            raise BadInput(_("Enter a name for the vault, and your own name"))
        require_strength(passphrase)
        folder = self._root / (folder_name or new_id())
        if folder.exists():
            raise BadInput(_("There is a vault of this name already. Choose another name"))
        private_folder(self._root)
        private_folder(folder)
        master = MasterKey.generate()
        vault = new_id()
        lock = VaultLock(folder)
        lock.take()
        try:
            opened = _furnish(
                folder, lock, master, Identity(vault, nickname.strip(), new_id(), person.strip(), "", "")
            )
            # The slots come last: a vault that was not finished is no vault, and is not offered for unlocking.
            slots = new_slots(vault, master, passphrase, self._cost or calibrate())
            atomic_write(folder / _NICKNAME, nickname.strip().encode())
            for name in SLOTS:
                atomic_write(folder / name, slots)
        except BaseException:
            lock.release()
            raise
        finally:
            master.wipe()
        return opened

    def open(self, place: VaultPlace, passphrase: str) -> StoredVault:
        """Open a vault; raise `WrongPassphrase`, `VaultIsOpen`, `NewerVault`, `SlotsDamaged` or `DatabaseDamaged`."""
        folder = Path(place.folder)
        slots = _read_slots(folder)
        lock = VaultLock(folder)
        lock.take()
        try:
            master = unlock(slots, passphrase)
            try:
                _mend_slots(folder, slots, master)
                return _enter(folder, lock, master)
            finally:
                master.wipe()
        except BaseException:
            lock.release()
            raise


def _nickname(folder: Path) -> str:
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return (folder / _NICKNAME).read_text("utf-8")
    return folder.name[:8]


def _copies(folder: Path) -> list[bytes | None]:
    return [path.read_bytes() if (path := folder / name).is_file() else None for name in SLOTS]


def _read_slots(folder: Path) -> SlotFile:
    a, b = _copies(folder)
    return read_slots(a, b)


def _mend_slots(folder: Path, slots: SlotFile, master: MasterKey) -> None:
    """Replace a copy that is missing, damaged or stale; its twin is never touched before it is whole."""
    a, b = _copies(folder)
    current = repaired(slots, master, a, b)
    if current is not None:
        for name, held in zip(SLOTS, (a, b), strict=True):
            if held != current:
                atomic_write(folder / name, current)


def _engine(folder: Path, master: MasterKey) -> sa.Engine:
    key, salt = master.database()
    try:
        return make_engine(folder / DATABASE, bytes(key), bytes(salt))
    finally:
        wipe(key)
        wipe(salt)


def _furnish(folder: Path, lock: VaultLock, master: MasterKey, person: Identity) -> StoredVault:
    signer = SigningKey.generate()
    pairs = tuple(generate_identity(kind) for kind in _KINDS)
    device = signer.public.fingerprint
    identity = Identity(person.vault, person.nickname, person.person, person.name, device, new_id())
    secrets = msgspec.json.encode(_Secrets(signer.secret_bytes(), pairs))
    safe = RecordKey(bytes(master.device_keys()))
    create_private(folder / DATABASE).close()  # the log beside it takes over its mode
    engine = _engine(folder, master)
    with as_families(), engine.begin() as connection:
        bring_up_to_date(connection)
        rows = {
            "identity": msgspec.json.encode(asdict(identity)),
            "secrets": safe.seal(secrets, _SECRETS),
        }
        connection.execute(sa.insert(schema.meta), [{"name": n, "value": v} for n, v in rows.items()])
    return _vault(folder, lock, engine, identity, signer, pairs, safe)


def _enter(folder: Path, lock: VaultLock, master: MasterKey) -> StoredVault:
    safe = RecordKey(bytes(master.device_keys()))
    engine = _engine(folder, master)
    try:
        with as_families(), engine.begin() as connection:
            bring_up_to_date(connection)
            kept = {row.name: row.value for row in connection.execute(sa.select(schema.meta))}
        identity = msgspec.json.decode(kept["identity"], type=Identity)
        secrets = msgspec.json.decode(safe.open(kept["secrets"], _SECRETS), type=_Secrets)
    except (KeyError, CannotOpen, msgspec.DecodeError):
        engine.dispose()
        raise DatabaseDamaged(_("This vault file is damaged. Restore it from a backup")) from None
    except BaseException:
        engine.dispose()
        raise
    return _vault(folder, lock, engine, identity, SigningKey(secrets.signing), secrets.receiving, safe)


def _vault(
    folder: Path,
    lock: VaultLock,
    engine: sa.Engine,
    identity: Identity,
    signer: SigningKey,
    receiving: Sequence[tuple[str, str]],
    safe: RecordKey,
) -> StoredVault:
    identities, recipients = zip(*receiving, strict=True)
    pen = _last_place(engine, identity, signer)
    blobs = BlobFolder(folder / "blobs")
    return StoredVault(engine, lock, blobs, identity, pen, identities, recipients, safe, folder)


def _last_place(engine: sa.Engine, identity: Identity, signer: SigningKey) -> Pen:
    e, c = schema.entry.c, schema.chain.c
    with as_families(), engine.begin() as connection:
        clock = connection.execute(sa.select(sa.func.coalesce(sa.func.max(c.clock), 0))).scalar_one()
        last = connection.execute(
            sa.select(e.sequence, e.id)
            .join(schema.chain, c.id == e.chain)
            .where(c.device == identity.device, c.incarnation == identity.incarnation)
            .order_by(e.sequence.desc())
            .limit(1)
        ).first()
    sequence, previous = (last.sequence, last.id) if last else (0, "")
    return Pen(signer, identity.person, identity.incarnation, sequence, previous, clock)
