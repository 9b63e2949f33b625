"""A vault with as many entries as are asked for, quickly: real seals, signatures, projections and words.

Two thirds of the time goes into signing and sealing. Run as a program it makes a folder of vaults with one vault in it:
python -m bench.big_vault FOLDER ENTRIES
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
from fieldinspect.store import entries, projection
from fieldinspect.store.door import Door
from fieldinspect.store.keyring import save_keys
from fieldinspect.store.vault import StoredVault

PASSPHRASE = "orchid-lantern-gravel-teapot-bison"
NOTES_IN_A_VISIT = 500
CHUNK = 4000
_WORDS = (  # noqa: SIM905 - prose
    "asked response sergeant repeat victims flagged showed screen could not find history last three calls control "
    "room would normally read it out seen twice tonight form counted tray policy dated posters corridor refuge"
).split()


def make(folder: Path, count: int, cost: Cost | None = None) -> None:
    """Make a vault of `count` entries, give or take its visits, in a folder of vaults."""
    vault = Door(folder, cost).create("Bench", "Bench", PASSPHRASE)
    try:
        inspection = programme.found_inspection(vault, "Bench", now=app.now(), forms=shipped_forms())
        gc.disable()
        notes = _notes(vault, inspection, count)
        while chunk := list(islice(notes, CHUNK)):
            _store(vault, chunk)
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


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
