"""Two people wrote different things: both are shown, and a lead's decision settles it."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from fieldinspect import app
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import capture, exchange, programme
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store.door import Door
from fieldinspect.ui.screens.conflicts.differing import marked
from tests.ui.desktop import PASSPHRASE, Desktop


@pytest.mark.parametrize(
    ("text", "other", "html"),
    [
        ("ten days", "ten days", "ten days"),
        ("ten days", "two days", "<b><u>ten</u></b> days"),
        ("a < b", "a < c", "a &lt; <b><u>b</u></b>"),
        ("one\ntwo", "one", "one<br><b><u>two</u></b>"),
        ("", "one", ""),
    ],
)
def test_differing_words_are_marked(text: str, other: str, html: str) -> None:
    assert marked(text, [other]) == html


def disagree(folder: Path) -> Path:
    """Let a lead and an inspector correct one note differently; return the inspector's bundle."""
    now = app.now()
    lead = Door(folder / "vaults", FLOOR_COST).create("Lead laptop", "Lena", PASSPHRASE)
    ann = Door(folder / "ann", FLOOR_COST).create("Field laptop", "Ann", PASSPHRASE)
    inspection = programme.found_inspection(lead, "Winter inspection", now=now, forms=shipped_forms())
    roster = programme.admit(lead, programme.enrolment_request(ann), ["inspector"], now=now)
    programme.join(ann, roster, programme.fingerprint(roster))
    visit = capture.start_visit(
        lead, inspection=inspection, station="Example Road", force="bedfordshire", happened=now
    )
    note = capture.add_note(lead, visit, "Eleven days", happened=now)
    there, back = folder / "there", folder / "back"
    there.mkdir()
    back.mkdir()
    exchange.seal_bundle(lead, BundleEnvelope(), [ann.identity.person], there)
    exchange.receive_bundle(ann, BundleEnvelope(), next(there.iterdir()), now=now)
    capture.correct(ann, note, "text", "Twelve days", reason="Checked", happened=now)
    capture.correct(lead, note, "text", "Ten days", reason="Counted", happened=now)
    exchange.seal_bundle(ann, BundleEnvelope(), [lead.identity.person], back)
    lead.close()
    ann.close()
    return next(back.iterdir())


def test_a_lead_keeps_one_of_two_values(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = disagree(tmp_path)
    desktop = Desktop(qapp, tmp_path)
    try:
        desktop.unlock()
        monkeypatch.setattr("fieldinspect.ui.screens.receive.view.ask_file", lambda *_a: bundle)
        desktop.go("receive")
        desktop.press("Open a bundle")
        assert "two people wrote different things: 1" in desktop.words()
        desktop.press("See the conflicts")
        assert {"Twelve days", "Ten days"} <= set(desktop.names())
        assert "Ann" in desktop.words()
        assert "Checked" in desktop.words()
        desktop.press("Keep what Ann wrote")
        assert "Enter why you decide so" in desktop.words()
        desktop.type("Why do you decide so?", "The log was on the wall")
        desktop.press("Keep what Ann wrote")
        assert "No conflicts" in desktop.words()
        desktop.go("today")
        desktop.press("Continue visit: Example Road")
        rows = desktop.rows("Timeline")
        assert any("Twelve days" in row for row in rows)
        assert not any("Two versions" in row for row in rows)
    finally:
        desktop.close()
