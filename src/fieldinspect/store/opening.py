"""From a master key to an open vault: the first time, and every time after."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
import sqlalchemy as sa

from fieldinspect.crypto.age.recipients import generate_identity
from fieldinspect.crypto.keys import MasterKey, wipe
from fieldinspect.crypto.sealing import CannotOpen, RecordKey
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.durability import LossReport
from fieldinspect.domain.ids import new_id
from fieldinspect.domain.views import Identity
from fieldinspect.files import create_private
from fieldinspect.i18n import _
from fieldinspect.store import schema
from fieldinspect.store.anchor import Anchor
from fieldinspect.store.backup import BackupKeys
from fieldinspect.store.blobs import BlobFolder
from fieldinspect.store.engine import DatabaseDamaged, make_engine
from fieldinspect.store.faults import as_families
from fieldinspect.store.heads import compare, last_place, read_heads, restored, was_anchored
from fieldinspect.store.identity import load_identity, save_identity
from fieldinspect.store.lock import VaultLock
from fieldinspect.store.migrate import bring_up_to_date
from fieldinspect.store.vault import StoredVault

DATABASE: Final = "vault.db"
_BLOBS: Final = "blobs"
DEVICE_SECRETS: Final = "secrets"
DEVICE_SECRETS_SEAL: Final = b"fieldinspect device secrets v1"
_KINDS: Final = ("hybrid", "x25519")


class _Secrets(msgspec.Struct, frozen=True):
    signing: bytes
    receiving: tuple[tuple[str, str], ...]
    """(identity, recipient) pairs, hybrid first."""


def furnish(
    folder: Path,
    lock: VaultLock,
    master: MasterKey,
    vault: str,
    nickname: str,
    name: str,
    state: Path | None = None,
) -> StoredVault:
    """Make the database of a new vault, and the keys of its device and person.

    A second copy of its anchor is kept in the folder `state`.
    """
    signer = SigningKey.generate()
    secrets = _Secrets(signer.secret_bytes(), tuple(generate_identity(kind) for kind in _KINDS))
    identity = Identity(vault, nickname, new_id(), name, signer.public.fingerprint, new_id())
    safe = RecordKey(bytes(master.device_keys()))
    create_private(folder / DATABASE).close()  # the log beside it takes over its mode
    with _engine(folder, master) as engine:
        with as_families(), engine.begin() as connection:
            bring_up_to_date(connection)
            save_identity(connection, identity)
            was_anchored(connection)
            sealed = safe.seal(msgspec.json.encode(secrets), DEVICE_SECRETS_SEAL)
            connection.execute(sa.insert(schema.meta).values(name=DEVICE_SECRETS, value=sealed))
        anchor = Anchor(bytes(master.anchor()), vault, folder, state, identity.incarnation)
        opened = _vault(folder, lock, engine, identity, secrets, safe, anchor, BackupKeys.of(master))
        opened.keep_anchor()
        return opened


def enter(
    folder: Path,
    lock: VaultLock,
    master: MasterKey,
    state: Path | None = None,
    *,
    made: datetime | None = None,
) -> StoredVault:
    """Open the database of a vault; raise `NewerVault` or `DatabaseDamaged`.

    A vault that is behind its anchor, or comes from a backup `made` some time, opens all the same: in a new
    incarnation, with an account of what is missing.
    """
    safe = RecordKey(bytes(master.device_keys()))
    with _engine(folder, master) as engine:
        try:
            with as_families(), engine.begin() as connection:
                bring_up_to_date(connection)
                identity = load_identity(connection)
                kept = sa.select(schema.meta.c.value).where(schema.meta.c.name == DEVICE_SECRETS)
                sealed = connection.execute(kept).scalar() or b""
                key = bytes(master.anchor())
                anchor = Anchor(key, identity.vault, folder, state, identity.incarnation)
                account = _account(connection, identity, anchor, made)
            secrets = msgspec.json.decode(safe.open(sealed, DEVICE_SECRETS_SEAL), type=_Secrets)
        except (KeyError, CannotOpen, msgspec.DecodeError):
            raise DatabaseDamaged(_("This vault file is damaged. Restore it from a backup")) from None
        opened = _vault(folder, lock, engine, identity, secrets, safe, anchor, BackupKeys.of(master))
        if account is not None:
            opened.begin_again(account)
        opened.keep_anchor()
        return opened


def _account(
    connection: sa.Connection, identity: Identity, anchor: Anchor, made: datetime | None
) -> LossReport | None:
    now, anchored = datetime.now(UTC), was_anchored(connection)
    if made is not None:
        known = restored(connection, identity, anchor, made, now)
        anchor.stand_alone()
        return known
    account = compare(connection, identity, anchor, anchored, now)
    if account is None and not anchored:
        # Before the commit that says there is one: a power cut between the two would look like a loss.
        anchor.keep(read_heads(connection, identity))
    return account


@contextmanager
def _engine(folder: Path, master: MasterKey) -> Iterator[sa.Engine]:
    """Lend an engine; it is closed when the block fails, and stays open when it does not."""
    key, salt = master.database()
    try:
        engine = make_engine(folder / DATABASE, bytes(key), bytes(salt))
    finally:
        wipe(key)
        wipe(salt)
    try:
        yield engine
    except BaseException:
        engine.dispose()
        raise


def _vault(
    folder: Path,
    lock: VaultLock,
    engine: sa.Engine,
    identity: Identity,
    secrets: _Secrets,
    safe: RecordKey,
    anchor: Anchor,
    backup_keys: BackupKeys,
) -> StoredVault:
    identities: Sequence[str]
    recipients: Sequence[str]
    identities, recipients = zip(*secrets.receiving, strict=True)
    with as_families(), engine.begin() as connection:
        pen = last_place(connection, identity, SigningKey(secrets.signing))
    blobs = BlobFolder(folder / _BLOBS)
    return StoredVault(
        engine, lock, blobs, identity, pen, identities, recipients, safe, folder, anchor, backup_keys
    )
