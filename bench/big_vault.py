"""A vault with as many entries as are asked for, quickly: real seals, signatures, projections and words.

Beyond `SIGNED` entries the rows are copied under other ids: such a vault opens, reads and searches as a real one does,
but no check would pass it. Run as a program it makes a folder of vaults with one vault in it:
python -m bench.big_vault FOLDER ENTRIES [signed]
"""

import gc
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

from fieldinspect import app
from fieldinspect.crypto.argon import Cost
from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.domain.ids import new_id, new_record_id
from fieldinspect.domain.kinds import Kind, Scope
from fieldinspect.journal.entry import Body, Change, Entry
from fieldinspect.journal.fold import opening
from fieldinspect.services import capture, programme
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store import entries, projection, traffic
from fieldinspect.store.door import Door
from fieldinspect.store.keyring import save_keys
from fieldinspect.store.rows import insert_rows
from fieldinspect.store.schema import metadata
from fieldinspect.store.vault import StoredVault

PASSPHRASE = "orchid-lantern-gravel-teapot-bison"
NOTES_IN_A_VISIT = 500
CHUNK = 4000
SIGNED = 40_000
_WORDS = (  # noqa: SIM905 - prose
    "asked response sergeant repeat victims flagged showed screen could not find history last three calls control "
    "room would normally read it out seen twice tonight form counted tray policy dated posters corridor refuge"
).split()


def make(folder: Path, count: int, cost: Cost | None = None, *, signed: bool = False) -> None:
    """Make a vault of `count` entries, give or take its visits, in a folder of vaults; all `signed` if asked."""
    vault = Door(folder, cost).create("Bench", "Bench", PASSPHRASE)
    try:
        inspection = programme.found_inspection(vault, "Bench", now=app.now(), forms=shipped_forms())
        gc.disable()
        notes = _notes(vault, inspection, count if signed else min(count, SIGNED))
        while chunk := list(islice(notes, CHUNK)):
            _store(vault, chunk)
        if not signed and count > SIGNED:
            _multiply(vault, count // SIGNED)
        _sent(vault)
        vault.keep_anchor()
        (folder / "entries").write_text(str(count))  # for whoever measures it
    finally:
        gc.enable()
        vault.close()


def _notes(vault: StoredVault, inspection: str, count: int) -> Iterator[tuple[Entry, Body, RecordKey]]:
    roster = vault.roster()
    assert roster is not None
    scope, visit = roster.scope_id(Scope.TEAM), ""
    begun = app.now() - timedelta(days=400)
    for number in range(count):
        moment = begun + timedelta(seconds=30 * number)
        if number % NOTES_IN_A_VISIT == 0:
            visit = capture.start_visit(
                vault, inspection=inspection, station=f"Station {number}", force="", happened=moment
            )
            capture.close_visit(vault, visit, happened=moment)
        chosen = (_WORDS[(number * step + step) % len(_WORDS)] for step in range(1, 25))
        changes = (Change("text", f"{' '.join(chosen)} {number}", ()), Change("written_kind", "note", ()))
        body = Body(
            Kind.NOTE, visit, inspection, new_id(), moment.isoformat(timespec="milliseconds"), changes
        )
        key, record = RecordKey.generate(), new_record_id(vault.identity.device)
        entry, vault._pen = vault._pen.write(body, key=key, record=record, scope=scope)
        yield entry, body, key


def _store(vault: StoredVault, chunk: list[tuple[Entry, Body, RecordKey]]) -> None:
    with vault._transaction() as connection:
        made = [entry for entry, _body, _key in chunk]
        chains = entries.Chains(connection)
        entries.append(connection, chains, made)
        entries.note_scopes(connection, made, ())
        chains.advance(made[-1].header.device, made[-1].header.incarnation, made[-1].header.clock)
        save_keys(connection, [(entry.header.record, key) for entry, _body, key in chunk])
        projection.save_states(connection, {}, [opening(entry, body) for entry, body, _key in chunk])


def _sent(vault: StoredVault) -> None:
    """Say that all of it was sealed for somebody: a laptop that never sent a million entries is nobody's."""
    roster = vault.roster()
    assert roster is not None
    with vault._transaction() as connection:
        top = entries.last(connection)
        rows = [(traffic.ANYBODY, scope.id, top) for scope in roster.scopes]
        connection.execute(metadata.tables["known"].delete())
        insert_rows(connection, metadata.tables["known"], rows)


def _multiply(vault: StoredVault, times: int) -> None:
    """Copy the rows of notes and visits under other ids, so that there are `times` as many."""
    with vault._transaction() as connection:
        run = connection.exec_driver_sql
        run("CREATE TEMP TABLE source AS SELECT id FROM record WHERE kind IN ('note', 'visit')")
        last, newest = run("SELECT max(sequence), max(position) FROM entry").one()
        heads = run("SELECT max(id) FROM head").scalar_one()
    for number in range(1, times):
        with vault._transaction() as connection:
            after = connection.exec_driver_sql("SELECT max(id) FROM head").scalar_one()
            for table, names in _COPIED.items():
                connection.exec_driver_sql(_copy(table, names, number, last, heads, newest))
            words = (
                "INSERT INTO search(rowid, value) SELECT id, value FROM head WHERE id > ? AND field = 'text'"
            )
            connection.exec_driver_sql(words, (after,))
    with vault._transaction() as connection:
        count = "UPDATE meta SET value = CAST((SELECT count(*) FROM entry) AS BLOB) WHERE name = 'entries'"
        connection.exec_driver_sql(count)
        connection.exec_driver_sql("DROP TABLE temp.source")


_COPIED = {
    "record_key": ("record",),
    "holding": ("record",),
    "record": ("id", "parent"),
    "head": ("record", "change"),
    "note_projection": ("record", "parent"),
    "visit_projection": ("record",),
    "entry": ("id", "record"),
}


def _copy(table: str, names: tuple[str, ...], number: int, last: int, heads: int, newest: int) -> str:
    """Return the statement that copies a table's original rows as copy `number`."""
    source = metadata.tables[table]
    mapped = {name: f"printf('%08x', {number}) || substr(t.{name}, 9)" for name in names}
    only = ""
    if table == "record":
        mapped["parent"] = f"CASE t.kind WHEN 'note' THEN {mapped['parent']} ELSE t.parent END"
    if table == "entry":
        mapped |= {"position": "NULL", "sequence": f"t.sequence + {number * last}"}
        only = f" AND t.position <= {newest}"
    if table == "head":
        mapped["id"] = "NULL"
        only = f" AND t.id <= {heads}"
    key = "id" if table == "record" else "record"
    columns = [column.name for column in source.columns]
    values = ", ".join(mapped.get(name, f't."{name}"') for name in columns)
    listed = ", ".join(f'"{name}"' for name in columns)
    rows = f'temp.source s JOIN "{table}" t ON t.{key} = s.id{only}'
    return f'INSERT INTO "{table}" ({listed}) SELECT {values} FROM {rows}'


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), signed="signed" in sys.argv[3:])
