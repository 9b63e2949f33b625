"""The whole path through the window: make a vault, visit, note, lock, unlock, seal; and a lead receives it."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.services import programme, reading
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store.door import Door
from tests.team import NOW
from tests.ui.desktop import PASSPHRASE, Desktop
from tests.ui.keeping import keep_code

NOTES = ("Front office closed at nine", "The queue of forms went back eleven days", "Llŷn: asked for water")


def make_a_vault(desktop: Desktop) -> None:
    desktop.type("Name of the vault", "Field laptop")
    desktop.press("Continue")
    desktop.type("Your name", "Ann")
    desktop.press("Continue")
    desktop.type("Passphrase", PASSPHRASE)
    desktop.type("The same passphrase again", PASSPHRASE)
    desktop.press("Continue")
    assert "Field laptop" in desktop.words()
    assert "Ann" in desktop.words()
    desktop.press("Make the vault")
    keep_code(desktop)
    desktop.press("Go to the vault")
    desktop.wait(lambda: desktop.start.desk is not None)
    desktop.settle()


def note(desktop: Desktop, text: str) -> None:
    desktop.type("New note", text)
    desktop.key("Ctrl+Return")


def test_from_an_empty_laptop_to_the_leads_vault(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead_vaults = tmp_path / "lead"
    lead = Door(lead_vaults, FLOOR_COST).create("Lead laptop", "Lena", PASSPHRASE)
    programme.found_inspection(lead, "Winter inspection", now=NOW, forms=shipped_forms())

    ann = Desktop(qapp, tmp_path / "ann")
    try:
        make_a_vault(ann)
        ann.press("Start or join an inspection")
        request = tmp_path / "request.txt"
        monkeypatch.setattr("fieldinspect.ui.screens.begin.view.ask_where_to_save", lambda *_a: request)
        ann.press("Save the request")
        roster = tmp_path / "team.txt"
        roster.write_bytes(programme.admit(lead, request.read_bytes(), ["inspector"], now=NOW))
        monkeypatch.setattr("fieldinspect.ui.screens.begin.view.ask_file", lambda *_a: roster)
        ann.press("Open the team list")
        ann.type("The 20 digits of the team list", programme.fingerprint(roster.read_bytes()))
        ann.press("Join the inspection")

        # The inspection and its forms come in the lead's first bundle.
        to_ann = tmp_path / "to-ann"
        to_ann.mkdir()
        bundle = _seal(lead, to_ann)
        ann.go("receive")
        monkeypatch.setattr("fieldinspect.ui.screens.receive.view.ask_file", lambda *_a: bundle)
        ann.press("Open a bundle")
        assert "Inspection: 1 new" in ann.words()

        ann.go("start_visit")
        ann.type("Which station are you visiting?", "Example Road")
        ann.press("Start the visit")
        for text in NOTES:
            note(ann, text)
        assert [row for row in ann.rows("Timeline") if NOTES[0] in row]

        ann.key("Ctrl+L")
        ann.wait(lambda: ann.again == 1)
        assert "Example Road" not in ann.words()
        ann.restart()
        ann.unlock()
        assert ann.desk.place.screen == "visit"
        spoken = "\n".join(ann.rows("Timeline"))
        assert all(text in spoken for text in NOTES)

        out = tmp_path / "stick"
        out.mkdir()
        monkeypatch.setattr("fieldinspect.ui.screens.send.view.ask_folder", lambda *_a: out)
        ann.go("send")
        ann.press("Seal to a folder or stick")
        assert "Sealed for Lena" in ann.words()
        assert "Offline: nothing waiting" in ann.names()
    finally:
        ann.close()
        lead.close()

    lena = Desktop(qapp, tmp_path / "lena", vaults=lead_vaults)
    try:
        lena.unlock()
        sealed = next(out.iterdir())
        monkeypatch.setattr("fieldinspect.ui.screens.receive.view.ask_file", lambda *_a: sealed)
        lena.go("receive")
        lena.press("Open a bundle")
        assert "From Ann" in lena.words()
        assert "Note: 3 new" in lena.words()
        lena.press("Open a bundle")
        assert "received before" in lena.words()
        lena.go("today")
        lena.press("Continue visit: Example Road")
        spoken = "\n".join(lena.rows("Timeline"))
        assert all(f"Ann. {text}" in spoken for text in NOTES)
    finally:
        lena.close()


def _seal(lead: object, folder: Path) -> Path:
    from fieldinspect.exchange.envelope import BundleEnvelope
    from fieldinspect.services import exchange

    people = [one.person for one in exchange.recipients(lead)]  # type: ignore[arg-type]
    exchange.seal_bundle(lead, BundleEnvelope(), people, folder)  # type: ignore[arg-type]
    assert reading.inspections(lead)  # type: ignore[arg-type]
    return next(folder.iterdir())
