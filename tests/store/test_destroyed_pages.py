"""What is destroyed is in no page of the database or its log; each means that is taken away is missed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Draft, DraftKey
from fieldinspect.services import capture, erasure
from fieldinspect.store import engine, opening, schema, search
from fieldinspect.store.vault import StoredVault
from tests.kept_team import NAMES, Post, Team
from tests.store.pages import pages
from tests.store.test_erasure import ask
from tests.team import NOW

CANARY = "quillwortcanary"
LONG = " ".join(f"{CANARY}{number}" for number in range(900))


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The database keys of the vaults opened in this test, by folder."""
    found: dict[str, bytes] = {}

    def listening(path: Path, key: bytes, salt: bytes, *more: Any, **named: Any) -> sa.Engine:
        found[path.parent.name] = key
        return engine.make_engine(path, key, salt, *more, **named)

    monkeypatch.setattr(opening, "make_engine", listening)
    return found


def run(vault: StoredVault, statement: str) -> None:
    with vault._engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql("BEGIN")


def leave_content(vault: StoredVault, _patch: pytest.MonkeyPatch) -> None:
    run(vault, "PRAGMA secure_delete = OFF")


def leave_words(_vault: StoredVault, patch: pytest.MonkeyPatch) -> None:
    """Delete words as FTS5 does by itself, its secure-delete included."""

    def delete(connection: sa.Connection, words: list[tuple[int, str]]) -> None:
        connection.exec_driver_sql(
            "INSERT INTO search(search, rowid, value) VALUES ('delete', ?, ?)", list(words)
        )

    patch.setattr(search, "destroy", delete)


def leave_log(vault: StoredVault, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(vault, "_checkpoint", lambda: None)


@pytest.mark.parametrize("taken", [None, leave_content, leave_words, leave_log])
def test_nothing_of_it_is_left_in_any_page(
    kept: Team, post: Post, visit: str, keys: dict[str, bytes], reopen: Callable[..., StoredVault],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: Callable[[StoredVault, pytest.MonkeyPatch], None] | None,
) -> None:  # fmt: skip
    lead, ann, _ben, centre = (kept[name] for name in NAMES)
    note = capture.add_note(ann, visit, CANARY, happened=NOW)
    contact = capture.add_record(ann, Kind.CONTACT, visit, happened=NOW, fields={"text": LONG})
    for number in range(40):  # other work around it, so that its pages are not simply dropped
        capture.add_note(ann, visit, f"ordinary words {number}", happened=NOW)
    capture.correct(ann, note, "text", CANARY + "corrected", reason=CANARY + "why", happened=NOW)
    ann.save_draft(Draft(DraftKey(note, "text"), visit, Kind.NOTE, CANARY + "draft", NOW, NOW))
    post.carry(ann, lead, centre)
    asked = ask(lead, note, contact)
    post.carry(lead, centre)
    erasure.confirm(centre, asked, happened=NOW)
    ann.close()
    ann = reopen("ann")  # so that the database, and not only its log, holds all of it
    traces = [CANARY.encode(), *_secrets(ann, [note, contact])]
    database = tmp_path / "team" / "vaults" / "ann" / "vault.db"
    assert all(found(trace, database, keys["ann"]) for trace in traces)
    if taken is not None:
        taken(ann, monkeypatch)
    post.carry(centre, ann)
    left = [trace for trace in traces if found(trace, database, keys["ann"])]
    assert bool(left) == (taken is not None)
    assert ann.record(note) is None


def found(trace: bytes, database: Path, key: bytes) -> bool:
    return any(trace in page for page in pages(database, key))


def _secrets(vault: StoredVault, records: list[str]) -> list[bytes]:
    """Return the keys of the records and pieces of their sealed bodies."""
    k, e = schema.record_key.c, schema.entry.c
    with vault._transaction() as connection:
        secrets = list(connection.execute(sa.select(k.key).where(k.record.in_(records))).scalars())
        sealed = connection.execute(sa.select(e.sealed).where(e.record.in_(records))).scalars()
        return secrets + [body[40:72] for body in sealed]
