"""The keys of a vault on the real desktop: its code, recovery, shares, tries, a new passphrase, a new master key."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.views import VaultPlace
from fieldinspect.services import team_edits, team_list, vault_keys
from fieldinspect.store import swapping
from fieldinspect.store.door import Door
from fieldinspect.ui.screens.recover import view as recover_view
from fieldinspect.ui.secrets import code_view
from fieldinspect.ui.secrets.typing import read_back, trouble
from tests.team import NOW
from tests.ui.desktop import PASSPHRASE, Desktop
from tests.ui.keeping import LAST, code_shown, keep_code

NEW = "walnut-harbour-thimble-otter-cobalt"


@pytest.fixture
def locked(qapp: QApplication, tmp_path: Path, visit: str) -> Iterator[Desktop]:
    """The desktop on a vault with a visit, locked."""
    assert visit
    running = Desktop(qapp, tmp_path)
    yield running
    running.close()


def door(desktop: Desktop) -> Door:
    return Door(desktop.vaults, FLOOR_COST)


def place(desktop: Desktop) -> VaultPlace:
    return door(desktop).known()[0]


def lock(desktop: Desktop) -> None:
    desktop.key("Ctrl+L")
    desktop.wait(lambda: desktop.again == 1)


def open_by_hand(desktop: Desktop, passphrase: str) -> None:
    door(desktop).open(place(desktop), passphrase).close()


def give_code(desktop: Desktop) -> str:
    with door(desktop).closed(place(desktop)) as keys:
        return keys.new_recovery_code(PASSPHRASE)


def type_new_passphrase(desktop: Desktop, name: str = "New passphrase") -> None:
    desktop.type(name, NEW)
    desktop.type("The same passphrase again", NEW)


def answer_until_code(desktop: Desktop) -> str:
    for name, words in (("Name of the vault", "Field laptop"), ("Your name", "Ann")):
        desktop.type(name, words)
        desktop.press("Continue")
    desktop.press("Use these words")
    desktop.press("Continue")
    desktop.press("Make the vault")
    desktop.wait(lambda: LAST in desktop.names())
    return code_shown(desktop)


# A new vault


def test_strength_is_said_while_the_passphrase_is_typed(empty_desktop: Desktop) -> None:
    for name in ("Name of the vault", "Your name"):
        empty_desktop.type(name, "Ann")
        empty_desktop.press("Continue")
    empty_desktop.type("Passphrase", "orchid")
    empty_desktop.wait(lambda: "Strength: very easy to guess. Add more words" in empty_desktop.words())
    empty_desktop.press("Continue")
    assert "Error: The two passphrases are not the same" in empty_desktop.words()
    empty_desktop.type("The same passphrase again", "orchid")
    empty_desktop.press("Continue")
    assert "Error: This passphrase is too easy to guess" in empty_desktop.words()
    empty_desktop.press("Use these words")
    empty_desktop.wait(lambda: "Strength: good" in empty_desktop.words())


def test_the_code_of_a_new_vault_is_confirmed_printed_and_works(
    empty_desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = empty_desktop
    code = answer_until_code(desktop)
    page = tmp_path / "code.pdf"
    monkeypatch.setattr(code_view, "ask_where_to_save", lambda *_given: page)
    desktop.press("Save a page to print…")
    desktop.wait(page.exists)
    desktop.settle()
    assert "The page is written" in desktop.words()
    assert page.read_bytes().startswith(b"%PDF")
    desktop.type(LAST, "0000")
    desktop.press("Continue")
    assert "Error: This is not the last group" in desktop.words()
    assert keep_code(desktop) == code
    assert "Nobody but you can open this vault" in desktop.words()
    desktop.press("Go to the vault")
    desktop.wait(lambda: desktop.start.desk is not None)
    labels = desktop.start.window.findChildren(QLabel) + desktop.start.window.findChildren(QLineEdit)
    assert not [one for one in labels if code[-4:] in one.text()]
    assert code[:4] not in QApplication.clipboard().text()
    lock(desktop)
    door(desktop).open_with_recovery_code(place(desktop), code, NEW).close()


def test_the_code_is_left_only_after_hearing_what_is_lost(empty_desktop: Desktop) -> None:
    desktop = empty_desktop
    answer_until_code(desktop)
    desktop.press("Go on without the code")
    assert "everything in this vault is lost for good" in desktop.words()
    skip = desktop.by_name("I have not kept the code: go on", QAbstractButton)
    skip.click()
    skip.click()  # a second click harms nothing
    desktop.settle()
    assert "Nobody but you can open this vault" in desktop.words()


def test_a_vault_open_before_its_first_screen_locks_too(empty_desktop: Desktop) -> None:
    desktop = empty_desktop
    answer_until_code(desktop)
    assert desktop.start.entrance is not None
    desktop.start.entrance._session.going.emit()  # type: ignore[union-attr]
    desktop.wait(lambda: desktop.again == 1)
    assert LAST not in desktop.names()
    assert desktop.start.background._vault is None  # type: ignore[union-attr]


# Without the passphrase


def test_the_recovery_code_opens_the_vault_and_a_new_one_is_offered(locked: Desktop) -> None:
    code = give_code(locked)
    locked.press("Use the recovery code")
    mistyped = ("2" if code[-1] != "2" else "3").join([code[:-1], ""])
    for typed, told in (
        ("", "Enter the recovery code"),
        (code[:4] + "U" + code[5:], "has “U” in it"),
        (code[:-5], "The code has nine groups; 8 are here"),
        (mistyped, "The recovery code has a typing mistake"),
    ):
        locked.by_name("Recovery code", QLineEdit).clear()
        locked.type("Recovery code", typed)
        locked.press("Continue")
        assert told in locked.words()
    locked.by_name("Recovery code", QLineEdit).clear()
    locked.type("Recovery code", code.lower().replace("-", " "))
    assert f"9: {code[-4:]}" in locked.words()
    locked.press("Continue")
    type_new_passphrase(locked)
    locked.press("Open the vault")
    locked.wait(lambda: "Make a recovery code" in locked.names())
    assert "The code you used goes on working" in locked.words()
    locked.press("Make a recovery code")
    fresh = keep_code(locked)
    locked.press("Go to the vault")
    locked.wait(lambda: locked.start.desk is not None)
    locked.settle()
    lock(locked)
    open_by_hand(locked, NEW)
    with pytest.raises(BadInput):
        door(locked).open_with_recovery_code(place(locked), code, NEW)
    door(locked).open_with_recovery_code(place(locked), fresh, NEW).close()


def test_a_code_of_another_vault_is_told_from_a_mistyped_one(locked: Desktop, tmp_path: Path) -> None:
    other = Door(tmp_path / "other", FLOOR_COST)
    other.create("Other", "Amal", PASSPHRASE).close()
    with other.closed(other.known()[0]) as keys:
        code = keys.new_recovery_code(PASSPHRASE)
    give_code(locked)
    locked.press("Use the recovery code")
    locked.type("Recovery code", code)
    locked.press("Continue")
    type_new_passphrase(locked)
    locked.press("Open the vault")
    locked.wait(lambda: "Error:" in locked.words())
    assert "typing mistake" not in locked.words()
    assert locked.by_name("Recovery code", QLineEdit).text() == code
    locked.press("Back")
    assert "Unlock" in locked.names()


def test_two_shares_open_the_vault(locked: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holders = [vault_keys.make_holder_key() for _each in range(3)]
    vault = door(locked).open(place(locked), PASSPHRASE)
    team_list.change(vault, [team_edits.escrow_set([recipient for _secret, recipient in holders])], now=NOW)
    vault.close()
    open_by_hand(locked, PASSPHRASE)
    copies = [(Path(place(locked).folder) / name).read_bytes() for name in ("slots.a", "slots.b")]
    shares = [vault_keys.open_share(copies, secret) for secret, _recipient in holders[:2]]
    locked.press("Use the shares of two keepers")
    locked.type("First share", shares[0][:-1])
    locked.press("Continue")
    assert "Error: Enter the share, as its keeper gave it to you" in locked.words()
    held = tmp_path / "share.txt"
    monkeypatch.setattr(recover_view, "ask_file", lambda *_given: held)
    locked.press("Second share from a file")
    assert "Error: This laptop reported" in locked.words()
    held.write_text(shares[1] + "\n")
    locked.press("Second share from a file")
    locked.press("Continue")
    assert "Error: This is not a whole share" in locked.words()
    locked.type("First share", shares[0][-1])
    locked.press("Continue")
    type_new_passphrase(locked)
    locked.press("Open the vault")
    locked.wait(lambda: "Go on without a new code" in locked.names())
    assert "Destroy both shares" in locked.words()
    locked.press("Go on without a new code")
    assert "Any two of these three can open this vault" in locked.words()
    locked.press("Go to the vault")
    locked.wait(lambda: locked.start.desk is not None)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("ABCD-EFG", "Group 2, “EFG”, is not four characters long"),
        ("ABCD EFGH", "The code has nine groups; 2 are here"),
        ("abcd-o1l!", "Group 2 has “!” in it, which no recovery code has"),
        ("ABCDEFGHJ", "Group 3, “J”, is not four characters long"),
    ],
)
def test_a_code_is_read_group_by_group(typed: str, told: str) -> None:
    assert trouble(typed) == told


def test_letters_that_look_like_digits_are_read_as_those() -> None:
    assert read_back("oil0–abcd") == "1: 0110   2: ABCD"


def test_new_keepers_are_told_when_the_vault_opens(locked: Desktop) -> None:
    vault = door(locked).open(place(locked), PASSPHRASE)
    team_list.change(
        vault, [team_edits.escrow_set([vault_keys.make_holder_key()[1] for _each in range(3)])], now=NOW
    )
    vault.close()
    locked.unlock()
    assert locked.desk.notice.words.startswith("Any two of these three can open this vault")
    locked.press("Keys of this vault")
    assert locked.desk.place.screen == "keys"


# Too many tries


def test_five_wrong_tries_make_the_sixth_wait(locked: Desktop) -> None:
    unlock = locked.by_name("Unlock", QAbstractButton)
    for _try in range(6):
        locked.wait(unlock.isEnabled)
        locked.type("Passphrase", "wrong")
        locked.press("Unlock")
        locked.by_name("Passphrase", QLineEdit).clear()
        if not unlock.isEnabled():
            break
    assert "Too many wrong tries: try again in" in locked.words()
    assert not unlock.isEnabled()
    locked.type("Passphrase", PASSPHRASE)
    QTest.keyClick(locked.by_name("Passphrase"), Qt.Key.Key_Return)
    assert locked.start.desk is None
    locked.wait(unlock.isEnabled, 6)
    assert "Too many wrong tries" not in locked.words()
    locked.press("Unlock")
    locked.wait(lambda: locked.start.desk is not None)


def test_an_interrupted_change_is_told_at_the_next_start(locked: Desktop) -> None:
    swapping.begin(Path(place(locked).folder), "0" * 32)
    locked.restart()
    assert "Nothing has changed: open the vault as before" in locked.words()
    locked.unlock()


# The keys of an open vault


def test_the_passphrase_is_changed(desktop: Desktop) -> None:
    desktop.go("settings")
    desktop.press("Keys of this vault")
    assert "There is no recovery code" in desktop.words()
    desktop.press("Change passphrase…")
    type_new_passphrase(desktop)
    desktop.press("Change the passphrase")
    assert "Error: Enter the current passphrase" in desktop.words()
    desktop.type("Current passphrase", "wrong")
    desktop.press("Change the passphrase")
    desktop.wait(lambda: "Error: The passphrase" in desktop.words() or "Error:" in desktop.words())
    desktop.by_name("Current passphrase", QLineEdit).clear()
    desktop.type("Current passphrase", PASSPHRASE)
    button = desktop.by_name("Change the passphrase", QAbstractButton)
    button.click()
    button.click()  # a second click harms nothing
    desktop.settle()
    assert "The passphrase is changed. Copies of the vault made before" in desktop.words()
    assert not [one for one in desktop.start.window.findChildren(QLineEdit) if NEW in one.text()]
    lock(desktop)
    open_by_hand(desktop, NEW)


def test_a_new_code_is_cleared_when_its_screen_is_left(desktop: Desktop) -> None:
    desktop.go("keys")
    desktop.press("Make a new recovery code…")
    desktop.type("Passphrase", PASSPHRASE)
    desktop.press("Make the code")
    desktop.wait(lambda: LAST in desktop.names())
    code = code_shown(desktop)
    assert len(code) == 44
    desktop.go("today")
    assert "The new recovery code was not confirmed" in desktop.words()
    assert not [one for one in desktop.start.window.findChildren(QLabel) if code[:4] in one.text()]
    desktop.go("keys")
    assert "There is a recovery code" in desktop.words()
    desktop.press("Make a new recovery code…")
    desktop.type("Passphrase", PASSPHRASE)
    desktop.press("Make the code")
    assert keep_code(desktop) != code
    assert "The new recovery code is in force" in desktop.words()


def test_what_is_wrong_is_brought_into_sight(desktop: Desktop) -> None:
    desktop.start.window.resize(1366, 728)
    desktop.desk.choices.choose_percent(200)
    desktop.go("keys")
    desktop.press("Change passphrase…")
    desktop.by_name("The same passphrase again").setFocus()
    page = desktop.desk.current.currentWidget()  # type: ignore[attr-defined]
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
    desktop.press("Change the passphrase")
    said = desktop.by_name("Enter the current passphrase", QAbstractButton)
    assert not said.visibleRegion().isEmpty()
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
    said.click()
    desktop.settle()
    field = desktop.by_name("Current passphrase")
    assert field.hasFocus()
    assert not field.visibleRegion().isEmpty()


def test_nothing_typed_there_is_kept_as_a_draft(desktop: Desktop) -> None:
    desktop.go("keys")
    desktop.press("Change passphrase…")
    desktop.press("Use these words")
    words = desktop.by_name("New passphrase", QLineEdit).text()
    lock(desktop)
    vault = door(desktop).open(place(desktop), PASSPHRASE)
    try:
        kept = [draft.value for draft in vault.drafts()]
    finally:
        vault.close()
    assert kept
    assert not [value for value in kept if words in value]


def test_a_new_master_key_ends_what_opened_the_vault_before(desktop: Desktop) -> None:
    desktop.go("keys")
    desktop.press("Close the vault and make a new master key…")
    desktop.wait(lambda: "Make a new master key" in desktop.names())
    assert desktop.start.desk is None
    type_new_passphrase(desktop)
    desktop.type("Current passphrase", "wrong")
    desktop.press("Make a new master key")
    desktop.wait(lambda: "Error:" in desktop.words())
    desktop.by_name("Current passphrase", QLineEdit).clear()
    desktop.type("Current passphrase", PASSPHRASE)
    button = desktop.by_name("Make a new master key", QAbstractButton)
    button.click()
    button.click()  # a second click harms nothing
    code = keep_code(desktop)
    desktop.wait(lambda: desktop.again == 1)
    with pytest.raises(BadInput):
        open_by_hand(desktop, PASSPHRASE)
    door(desktop).open_with_recovery_code(place(desktop), code, NEW).close()


def test_a_new_master_key_can_be_thought_better_of(desktop: Desktop) -> None:
    desktop.go("keys")
    desktop.press("Close the vault and make a new master key…")
    desktop.wait(lambda: "Cancel" in desktop.names())
    desktop.press("Cancel")
    desktop.wait(lambda: desktop.again == 1)
    open_by_hand(desktop, PASSPHRASE)
