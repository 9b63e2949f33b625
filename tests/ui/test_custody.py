"""Erasure, retention, working copies and deliveries on the real desktop."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.custody import EraseState
from fieldinspect.domain.kinds import Kind, Role
from fieldinspect.domain.roster import Policy
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import capture, erasure, exchange, programme, review, streams
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.services.ports import Replica
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault
from fieldinspect.ui.screens.erasures import view as erasures_view
from fieldinspect.ui.shell import telling
from fieldinspect.ui.shell.start import Parts
from tests.team import NOW
from tests.ui.custody import ask_for_erasure
from tests.ui.desktop import PASSPHRASE, Desktop, parts
from tests.ui.test_streams import on_vault

REQUESTS, LAPTOPS, BY_TIME, HERE = (
    "Requests to erase", "Laptops", "Records by their time", "Visits on this laptop",
)  # fmt: skip
WHY, BASIS = "Why, in words that name nobody", "Legal basis, in one line"


@pytest.fixture
def centre(qapp: QApplication, tmp_path: Path) -> Iterator[Desktop]:
    """The desktop of somebody who leads an inspection and is its centre too, with a visit and a note."""
    vault = Door(tmp_path / "vaults", FLOOR_COST).create("Field laptop", "Amal", PASSPHRASE)
    inspection = programme.found_inspection(vault, "Winter", now=NOW, forms=shipped_forms(), central=True)
    visit = capture.start_visit(
        vault, inspection=inspection, station="Example Road", force="bedfordshire", happened=NOW
    )
    capture.add_note(vault, visit, "said in confidence", happened=NOW)
    vault.close()
    desktop = Desktop(qapp, tmp_path)
    desktop.unlock()
    yield desktop
    desktop.close()


def visit_of(desktop: Desktop) -> str:
    return on_vault(desktop, lambda vault: vault.of_kind(Kind.VISIT)[0].id)


def ask(desktop: Desktop, record: str) -> None:
    desktop.go("erase", record)
    desktop.type(WHY, "withdrawn")
    desktop.type(BASIS, "UK GDPR article 17")
    desktop.press("Ask for erasure")


def test_a_visit_is_asked_for_from_the_palette_withdrawn_confirmed_and_certified(
    centre: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = centre
    desktop.go("visit", visit_of(desktop))
    next(one for one in desktop.desk.commands() if one.name == "Ask for erasure").run()
    desktop.settle()
    assert "2 records would be erased" in desktop.words()
    assert "Erasing cannot be undone" in desktop.words()
    assert len(desktop.rows("What would be erased")) == 2
    desktop.press("Ask for erasure")
    assert "Enter why this is to be erased" in desktop.words()
    ask(desktop, desktop.desk.place.record)
    assert desktop.rows(REQUESTS)[0].startswith("Somebody withdrew their consent. 2 records")
    desktop.type("Why is it withdrawn?", "wrong visit")
    desktop.press("Take the request back")
    assert "Withdrawn: wrong visit" in desktop.words()
    assert "Destroy them for good" not in desktop.names()
    ask(desktop, visit_of(desktop))
    desktop.choose(REQUESTS)
    assert "nobody else in the team is a lead or the centre" in desktop.words()
    desktop.type("How many records are destroyed? Type the number", "3")
    desktop.press("Destroy them for good")
    assert "To confirm, type the number 2" in desktop.words()
    desktop.by_name("How many records are destroyed? Type the number", QLineEdit).setText("2")
    button = desktop.by_name("Destroy them for good", QAbstractButton)
    button.click()
    button.click()  # the second click finds the first at work
    desktop.settle()
    assert "Confirmed and erased here" in desktop.desk.notice.words
    assert on_vault(desktop, lambda vault: str(len(vault.of_kind(Kind.NOTE)))) == "0"
    assert on_vault(desktop, lambda vault: str(len(vault.of_kind(Kind.ERASURE)))) == "1"
    assert "Not heard yet" in desktop.rows(LAPTOPS)[0]
    out = tmp_path / "certificate.pdf"
    monkeypatch.setattr(erasures_view, "ask_where_to_save", lambda *_given: out)
    box = desktop.by_name("Language of the certificate", QComboBox)
    box.setCurrentIndex(box.findData("cy"))
    desktop.press("Certificate as a PDF…")
    assert "Tystysgrif" in pypdf.PdfReader(out).pages[0].extract_text()
    desktop.go("audit")
    assert any("Certificate of destruction" in row for row in desktop.rows("What was done, newest first"))


def test_an_inspector_cannot_ask(on_laptop: Callable[[str], Desktop]) -> None:
    desktop = on_laptop("ann")
    desktop.go("erase", visit_of(desktop))
    assert "Only a team lead asks for an erasure" in desktop.words()
    assert "Why, in words that name nobody" not in desktop.names()
    desktop.go("retention")
    assert "Keep it until" not in desktop.names()


def test_what_is_due_is_kept_or_destroyed_and_periods_change(centre: Desktop) -> None:
    desktop = centre
    desktop.go("retention")
    assert "Nothing is due" in desktop.words()
    desktop.press("Classes and periods")
    desktop.choose("Classes of records", row=3)
    begins = desktop.by_name("Begins", QComboBox)
    begins.setCurrentIndex(begins.findData("day"))
    desktop.press("Change the period")
    assert "Enter why the period changes" in desktop.words()
    desktop.type("Why the period changes", "policy")
    desktop.press("Change the period")
    assert "12 months" in desktop.rows("Classes of records")[3]
    desktop.press("Back to retention")
    assert desktop.rows(BY_TIME)[0].endswith("Due")
    assert "2 records would be destroyed" in desktop.words()
    desktop.type("Keep it until", "soon")
    desktop.press("Keep it")
    assert "Enter the day as year-month-day" in desktop.words()
    desktop.by_name("Keep it until", QLineEdit).setText("2199-01-31")
    desktop.type("Why it is kept longer, in words that name nobody", "appeal")
    desktop.press("Keep it")
    assert "Nothing is due" in desktop.words()
    desktop.press("List what is kept, too")
    assert "Kept until 31 January 2199: appeal" in desktop.words()
    desktop.by_name("Keep it until", QLineEdit).setText("2015-01-31")
    desktop.type("Why it is kept longer, in words that name nobody", "appeal is over")
    desktop.press("Keep it")
    desktop.type("Why it is destroyed, in words that name nobody", "its time is over")
    desktop.type("Legal basis, in one line", "schedule")
    desktop.press("Ask that it be destroyed")
    assert desktop.rows(BY_TIME)[0].endswith("Destruction asked for")
    desktop.go("erasures")
    assert desktop.rows(REQUESTS)[0].startswith("Its time in the retention schedule is over. 2 records")


def test_publication_begins_the_periods(centre: Desktop) -> None:
    desktop = centre
    desktop.go("periods")
    assert "Nothing has been published yet" in desktop.words()
    desktop.type("Day of publication", "2015-05-01")
    desktop.press("Save the day")
    assert "Published on 1 May 2015" in desktop.words()
    desktop.go("retention")
    assert desktop.rows(BY_TIME)[0].endswith("Due")


@pytest.fixture
def on_laptop(qapp: QApplication, tmp_path: Path, stick: Path) -> Iterator[Callable[[str], Desktop]]:
    """Unlock the vault of one of the team, which is ready on a stick's worth of bundles."""
    made: list[Desktop] = []

    def unlock(name: str) -> Desktop:
        made.append(Desktop(qapp, tmp_path, in_a_month))
        made[-1].unlock(nickname=name)
        return made[-1]

    yield unlock
    for desktop in made:
        desktop.close()


def in_a_month(vaults: Path) -> Parts:
    return parts(vaults)._replace(clock=lambda: datetime.now(UTC).astimezone() + timedelta(days=31))


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A closed visit by ann which the lead holds and has receipted; every vault is closed."""
    folder = tmp_path / "stick"
    folder.mkdir()
    door = Door(tmp_path / "vaults", FLOOR_COST)
    lead, ann = (door.create(name, name, PASSPHRASE, folder_name=name) for name in ("lead", "ann"))
    programme.found_inspection(lead, "Winter", now=NOW, forms=shipped_forms(), policy=Policy("x25519"))
    programme.admit(lead, programme.enrolment_request(ann), [Role.INSPECTOR], now=NOW)
    programme.join(ann, lead.roster_bytes(), programme.fingerprint(lead.roster_bytes()))

    def carry(sender: StoredVault, receiver: StoredVault) -> None:
        envelope = BundleEnvelope()
        sealed = exchange.seal_bundle(sender, envelope, [receiver.identity.person], folder)
        exchange.receive_bundle(receiver, envelope, Path(sealed.path), now=datetime.now(UTC))

    carry(lead, ann)
    inspection = ann.of_kind(Kind.INSPECTION)[0].id
    visit = capture.start_visit(ann, inspection=inspection, station="Example Road", force="", happened=NOW)
    capture.add_note(ann, visit, "Posters from 2011", happened=NOW)
    capture.close_visit(ann, visit, happened=NOW)
    reviewed = streams.begin(ann, Kind.CASE_FILE_REVIEW, happened=NOW)
    carry(ann, lead)
    review.return_to_author(lead, reviewed, "unclear", happened=NOW)
    carry(lead, ann)
    for vault in (lead, ann):
        vault.close()
    return folder


def test_a_copy_that_may_go_is_told_removed_and_brought_back(
    on_laptop: Callable[[str], Desktop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "COPIES_AFTER_MS", 1)
    desktop = on_laptop("ann")
    desktop.wait(lambda: "1 visit need not stay on this laptop" in desktop.desk.notice.words)
    desktop.press("See the copies")
    assert desktop.rows(HERE) == [row for row in desktop.rows(HERE) if row.endswith("May go")]
    desktop.press("Remove the chosen copy")
    assert "2 records were removed from this laptop" in desktop.desk.notice.words
    assert "No visit is on this laptop" in desktop.words()
    desktop.press("Bring it back")
    assert "Ask your team lead for a bundle with everything" in desktop.desk.notice.words


def test_a_copy_that_is_open_stays_and_says_why(on_laptop: Callable[[str], Desktop]) -> None:
    desktop = on_laptop("ann")
    desktop.go("visit", visit_of(desktop))
    desktop.go("copies")
    assert "Somebody is working on it" in desktop.rows(HERE)[0]
    desktop.press("Remove the chosen copy")
    assert "This working copy has to stay for now: see what holds it" in desktop.names()


def test_deliveries_are_told_and_a_return_only_to_its_author(on_laptop: Callable[[str], Desktop]) -> None:
    desktop = on_laptop("ann")
    desktop.go("send")
    (sent,) = desktop.rows("What was sent")
    assert "lead has it since" in sent
    assert sent.endswith("Delivered")
    returned = on_vault(desktop, lambda vault: vault.of_kind(Kind.CASE_FILE_REVIEW)[0].id)
    desktop.go("record", returned)
    assert "Returned to you: unclear" in desktop.words()
    assert "Ask for erasure" not in desktop.names()


def test_the_lead_is_not_told_that_it_was_returned_to_them(on_laptop: Callable[[str], Desktop]) -> None:
    desktop = on_laptop("lead")
    returned = on_vault(desktop, lambda vault: vault.of_kind(Kind.CASE_FILE_REVIEW)[0].id)
    desktop.go("record", returned)
    assert "Returned to you" not in desktop.words()
    desktop.press("Ask for erasure")
    assert "Case-file review" in desktop.words()
    desktop.go("send")
    assert "Outstanding: 1" in " ".join(desktop.rows("What was sent"))
    desktop.go("copies")
    assert "keeps what it holds" in desktop.words()


def test_what_is_erased_goes_from_the_screens_that_show_it(centre: Desktop) -> None:
    desktop = centre
    visit = visit_of(desktop)
    note = on_vault(desktop, lambda vault: vault.of_kind(Kind.NOTE)[0].id)
    desktop.go("visit", visit)
    desktop.visit_view.record_opened.emit(note)
    desktop.settle()
    assert "said in confidence" in desktop.words()
    erase(desktop, note)
    assert "said in confidence" not in desktop.words()
    assert not desktop.visit_view.timeline.rows.items
    desktop.press("Ask for erasure")
    assert desktop.desk.place.record == visit
    desktop.go("visit", visit)
    erase(desktop, visit)
    assert "This visit is not in this vault" in desktop.words()
    assert "Example Road" not in desktop.words()


def test_an_erased_record_goes_from_its_own_screen(centre: Desktop) -> None:
    desktop = centre
    reviewed = on_vault(desktop, lambda vault: streams.begin(vault, Kind.CASE_FILE_REVIEW, happened=NOW))
    desktop.go("record", reviewed)
    erase(desktop, reviewed)
    assert "This record is not in this vault" in desktop.words()


def erase(desktop: Desktop, record: str) -> None:
    """Ask and confirm, while another screen is in front."""
    ask_for_erasure(desktop, record)

    def confirm(vault: Replica) -> str:
        waiting = [one for one in erasure.erasures(vault) if one.state is EraseState.ASKED]
        return erasure.confirm(vault, waiting[-1].request, happened=NOW + timedelta(days=1))

    on_vault(desktop, confirm)
