"""Rows of a repeated group, and comments on answers."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from fieldinspect.services import review
from fieldinspect.store.vault import StoredVault
from tests.team import NOW
from tests.ui.form_desktop import Opened, ask, contact_form

FORM = contact_form(
    '<name/><person xmlns:jr="http://openrosa.org/javarosa" jr:template=""><role/><said/></person>',
    '<bind nodeset="/contact/name" type="string"/>',
    ask("name")
    + '<group ref="/contact/person"><label>Person</label><repeat nodeset="/contact/person">'
    + ask("person/role").replace("Person/role", "Role")
    + ask("person/said").replace("Person/said", "Said")
    + "</repeat></group>",
)


@pytest.fixture
def rows(opened_form: Callable[..., Opened]) -> Opened:
    """The form at the section of its rows."""
    opened = opened_form(FORM)
    opened.desktop.press("Next section")
    return opened


def add(opened: Opened, role: str) -> None:
    opened.desktop.press("Add another: Person")
    opened.desktop.type("Role", role)
    QApplication.focusWidget().focusNextChild()
    opened.desktop.settle()


def test_rows_are_a_list_and_one_is_open(rows: Opened) -> None:
    desktop = rows.desktop
    assert "None yet" in desktop.words()
    desktop.press("Add another: Person")
    assert QApplication.focusWidget().accessibleName() == "Role", "a new row is open and ready"
    desktop.type("Role", "Sergeant")
    add(rows, "Constable")
    assert desktop.rows("Person") == ["1. Person. Sergeant", "2. Person. Constable. Open"]
    assert desktop.by_name("Role", QLineEdit).text() == "Constable"
    desktop.choose("Person", 0)
    assert desktop.by_name("Role", QLineEdit).text() == "Sergeant"
    desktop.press("Close row: 1. Person")
    assert "Role" not in desktop.names()


def test_a_removed_row_comes_back_until_that_is_dismissed(rows: Opened) -> None:
    desktop = rows.desktop
    add(rows, "Sergeant")
    desktop.press("Remove: 1. Person")
    assert "Remove “1. Person” and what is in it?" in desktop.words()
    desktop.press("Keep it: 1. Person")
    assert desktop.rows("Person") == ["1. Person. Sergeant. Open"]
    desktop.press("Remove: 1. Person")
    desktop.press("Remove it: 1. Person")
    assert "Removed: 1. Person" in desktop.words()
    assert "None yet" in desktop.words()
    desktop.press("Previous section")
    assert "Removed: 1. Person" in desktop.words(), "the offer stays while work goes on"
    desktop.press("Next section")
    desktop.press("Undo")
    assert desktop.rows("Person") == ["1. Person. Sergeant. Open"]
    assert desktop.by_name("Role", QLineEdit).text() == "Sergeant"
    desktop.press("Remove: 1. Person")
    desktop.press("Remove it: 1. Person")
    desktop.press("Dismiss")
    assert "Undo" not in desktop.names()


def test_an_answer_is_commented_on(opened_form: Callable[..., Opened]) -> None:
    opened = opened_form(FORM)
    desktop = opened.desktop
    desktop.press("Comment: Name (optional)")
    assert QApplication.focusWidget().accessibleName() == "Comment on: Name (optional)"
    desktop.type("Comment on: Name (optional)", "Whose name?")
    desktop.press("Add comment")
    assert "Whose name?" in desktop.words()
    assert "1 open comment: Name (optional)" in desktop.names()
    desktop.press("Close comments")
    assert QApplication.focusWidget().accessibleName() == "1 open comment: Name (optional)"
    (comment,) = opened.read(lambda vault: review.comments(vault, opened.record))
    assert (comment.about, comment.text, comment.asks) == ("/contact/name", "Whose name?", False)


def test_nothing_written_is_no_comment(opened_form: Callable[..., Opened]) -> None:
    opened = opened_form(FORM)
    opened.desktop.press("Comment: Name (optional)")
    opened.desktop.press("Add comment")
    assert isinstance(QApplication.focusWidget(), QPlainTextEdit)
    assert opened.read(lambda vault: review.comments(vault, opened.record)) == []


def return_it(vault: StoredVault, _inspection: str, record: str) -> None:
    review.comment(vault, record, "Write it in full", about="/contact/name", asks=True, happened=NOW)
    review.return_to_author(vault, record, "One answer is unclear", happened=NOW)


@pytest.fixture
def returned(opened_form: Callable[..., Opened]) -> Opened:
    return opened_form(FORM, return_it)


def test_a_returned_record_says_why_and_what_to_do(returned: Opened) -> None:
    desktop = returned.desktop
    assert "This record was returned to its author." in desktop.words()
    assert "One answer is unclear" in desktop.words()
    assert not desktop.by_name("Hand in again").isEnabled()
    desktop.press("Go to the question: Name.")
    assert QApplication.focusWidget().accessibleName() == "Name"
    desktop.press("Done: Write it in full")
    desktop.press("Hand in again")
    assert "was returned" not in desktop.words()
    assert returned.field("returned") is None
