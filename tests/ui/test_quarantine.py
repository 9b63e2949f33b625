"""What was not taken over is shown with why and what to do next, and refused bundles can be handled."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fieldinspect import app
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import exchange
from fieldinspect.store import schema
from fieldinspect.store.door import Door
from tests.ui.desktop import PASSPHRASE, Desktop

REFUSED = "Refused bundles"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, disputed: Path) -> Path:
    """A lead's vault with six entries set aside, and a bundle for it that was cut short."""
    folder = tmp_path_factory.mktemp("quarantine")
    for name in ("ann", "vaults"):
        shutil.copytree(disputed / name, folder / name)
    ann = Door(folder / "ann", FLOOR_COST)
    lead = Door(folder / "vaults", FLOOR_COST)
    (place,), (leads,) = ann.known(), lead.known()
    vault, opened = ann.open(place, PASSPHRASE), lead.open(leads, PASSPHRASE)
    stick = folder / "stick"
    stick.mkdir()
    sealed = exchange.seal_bundle(
        vault, BundleEnvelope(), [opened.identity.person], stick, everything=True, now=app.now()
    )
    path = Path(sealed.path)
    shutil.copy(path, stick / "good.fib")
    path.write_bytes(path.read_bytes()[:-100])
    path.rename(stick / "short.fib")
    with opened._transaction() as connection:
        ids = connection.execute(sa.select(schema.entry.c.id).order_by(schema.entry.c.id).limit(6)).scalars()
        rows = [{"entry": entry, "reason": ("revoked", "role")[n % 2]} for n, entry in enumerate(ids)]
        connection.execute(sa.insert(schema.quarantine), rows)
    for one in (vault, opened):
        one.close()
    return folder


@pytest.fixture
def desktop(
    qapp: QApplication, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desktop]:
    shutil.copytree(made / "vaults", tmp_path / "vaults")
    bundle = made / "stick" / "short.fib"
    monkeypatch.setattr("fieldinspect.ui.screens.receive.view.ask_file", lambda *_a: bundle)
    opened = Desktop(qapp, tmp_path)
    try:
        opened.unlock()
        opened.go("receive")
        opened.press("Open a bundle")
        yield opened
    finally:
        opened.close()


def kept(tmp_path: Path) -> list[Path]:
    return list(tmp_path.rglob("refused/*.fib"))


def test_a_refused_bundle_is_shown_with_its_reason_and_the_next_step(
    desktop: Desktop, tmp_path: Path
) -> None:
    assert "It is kept as it is, among the refused bundles" in " ".join(desktop.names())
    desktop.press("See the quarantine")
    (row,) = desktop.rows(REFUSED)
    assert "cut short" in row or "cut short" in desktop.words()
    assert "short.fib" in row
    assert "Ask the sender to copy it again" in desktop.words()
    desktop.press("Try again")
    assert "It stays among the refused bundles" in " ".join(desktop.names())
    assert len(kept(tmp_path)) == 1


def test_a_bundle_that_is_good_after_all_is_received(desktop: Desktop, made: Path, tmp_path: Path) -> None:
    (file,) = kept(tmp_path)
    shutil.copy(made / "stick" / "good.fib", file)
    desktop.go("quarantine")
    desktop.press("Try again")
    assert "Received from Ann after all" in desktop.words()
    assert kept(tmp_path) == []
    assert REFUSED not in desktop.names()


def test_deleting_is_asked_twice_and_leaves_its_line(desktop: Desktop, tmp_path: Path) -> None:
    desktop.go("quarantine")
    desktop.press("Delete…")
    desktop.press("Keep it")
    assert len(kept(tmp_path)) == 1
    desktop.press("Delete…")
    desktop.press("Delete it for good")
    assert kept(tmp_path) == []
    (row,) = desktop.rows(REFUSED)
    assert "Deleted" in row
    assert "Try again" not in desktop.names()


def test_a_copy_goes_where_the_person_says(
    desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.setattr("fieldinspect.ui.screens.quarantine.view.ask_folder", lambda *_a: folder)
    desktop.go("quarantine")
    desktop.press("Save a copy…")
    (copy,), (file,) = list(folder.iterdir()), kept(tmp_path)
    assert copy.read_bytes() == file.read_bytes()
    desktop.press("Save a copy…")
    assert "There is a file of this name already" in " ".join(desktop.names())


def test_entries_are_grouped_by_reason_with_who_and_when(desktop: Desktop) -> None:
    desktop.go("today")
    desktop.press("Not taken over: 7")
    reasons = desktop.rows("Entries that do not count, by reason")
    assert len(reasons) == 2
    assert any("3" in row and "Ask your team lead whether the laptop was lost" in row for row in reasons)
    entries = desktop.rows("Entries set aside for this reason")
    assert len(entries) == 3
    before = desktop.words()
    listed = desktop.by_name("Entries that do not count, by reason")
    QTest.keyClick(listed, "N")
    desktop.settle()
    assert desktop.words() != before


def test_the_screen_says_when_there_is_nothing(qapp: QApplication, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "ann", tmp_path / "vaults")
    desktop = Desktop(qapp, tmp_path)
    try:
        desktop.unlock()
        desktop.go("quarantine")
        assert "Everything that came in was taken over" in desktop.words()
    finally:
        desktop.close()
