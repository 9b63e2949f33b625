"""The team on the real desktop: admitting, changing, revoking, root keys, proposals."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.root_key import make_root_key, open_root_key
from fieldinspect.crypto.signing import PublicKey
from fieldinspect.domain.kinds import Role
from fieldinspect.domain.roster import Roster
from fieldinspect.services import programme, root_files, team_edits, team_list
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store.door import Door
from fieldinspect.ui.screens.found import view as found_view
from fieldinspect.ui.screens.proposal import view as proposal_view
from fieldinspect.ui.screens.receive import view as receive_view
from fieldinspect.ui.screens.root_key import view as root_key_view
from fieldinspect.ui.screens.team import view as team_view
from tests.team import NOW
from tests.ui.desktop import PASSPHRASE, Desktop
from tests.ui.test_streams import on_vault

DIGITS = "The 20 digits that they read to you"


@pytest.fixture(scope="session")
def team_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vault of Amal, who leads; Ann takes part, and Ben asks to."""
    folder = tmp_path_factory.mktemp("team")
    for name in ("ann", "ben"):
        vault = Door(folder / name, FLOOR_COST).create(name, name.title(), PASSPHRASE)
        (folder / f"{name}.request").write_bytes(programme.enrolment_request(vault))
        vault.close()
    amal = Door(folder / "vaults", FLOOR_COST).create("Field laptop", "Amal", PASSPHRASE)
    programme.found_inspection(amal, "Winter", now=NOW, forms=shipped_forms())
    programme.admit(amal, (folder / "ann.request").read_bytes(), [Role.INSPECTOR], now=NOW)
    amal.close()
    return folder


@pytest.fixture
def lead(qapp: QApplication, tmp_path: Path, team_folder: Path) -> Iterator[Desktop]:
    shutil.copytree(team_folder, tmp_path, dirs_exist_ok=True)
    desktop = Desktop(qapp, tmp_path)
    desktop.unlock()
    desktop.go("team")
    yield desktop
    desktop.close()


def roster_of(desktop: Desktop) -> Roster:
    roster = on_vault(desktop, lambda vault: vault.roster())  # type: ignore[arg-type,return-value]
    assert isinstance(roster, Roster)
    return roster


def saves_to(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    for module in (team_view, root_key_view, proposal_view):
        monkeypatch.setattr(module, "ask_where_to_save", lambda *_given: path)


def tick(desktop: Desktop, name: str, words: str) -> None:
    """Tick a row with Space, as a person does."""
    listed = desktop.by_name(name, QListWidget)
    listed.setFocus()
    listed.setCurrentItem(listed.findItems(words, Qt.MatchFlag.MatchExactly)[0])
    QTest.keyClick(listed, Qt.Key.Key_Space)


def test_a_request_is_admitted_when_its_digits_agree(
    lead: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = tmp_path / "ben.request"
    monkeypatch.setattr(team_view, "ask_file", lambda *_given: request)
    lead.press("Open a request…")
    assert "Ben asks to take part. As what?" in lead.words()
    lead.type(DIGITS, "00000 00000 00000 00000")
    lead.press("Admit with the next version")
    assert "The digits are not those of this request" in lead.words()
    lead.by_name(DIGITS, QLineEdit).clear()
    lead.type(DIGITS, programme.request_digits(request.read_bytes()))
    lead.press("Admit with the next version")
    assert "Ben takes part, as: Inspector" in lead.words()
    assert len(roster_of(lead).people) == 2
    saves_to(monkeypatch, tmp_path / "team.txt")
    lead.press("Put into force and save the team list…")
    assert [one.name for one in roster_of(lead).people] == ["Amal", "Ann", "Ben"]
    assert lead.rows("Team")[2].startswith("Ben. Inspector")
    assert programme.fingerprint((tmp_path / "team.txt").read_bytes()) in lead.words()
    lead.press("Open a request…")
    assert "Ben takes part already, as: Inspector. This asks for another laptop of theirs" in lead.words()


def test_a_person_gets_conflicts_a_role_and_a_team_and_leaves(
    lead: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves_to(monkeypatch, tmp_path / "team.txt")
    lead.choose("Team", 1)
    tick(lead, "Roles", "Auditor")
    tick(lead, "May not inspect", "Kent Police")
    lead.type("Last day", "2026-13-45")
    lead.press("Save for the next version")
    assert "Enter the day as year-month-day" in lead.words()
    lead.by_name("Last day", QLineEdit).setText("2099-05-17")
    lead.press("Save for the next version")
    assert "Ann may not inspect: Kent Police" in lead.words()
    lead.press("Add a team…")
    lead.type("Name of the team", "North")
    tick(lead, "Forces it inspects", "Gwent Police")
    tick(lead, "Who is on it", "Ann")
    lead.press("Save for the next version")
    assert "Team North inspects Gwent Police. On it: Ann" in lead.words()
    lead.press("Put into force and save the team list…")
    ann = roster_of(lead).people[1]
    assert (ann.roles, ann.conflicts) == (("inspector", "auditor"), ("kent",))
    assert ann.valid_until == "2099-05-17T23:59:59+00:00"
    assert "May not inspect: Kent Police" in lead.rows("Team")[1]
    lead.choose("Teams and their forces")
    lead.press("Take this team out")
    lead.press("Give the changes up")
    assert [team.name for team in roster_of(lead).teams] == ["North"]
    lead.choose("Team", 1)
    lead.press("They leave the team now")
    lead.press("Put into force and save the team list…")
    assert "Left the team" in lead.rows("Team")[1]


def test_a_lost_laptop_is_revoked_after_saying_what_counts(
    lead: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves_to(monkeypatch, tmp_path / "team.txt")
    lead.choose("Team", 0)
    assert "Revoke this laptop…" not in lead.names()  # it is the one worked on
    lead.press("Back to the team")
    lead.choose("Team", 1)
    lead.press("Revoke this laptop…")
    assert "0 entries of Ann from this laptop are here" in lead.words()
    lead.press("Revoke with the next version")
    assert "Enter what happened to the laptop" in lead.words()
    lead.type("What happened to it?", "Left on a train")
    lead.type("Since when may somebody else have it?", "yesterday")
    lead.press("See what would count")
    assert "with a time if you know it" in lead.words()
    lead.by_name("Since when may somebody else have it?", QLineEdit).setText("2026-11-22 14:30")
    lead.press("Revoke with the next version")
    assert "Left on a train" in lead.words()
    lead.press("Put into force and save the team list…")
    assert [one.status for one in roster_of(lead).devices] == ["active", "revoked"]
    assert "Revoked laptops: 1" in lead.rows("Team")[1]
    lost = roster_of(lead).devices[1]
    saves_to(monkeypatch, tmp_path / "signers")
    lead.press("Save the keys of everybody…")
    assert lost.signing in (tmp_path / "signers").read_text()
    saves_to(monkeypatch, tmp_path / "krl")
    lead.press("Save the keys of revoked laptops…")
    assert "Saved as krl" in lead.words()
    assert PublicKey.from_line(lost.signing).blob in (tmp_path / "krl").read_bytes()
    lead.choose("Team", 1)
    lead.press("Let this laptop take part again")
    lead.press("Put into force and save the team list…")
    assert roster_of(lead).revocations == ()


def test_the_rules_of_the_list_change(lead: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saves_to(monkeypatch, tmp_path / "team.txt")
    lead.press("Rules of the team list…")
    lead.press("Save for the next version")
    assert "Nothing was changed" in lead.words()
    for name, value in (
        ("Days of grace after that", "x"),
        ("Least version of the program", "1.2"),
        ("Marking", "OFFICIAL"),
    ):
        lead.by_name(name, QLineEdit).setText(value)
    lead.press("Save for the next version")
    assert "Enter days and minutes as whole numbers" in lead.words()
    lead.by_name("Days of grace after that", QLineEdit).setText("7")
    lead.press("Save for the next version")
    assert "days of grace after the team list expired, from 14 to 7" in lead.words()
    lead.press("Put into force and save the team list…")
    roster = roster_of(lead)
    assert (roster.policy.grace_days, roster.policy.marking) == (7, "OFFICIAL")
    assert roster.needs_newer("1.1", "1")


def test_the_root_key_of_a_small_team_is_replaced(lead: Desktop) -> None:
    before = roster_of(lead).roots
    lead.press("Replace the root keys…")
    lead.type("How many of them sign each version", "x")
    lead.press("Save for the next version")
    assert "as a number" in lead.words()
    lead.by_name("How many of them sign each version", QLineEdit).setText("1")
    lead.by_name("Public parts of the root keys, a line each").setPlainText("ssh-rsa AAAA")  # type: ignore[attr-defined]
    lead.press("Save for the next version")
    assert "it begins with ssh-ed25519" in lead.words()
    lead.press("Make a new root key in this vault")
    assert "The new root key is in force" in lead.desk.notice.words
    assert roster_of(lead).roots != before


def test_a_root_key_is_made_signs_a_proposal_and_the_vault_publishes_it(
    lead: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, proposal = tmp_path / "mine.root-key", tmp_path / "team.proposal"
    monkeypatch.setattr(root_files, "calibrate", lambda: FLOOR_COST)
    saves_to(monkeypatch, key)
    lead.press("Make a root key…")
    lead.type("Passphrase for the root key", PASSPHRASE)
    lead.type("The same passphrase again", PASSPHRASE)
    lead.press("Make the root key and save it…")
    lead.wait(lambda: "The root key is made" in lead.words())
    line = lead.by_name("Public part of the root key", QLineEdit).text()
    assert open_root_key(key.read_bytes(), PASSPHRASE).signing.public.line == line
    other = make_root_key(PASSPHRASE, FLOOR_COST)
    (tmp_path / "other.root-key").write_bytes(other.file())
    lines = [line, other.signing.public.line]

    lead.press("Back to the team")
    lead.press("Replace the root keys…")
    lead.by_name("Public parts of the root keys, a line each").setPlainText("\n".join(lines))  # type: ignore[attr-defined]
    lead.press("Save for the next version")
    saves_to(monkeypatch, proposal)
    lead.press("Save the proposal…")
    lead.press("Open a proposal…")
    monkeypatch.setattr(proposal_view, "ask_file", lambda *_given: proposal)
    lead.press("Open a proposal…")
    lead.wait(lambda: "2 of 2 root keys sign the next version" in lead.words())
    assert "2 signatures are missing" in lead.words() or "2 of the new ones" in lead.words()
    lead.press("Sign the proposal")
    assert "Choose the root key file first" in lead.words()
    for name in ("mine", "other"):
        monkeypatch.setattr(proposal_view, "ask_file", lambda *_given, n=name: tmp_path / f"{n}.root-key")
        lead.press("Choose the root key file…")
        lead.type("Passphrase of the root key", PASSPHRASE)
        lead.press("Sign the proposal")
        lead.wait(lambda: "Signed." in lead.words())
    saves_to(monkeypatch, tmp_path / "team.txt")
    lead.press("Publish it and save the team list…")
    assert roster_of(lead).threshold == 2
    lead.press("Back to the team")
    lead.choose("Team", 1)
    tick(lead, "May not inspect", "Kent Police")
    lead.press("Save for the next version")
    assert "2 signatures are missing" in lead.words()
    assert "Put into force and save the team list…" not in lead.names()
    saves_to(monkeypatch, proposal)
    lead.press("Save the proposal…")
    assert root_files.proposal_of(proposal).lacking == (2, 2)


def test_an_inspection_begins_when_the_holders_of_its_root_keys_signed(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Door(tmp_path / "vaults", FLOOR_COST).create("Field laptop", "Amal", PASSPHRASE).close()
    key = make_root_key(PASSPHRASE, FLOOR_COST)
    proposal, root = tmp_path / "first.proposal", tmp_path / "one.root-key"
    root.write_bytes(key.file())
    monkeypatch.setattr(found_view, "ask_where_to_save", lambda *_given: proposal)
    monkeypatch.setattr(proposal_view, "ask_file", lambda *_given: proposal)
    monkeypatch.setattr(proposal_view, "ask_where_to_save", lambda *_given: tmp_path / "team.txt")
    desktop = Desktop(qapp, tmp_path)
    try:
        desktop.unlock()
        desktop.go("begin")
        desktop.press("With root keys that are kept off every laptop")
        desktop.type("Title of the inspection", "Winter")
        desktop.by_name("Public parts of the root keys, a line each").setPlainText(key.signing.public.line)  # type: ignore[attr-defined]
        desktop.press("Save the proposal…")
        assert "between 1 and 1 of them can be asked to sign" in desktop.words()
        desktop.by_name("How many of them sign each version", QLineEdit).setText("1")
        desktop.press("Save the proposal…")
        assert "Pass first.proposal to the holders" in desktop.words()
        root_files.sign_file(proposal, root_files.proposal_of(proposal), root, PASSPHRASE)
        desktop.press("Open a proposal…")
        desktop.press("Open a proposal…")
        desktop.wait(lambda: "Amal takes part, as: Team lead" in desktop.words())
        desktop.press("Publish it and save the team list…")
        assert roster_of(desktop).roots == (key.signing.public.line,)
        desktop.go("start_visit")
        desktop.type("Which station are you visiting?", "Example Road")
        desktop.press("Start the visit")
        assert desktop.desk.place.screen == "visit"
    finally:
        desktop.close()


def test_a_newer_team_list_is_taken_over_from_its_file(
    lead: Desktop, team_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, newer = tmp_path / "older.txt", tmp_path / "newer.txt"
    saves_to(monkeypatch, older)
    lead.press("Save the team list…")
    shutil.copytree(team_folder / "vaults", tmp_path / "other")
    door = Door(tmp_path / "other", FLOOR_COST)
    (place,) = door.known()
    other = door.open(place, PASSPHRASE)
    newer.write_bytes(team_list.change(other, [team_edits.policy_set(lock_minutes=7)], now=NOW).raw)
    other.close()
    lead.go("receive")
    for file, said in ((older, "is not newer than the one here"), (newer, "from 5 to 7")):
        monkeypatch.setattr(receive_view, "ask_file", lambda *_given, file=file: file)
        lead.press("Open a bundle")
        lead.wait(lambda said=said: said in lead.words())  # type: ignore[misc]
    assert roster_of(lead).policy.lock_minutes == 7
