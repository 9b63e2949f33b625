"""Planned and linked visits on the real desktop."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit

from fieldinspect import app
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.services import capture, planning, programme, reading, team_edits, team_list
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.services.planning import Details, State
from fieldinspect.services.ports import OpenVault
from fieldinspect.store.door import Door
from fieldinspect.ui.screens.come_back import view as come_back_view
from fieldinspect.ui.screens.plan import view as plan_view
from fieldinspect.ui.screens.replace import view as replace_view
from tests.ui.desktop import PASSPHRASE, Desktop
from tests.ui.test_streams import on_vault

PLANNED = "Planned visits"
TODAY = app.now().date()


@pytest.fixture
def lead(qapp: QApplication, tmp_path: Path) -> Iterator[Desktop]:
    """The desktop of somebody who leads an inspection that has two visits of one station and day."""
    vault = Door(tmp_path / "vaults", FLOOR_COST).create("Field laptop", "Amal", PASSPHRASE)
    now = app.now()
    inspection = programme.found_inspection(vault, "Winter", now=now, forms=shipped_forms())
    for note in ("seen at the desk", "seen in the yard"):
        visit = capture.start_visit(
            vault, inspection=inspection, station="Example Road", force="bedfordshire", happened=now
        )
        capture.add_note(vault, visit, note, happened=now)
    vault.close()
    desktop = Desktop(qapp, tmp_path)
    desktop.unlock()
    yield desktop
    desktop.close()


def check(desktop: Desktop, name: str) -> None:
    desktop.by_name(name, QAbstractButton).click()


def test_a_visit_is_planned_changed_begun_from_today_and_cancelled(lead: Desktop) -> None:
    desktop = lead
    desktop.press("Planned visits")
    assert "No visit is planned" in desktop.words()
    desktop.press("Plan a visit")
    desktop.type("Station", "High Street")
    desktop.by_name("Force", QLineEdit).setText("Gwent Police")
    desktop.by_name("Day, or the first of several", QLineEdit).setText("tomorrow")
    check(desktop, "Amal")
    desktop.press("Save the planned visit")
    assert "Enter the day as 2014-02-03" in desktop.words()
    desktop.by_name("Day, or the first of several", QLineEdit).setText(TODAY.strftime("%d/%m/%Y"))
    desktop.press("Save the planned visit")
    [row] = desktop.rows(PLANNED)
    assert "High Street. Gwent Police · Amal · Visit. Planned" in row
    [found] = on_vault(desktop, planning.planned)
    desktop.go("plan_visit", found.id)
    desktop.press("Cancel the visit")
    assert "Enter why the visit is cancelled" in desktop.words()
    desktop.go("today")
    assert "High Street" in desktop.rows("Planned for you")[0]
    desktop.go("planned", found.id)
    assert "Assigned: Amal" in desktop.words()
    desktop.press("Begin the visit")
    assert desktop.desk.place == ("visit", found.visit)
    assert [one.state for one in on_vault(desktop, planning.planned)] == [State.BEGUN]
    desktop.go("plan")
    assert "0 of 1 visit" in desktop.words()
    check(desktop, "Also what is over or cancelled")
    desktop.settle()
    assert "In progress" in desktop.rows(PLANNED)[0]


def test_a_table_is_shown_before_it_is_planned_and_clashes_are_told(
    lead: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop, table = lead, tmp_path / "schedule.csv"
    monkeypatch.setattr(plan_view, "ask_file", lambda *_arguments: table)
    desktop.go("plan")
    table.write_text("date,station\nsoon,High Street\n")
    desktop.press("Import a table…")
    assert "Line 2: “soon” is no day" in desktop.words()
    days = [TODAY, TODAY, TODAY + timedelta(days=1)]
    lines = [f"{day},gwent,High Street {n // 2},{'Amal' if n != 1 else ''}\n" for n, day in enumerate(days)]
    table.write_text("date,force,station,assigned\n" + "".join(lines))
    desktop.press("Import a table…")
    assert "3 visits are in the table. Nothing is planned yet" in desktop.words()
    assert on_vault(desktop, planning.planned) == []
    desktop.press("Plan all of them")
    assert len(desktop.rows(PLANNED)) == 3
    assert sorted(desktop.rows("To look at before the day")) == [
        "High Street 0 is planned twice on the same days",
        "Nobody is assigned to High Street 0",
    ]
    box = desktop.by_name("Who", QComboBox)
    box.setCurrentIndex(box.findText("Amal"))
    desktop.settle()
    assert "2 of 3 visits" in desktop.words()


def test_two_visits_are_linked_side_by_side_and_taken_apart(lead: Desktop) -> None:
    desktop = lead
    desktop.go("today")
    desktop.press("1 pair of visits may be one visit")
    [row] = desktop.rows("Visits that may be one")
    assert row.startswith("Example Road")
    desktop.choose("Visits that may be one", 0)
    assert desktop.words().count("Note: 1") == 2
    desktop.press("Link them: they are one visit")
    assert "No two visits of one station and day stand apart" in desktop.words()
    [card] = on_vault(desktop, reading.visits)
    desktop.go("visit", card.id)
    assert "2 linked visits" in desktop.names()
    assert {"seen at the desk", "seen in the yard"} <= {
        item.text for item in on_vault(desktop, lambda vault: reading.timeline(vault, card.id))
    }
    before = desktop.visit_view.visit_form
    desktop.press("See the next visit's form")
    assert desktop.visit_view.side.currentWidget() is before
    assert "This is the form of the visit that Amal began" in desktop.words()
    desktop.press("2 linked visits")
    desktop.choose("Linked visits", 0)
    desktop.press("Undo the link")
    assert "Enter why the link is undone" in desktop.words()
    desktop.type("Why is the link undone?", "two stations")
    desktop.press("Undo the link")
    assert len(on_vault(desktop, reading.visits)) == 2
    assert "Linked visits" not in desktop.names()


def test_a_plan_that_nobody_is_assigned_to_is_told(lead: Desktop) -> None:
    details = Details(TODAY, TODAY, "gwent", "High Street")
    on_vault(lead, lambda vault: planning.plan(vault, details, happened=app.now()))
    lead.go("plan")
    assert lead.rows("To look at before the day") == ["Nobody is assigned to High Street"]


def test_a_lost_laptop_is_replaced_from_both_sides(
    lead: Desktop, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = Door(tmp_path / "lost", FLOOR_COST).create("Lost", "Ann", PASSPHRASE)
    request = programme.enrolment_request(ann)
    team = on_vault(lead, lambda vault: programme.admit(vault, request, ["inspector"], now=app.now()))
    ann.close()
    stick = tmp_path / "stick"
    stick.mkdir()

    def at(name: str) -> Path:
        return stick / name

    new = Door(tmp_path / "new", FLOOR_COST).create("Field laptop", "Ann", PASSPHRASE)
    new.close()
    monkeypatch.setattr(come_back_view, "ask_where_to_save", lambda *_arguments: at("request.txt"))
    monkeypatch.setattr(
        come_back_view, "ask_file", lambda _view, _caption, names="": next(stick.glob(names or "team.txt"))
    )
    monkeypatch.setattr(replace_view, "ask_file", lambda *_arguments: at("request.txt"))
    monkeypatch.setattr(replace_view, "ask_folder", lambda *_arguments: stick)
    digits = programme.fingerprint(team)

    desktop = Desktop(qapp, tmp_path / "other", vaults=tmp_path / "new")
    desktop.unlock()
    desktop.go("come_back")
    desktop.press("Save the request")
    spoken = programme.request_digits(at("request.txt").read_bytes())
    assert spoken in desktop.words()

    lead.go("replace")
    lead.press("Replace the laptop…")
    assert "Enter what happened to the laptop" in lead.words()
    lead.type("What happened to it?", "stolen")
    lead.press("Open the request of the new laptop")
    assert "Ann asks from the new laptop" in lead.words()
    lead.type("The 20 digits of the request", "12345")
    lead.press("Replace the laptop…")
    assert "The digits are not those of this request" in lead.words()
    lead.by_name("The 20 digits of the request", QLineEdit).setText(spoken)
    lead.press("Replace the laptop…")
    assert "The laptop of Ann is replaced" in lead.words()
    assert f"Read these digits to them: {digits}" in lead.words()

    desktop.press("Take the place of the lost laptop")
    assert "Open the team list you were given first" in desktop.words()
    desktop.press("Open the team list")
    desktop.type("The 20 digits of the team list", digits)
    desktop.press("Take the place of the lost laptop")
    assert "This is the laptop of Ann now" in desktop.words()
    desktop.press("Open the bundle you were given")
    assert "2 visits are here again" in desktop.words()
    assert "Drafts that were only on the lost laptop are gone" in desktop.words()
    desktop.press("Go on with your work")
    assert len(desktop.rows("Visits")) == 2
    desktop.close()


def test_a_colleague_with_a_conflict_of_interest_is_assigned_once_it_is_permitted(
    lead: Desktop, tmp_path: Path
) -> None:
    ann = Door(tmp_path / "ann", FLOOR_COST).create("Ann's", "Ann", PASSPHRASE)
    request = programme.enrolment_request(ann)
    ann.close()

    def joins(vault: OpenVault) -> None:
        programme.admit(vault, request, ["inspector"], now=app.now())
        team_list.change(vault, [team_edits.conflicts_set("Ann", ["gwent"])], now=app.now())

    on_vault(lead, joins)
    lead.go("plan_visit")
    lead.type("Station", "High Street")
    lead.by_name("Force", QLineEdit).setText("Gwent Police")
    check(lead, "Ann (conflict of interest: Gwent Police)")
    lead.press("Save the planned visit")
    assert "Ann has a conflict of interest with this force" in lead.words()
    lead.press("Permit it")
    assert "Enter why this person may inspect the force" in lead.words()
    lead.type("Why may this person inspect the force?", "nobody else is free")
    lead.press("Permit it")
    lead.press("Save the planned visit")
    assert "Gwent Police · Ann · Visit" in lead.rows(PLANNED)[0]
    assert lead.names().count("To look at before the day") == 0
