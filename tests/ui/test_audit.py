"""Who did what, on the real desktop."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QListView

from fieldinspect.domain.audit import Act, AuditQuery
from fieldinspect.domain.kinds import Kind
from fieldinspect.services import audit, capture
from fieldinspect.ui.screens.audit import view as audit_view
from tests.team import NOW
from tests.ui.desktop import Desktop
from tests.ui.test_streams import on_vault

LIST = "What was done, newest first"
SECRET = "The tray holds nine forms"


def rows(desktop: Desktop) -> list[str]:
    model = desktop.by_name(LIST, QListView).model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def choose(desktop: Desktop, name: str, words: str) -> None:
    box = desktop.by_name(name, QComboBox)
    box.setCurrentIndex(box.findText(words))
    desktop.settle()


def test_the_log_is_listed_narrowed_and_exported(
    desktop: Desktop, visit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_vault(desktop, lambda vault: capture.add_note(vault, visit, SECRET, happened=NOW))
    desktop.go("audit")
    assert rows(desktop)[0] == "Recorded: Note"
    assert "Recorded: Visit" in rows(desktop)
    choose(desktop, "What", "Erased")
    assert "Nothing of this sort is in the log" in desktop.words()
    choose(desktop, "What", "Everything")
    choose(desktop, "By whom", "Amal")
    assert rows(desktop)[0] == "Recorded: Note"
    out = tmp_path / "log.csv"
    monkeypatch.setattr(audit_view, "ask_where_to_save", lambda *_given: out)
    desktop.press("Export to a file…")
    assert out.read_text().startswith("written,act")
    assert SECRET not in out.read_text()
    assert rows(desktop)[0] == "Given out: Given to others"


def test_opening_a_restricted_record_is_logged_once(desktop: Desktop, visit: str) -> None:
    matter = on_vault(
        desktop, lambda vault: capture.add_record(vault, Kind.CONDUCT_MATTER, visit, happened=NOW)
    )
    for place in (("visit", visit), ("record", matter), ("today", ""), ("record", matter)):
        desktop.go(*place)
    query = AuditQuery(acts=frozenset({Act.CONSULTATION}))
    read = on_vault(desktop, lambda vault: " ".join(line.records[0] for line in audit.lines(vault, query)))
    assert read == matter


def test_opening_a_restricted_record_beside_the_timeline_is_logged(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    matter = on_vault(
        desktop, lambda vault: capture.add_record(vault, Kind.CONDUCT_MATTER, visit, happened=NOW)
    )
    desktop.visit_view.record_opened.emit(matter)
    desktop.settle()
    query = AuditQuery(acts=frozenset({Act.CONSULTATION}))
    read = on_vault(desktop, lambda vault: " ".join(line.records[0] for line in audit.lines(vault, query)))
    assert read == matter
