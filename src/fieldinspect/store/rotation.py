"""A new master key: the database is encrypted anew, the slots are new, and the device's secrets are sealed again.

Attachments stay where they are: they are sealed under the keys of their records, which are in the database.
Nothing is believed: the new database is compared with the old one row by row, and the new vault is opened by its new
passphrase, before it takes the old one's place (store/swapping).
"""

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
import sqlalchemy.exc

from fieldinspect.crypto.argon import Cost
from fieldinspect.crypto.escrow import with_escrow
from fieldinspect.crypto.keys import MasterKey, wipe
from fieldinspect.crypto.sealing import CannotOpen, RecordKey, commitment_of
from fieldinspect.crypto.slots import new_slots, read_slots, unlock, with_recovery_code
from fieldinspect.domain.errors import Bug, WorldFailed
from fieldinspect.domain.vault_keys import Rotated
from fieldinspect.domain.views import Identity
from fieldinspect.files import create_private, free_space
from fieldinspect.i18n import _
from fieldinspect.store import schema, slot_files, swapping
from fieldinspect.store.anchor import Anchor, opaque_name
from fieldinspect.store.engine import DatabaseDamaged, make_engine
from fieldinspect.store.faults import as_families
from fieldinspect.store.heads import read_heads
from fieldinspect.store.identity import load_identity
from fieldinspect.store.lock import VaultLock
from fieldinspect.store.opening import DATABASE, DEVICE_SECRETS, DEVICE_SECRETS_SEAL, enter

Progress = Callable[[int, int], None]
"""Bytes done and bytes in all; what it raises stops the work."""

_PARTS: Final = 4
_SPARE: Final = 1 << 20
_EVERY: Final = 50_000
"""Steps of the database between two looks at how far it is."""
_ROWS: Final = 2_000
_NUMBERS: Final = ("user_version", "application_id")


def rotate(
    folder: Path, old: MasterKey, passphrase: str, cost: Cost, state: Path | None, progress: Progress
) -> Rotated:
    """Give the closed vault a new master key; the caller holds its lock and has settled what was interrupted.

    Raises `WorldFailed`, `DatabaseDamaged`, or what `progress` raises; the vault is then as it was, or the next
    opening finishes the change and says so.
    """
    escrow, identity = _look(folder, old, state)
    vault = identity.vault
    size = (folder / DATABASE).stat().st_size
    if free_space(folder) < size + size // 10 + _SPARE:
        raise WorldFailed(
            _("There is no room for a second copy of the vault. Free {size} MB, then try again").format(
                size=(size + size // 10 + _SPARE) // 1_000_000 + 1
            )
        )
    fresh = MasterKey.generate()
    try:
        beside = swapping.begin(folder, opaque_name(bytes(fresh.anchor()), vault, identity.incarnation))
        _copy(folder, beside, old, fresh, state, _Told(progress, size))
        code = _make_slots(beside, vault, fresh, passphrase, cost, escrow)
        _prove(beside, fresh, passphrase, state)
    except BaseException:
        with contextlib.suppress(
            WorldFailed, OSError
        ):  # what cannot be removed now is removed at the next opening
            swapping.undo(folder, state)
        raise
    finally:
        fresh.wipe()
    swapping.decide(folder, opaque_name(bytes(old.anchor()), vault, identity.incarnation))
    swapping.settle(folder, state)
    progress(_PARTS * size, _PARTS * size)
    return Rotated(code)


class _Told:
    """Tells how far the work is: four parts, each as long as the database."""

    def __init__(self, progress: Progress, size: int) -> None:
        self._progress = progress
        self._size = size
        self._parts = 0

    def part_done(self) -> None:
        self._parts += 1
        self.within(0.0)

    def within(self, share: float) -> None:
        done = int((self._parts + min(share, 1.0)) * self._size)
        self._progress(done, _PARTS * self._size)


def _look(folder: Path, master: MasterKey, state: Path | None) -> tuple[tuple[str, ...], Identity]:
    """Open and close the vault, as its door does: brought up to date, its log folded in, its anchor compared."""
    vault = enter(folder, VaultLock(folder), master, state)
    try:
        roster = vault.roster()
        return roster.escrow if roster is not None else (), vault.identity
    finally:
        vault.close()


def _copy(
    folder: Path, beside: Path, old: MasterKey, fresh: MasterKey, state: Path | None, told: _Told
) -> None:
    create_private(beside / DATABASE).close()
    safes = RecordKey(bytes(old.device_keys())), RecordKey(bytes(fresh.device_keys()))
    with as_families(), _database(folder, old) as source:
        _export(source, beside / DATABASE, fresh, told)
        with source.begin() as connection:
            before = _contents(connection, safes[0], told)
    with as_families(), _database(beside, fresh) as target:
        with target.begin() as connection:
            _seal_again(connection, *safes)
        with target.begin() as connection:
            after = _contents(connection, safes[1], told)
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
            identity = load_identity(connection)
            reached = read_heads(connection, identity)
        told.part_done()
    if before != after or found != "ok":
        raise Bug(_("The copy of the vault is not equal to it. Nothing was changed"))
    anchor = Anchor(bytes(fresh.anchor()), identity.vault, beside, state, identity.incarnation)
    anchor.keep(reached)
    if anchor.trouble is not None:
        raise anchor.trouble


@contextmanager
def _database(folder: Path, master: MasterKey) -> Iterator[sa.Engine]:
    """Lend the database of a folder; after the block its log is folded in and it is closed."""
    key, salt = master.database()
    try:
        engine = make_engine(folder / DATABASE, bytes(key), bytes(salt))
    finally:
        wipe(key)
        wipe(salt)
    try:
        yield engine
    finally:
        engine.dispose()
    if (folder / f"{DATABASE}-wal").exists():
        raise WorldFailed(
            _("The disk could not be read or written. Check that it is connected, then try again")
        )


def _export(source: sa.Engine, target: Path, fresh: MasterKey, told: _Told) -> None:
    """Write every page anew under the new key, in bounded memory. SQLCipher does not carry two of the numbers."""
    stopped: list[BaseException] = []

    def look() -> int:
        try:
            told.within(target.stat().st_size / (pages * page))
        except BaseException as error:  # noqa: BLE001 - raised again below; the database would swallow it
            stopped.append(error)
        return len(stopped)

    with source.connect() as connection:
        run = connection.exec_driver_sql
        raw: Any = connection.connection.driver_connection
        run("ROLLBACK")  # nothing can be attached within a transaction
        _attach(connection, target, fresh)
        pages, page = (int(run(f"PRAGMA main.{name}").scalar_one()) for name in ("page_count", "page_size"))
        raw.set_progress_handler(look, _EVERY)
        try:
            run("PRAGMA fresh.journal_mode = OFF")  # a copy that was cut short is thrown away whole
            run("PRAGMA fresh.synchronous = OFF")  # made durable before it counts (swapping.decide)
            run("SELECT sqlcipher_export('fresh')").all()
            for number in _NUMBERS:
                run(f"PRAGMA fresh.{number} = {int(run(f'PRAGMA main.{number}').scalar_one())}")
        except sqlalchemy.exc.DBAPIError:
            if stopped:
                raise stopped[0] from None
            raise
        finally:
            raw.set_progress_handler(None, 0)
        run("DETACH DATABASE fresh")
        run("BEGIN")
    told.part_done()


def _attach(connection: sa.Connection, target: Path, master: MasterKey) -> None:
    key, salt = master.database()
    spelled = bytearray(b"x'" + key.hex().encode() + salt.hex().encode() + b"'")
    try:
        # Bound, not spelled out: no SQL text ever holds a key.
        connection.exec_driver_sql("ATTACH DATABASE ? AS fresh KEY ?", (str(target), spelled))
    finally:
        for secret in (key, salt, spelled):
            wipe(secret)


def _seal_again(connection: sa.Connection, old: RecordKey, fresh: RecordKey) -> None:
    m = schema.meta.c
    for name, value in connection.execute(sa.select(m.name, m.value)).all():
        if commitment_of(value) == old.commitment:
            sealed = fresh.seal(_unsealed(name, value, old), _about(name))
            connection.execute(sa.update(schema.meta).where(m.name == name).values(value=sealed))


def _unsealed(name: str, value: bytes, safe: RecordKey) -> bytes:
    try:
        return safe.open(value, _about(name))
    except CannotOpen:
        raise DatabaseDamaged(_("This vault file is damaged. Restore it from a backup")) from None


def _about(name: str) -> bytes:
    return DEVICE_SECRETS_SEAL if name == DEVICE_SECRETS else name.removeprefix("secret/").encode()


def _contents(connection: sa.Connection, safe: RecordKey, told: _Told) -> str:
    """Return a digest of the schema and of every row of every table, the search index with them.

    What is sealed under the master key counts as what it says.
    """
    listed = connection.exec_driver_sql(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
    ).all()
    numbers = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in _NUMBERS]
    digest = hashlib.sha256(repr(([tuple(row) for row in listed], numbers)).encode())
    tables = [row.name for row in listed if row.type == "table" and not row.sql.startswith("CREATE VIRTUAL")]
    sizes = {
        name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one()  # noqa: S608 - ours
        for name in tables
    }
    total, done = max(sum(sizes.values()), 1), 0
    for name in tables:
        for row in _rows(connection, name):
            values = tuple(row)
            if name == schema.meta.name and commitment_of(values[1]) == safe.commitment:
                values = (values[0], _unsealed(values[0], values[1], safe))
            digest.update(repr(values).encode())
            done += 1
            if done % _ROWS == 0:
                told.within(done / total)
    told.part_done()
    return digest.hexdigest()


def _rows(connection: sa.Connection, table: str) -> Iterator[Any]:
    # NOT INDEXED: in the order of the table itself, which the copy keeps.
    statement = sa.text(f'SELECT * FROM "{table}" NOT INDEXED')  # noqa: S608 - a name of our own schema
    yield from connection.execution_options(yield_per=_ROWS).execute(statement)


def _make_slots(
    beside: Path, vault: str, fresh: MasterKey, passphrase: str, cost: Cost, escrow: tuple[str, ...]
) -> str:
    raw = new_slots(vault, fresh, passphrase, cost)
    raw, code = with_recovery_code(read_slots(raw, None), fresh)
    if escrow:
        raw = with_escrow(read_slots(raw, None), fresh, escrow)
    slot_files.save(beside, raw)
    return code


def _prove(beside: Path, fresh: MasterKey, passphrase: str, state: Path | None) -> None:
    """Open the new vault as a person would; a failure here is ours."""
    opened = unlock(slot_files.load(beside), passphrase)
    try:
        if opened.secret() != fresh.secret():
            raise Bug(_("The copy of the vault is not equal to it. Nothing was changed"))
        vault = enter(beside, VaultLock(beside), opened, state)
        vault.close()
        if vault.account is not None:
            raise Bug(_("The copy of the vault is not equal to it. Nothing was changed"))
    finally:
        opened.wipe()
