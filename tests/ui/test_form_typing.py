"""What is typed, what comes in meanwhile, what is remembered, and what an answer said before."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QListView

from fieldinspect.domain.views import Changes
from fieldinspect.services import capture, review
from fieldinspect.store.vault import StoredVault
from tests.team import NOW
from tests.ui.form_desktop import Opened, ask, contact_form, items

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
"""Lists that pop up are raised, which the platform without a screen cannot do."""
TOWNS = [f"town{number}" for number in range(30)]
FORM = contact_form(
    "<name/><said/><town/><towns/><often/><on/>",
    '<bind nodeset="/contact/on" type="date"/>',
    ask("name")
    + ask("said")
    + ask("town", "select1", items(*TOWNS))
    + ask("towns", "select", items(*TOWNS))
    + ask("often", "select1", items("never", "often"))
    + ask("on"),
)


@pytest.fixture
def opened(opened_form: Callable[..., Opened]) -> Opened:
    return opened_form(FORM)


def elsewhere(opened: Opened, act: Callable[[StoredVault], object]) -> None:
    """Do something in the vault that another screen, or a bundle, might do, and let the screens hear of it."""

    def work(vault: StoredVault) -> Changes:
        done = act(vault)
        return done if isinstance(done, Changes) else Changes(frozenset({str(done)}), "elsewhere")

    opened.read(work)
    opened.desktop.settle()


def comment(opened: Opened, text: str) -> Callable[[StoredVault], object]:
    return lambda vault: review.comment(vault, opened.record, text, about="/contact/name", happened=NOW)


def test_a_comment_comes_in_while_somebody_types(opened: Opened) -> None:
    opened.desktop.type("Said", "half a sent")
    elsewhere(opened, comment(opened, "In full, please"))
    assert "1 open comment: Name (optional)" in opened.desktop.names()
    field = opened.desktop.by_name("Said", QLineEdit)
    assert field.text() == "half a sent"
    assert field.hasFocus()


def test_a_comment_comes_in_while_nobody_types(opened: Opened) -> None:
    elsewhere(opened, comment(opened, "In full, please"))
    assert "1 open comment: Name (optional)" in opened.desktop.names()


def test_an_answer_that_came_in_while_somebody_typed_shows_once_they_leave_the_field(opened: Opened) -> None:
    opened.desktop.type("Said", "half a sentence")
    elsewhere(
        opened,
        lambda vault: capture.answer(
            vault, opened.record, {"/contact/name": "Amal"}, happened=NOW, initiator="elsewhere"
        ),
    )
    assert opened.desktop.by_name("Said", QLineEdit).text() == "half a sentence"
    assert opened.desktop.by_name("Name", QLineEdit).text() == ""
    opened.desktop.key("Return")
    opened.desktop.wait(lambda: opened.desktop.by_name("Name", QLineEdit).text() == "Amal")
    assert opened.desktop.by_name("Said", QLineEdit).text() == "half a sentence"
    assert opened.field("/contact/said") == "half a sentence"


def reopen(opened: Opened) -> Opened:
    """Kill the program and open the record again."""
    desktop = opened.desktop
    desktop.restart()
    desktop.unlock()
    desktop.settle()
    desktop.go("visit", desktop.desk.place.record or desktop.desk.visits[0].id)
    desktop.choose("Timeline")
    desktop.wait(lambda: opened.form.sheet is not None and opened.form.sheet.is_built)
    return opened


@pytest.mark.parametrize("name", ["Town", "Towns"])
def test_half_typed_text_in_a_long_list_outlives_a_crash(opened: Opened, name: str) -> None:
    opened.desktop.type(name, "own2")
    opened.desktop.pause(0.6)
    opened.desktop.settle()
    reopen(opened)
    assert opened.desktop.by_name(name, QLineEdit).text() == "own2"
    assert opened.field(f"/contact/{name.lower()}") is None, "it is no answer"
    opened.desktop.type(name, "9")
    QTest.keyClick(opened.desktop.by_name(name), Qt.Key.Key_Return)
    assert opened.field(f"/contact/{name.lower()}") == "town29"
    assert opened.read(drafts_of(opened)) == [], "the draft went with the answer"


def test_unfinished_work_after_a_crash_is_one_press_away(opened_form: Callable[..., Opened]) -> None:
    rows = ask("row/said").replace("Row/said", "Said")
    opened = opened_form(
        contact_form(
            '<name/><row jr:template=""><said/></row>',
            "",
            ask("name")
            + '<group ref="/contact/row"><label>Rows</label><repeat nodeset="/contact/row">'
            + rows
            + "</repeat></group>",
        )
    )
    desktop = opened.desktop
    desktop.press("Next section")
    desktop.press("Add another: Rows")
    desktop.type("Said", "half a sent")
    desktop.press("Add another: Rows")
    desktop.type("Said", "another")
    desktop.pause(0.6)
    reopen(opened)
    (offer,) = [name for name in desktop.names() if name.startswith("Unfinished work from")]
    desktop.press(offer)
    field = desktop.by_name("Said", QLineEdit)
    assert (field.text(), field.hasFocus()) == ("another", True)


def drafts_of(opened: Opened) -> Callable[[StoredVault], list[str]]:
    return lambda vault: [one.value for one in vault.drafts() if one.key.record == opened.record]


def test_leaving_a_long_list_half_typed_keeps_the_text_through_a_lock(opened: Opened) -> None:
    opened.desktop.type("Town", "nowhere")
    opened.form.go_to("/contact/name")  # at once: no pause saved it
    opened.desktop.desk.lock()
    opened.desktop.settle()
    reopen(opened)
    assert opened.desktop.by_name("Town", QLineEdit).text() == "nowhere"


def test_a_section_is_not_complete_with_half_typed_text(opened: Opened) -> None:
    opened.desktop.type("Town", "nowhere")
    opened.desktop.press("Yes, completed")
    assert "There is a problem" in opened.desktop.words()
    opened.desktop.press("Choose one from the list")
    focused = (
        opened.desktop.start.window.focusWidget()
    )  # the list that popped up has taken the window to the back
    assert focused is opened.desktop.by_name("Town", QLineEdit)


def test_text_taken_out_of_a_long_list_leaves_no_draft(opened: Opened) -> None:
    opened.desktop.type("Town", "no")
    opened.desktop.pause(0.6)
    assert opened.read(drafts_of(opened)) == ["no"]
    field = opened.desktop.by_name("Town", QLineEdit)
    for _letter in "no":
        QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert opened.read(drafts_of(opened)) == []


def test_whether_digits_answer_is_remembered(opened: Opened) -> None:
    opened.desktop.press("Answer with digits")
    reopen(opened)
    box = opened.desktop.by_name("Answer with digits", QCheckBox)
    assert not box.isChecked()
    opened.form.go_to("/contact/often")
    opened.desktop.key("2")
    assert opened.field("/contact/often") is None
    opened.desktop.press("Answer with digits")
    reopen(opened)
    assert opened.desktop.by_name("Answer with digits", QCheckBox).isChecked()


def answered(vault: StoredVault, _inspection: str, record: str) -> None:
    for values in (
        {"/contact/often": "never", "/contact/on": "2026-03-01"},
        {"/contact/often": "often"},
        {"/contact/often": None},
    ):
        capture.answer(vault, record, values, happened=NOW)


@pytest.fixture
def told(opened_form: Callable[..., Opened]) -> Opened:
    return opened_form(FORM, answered)


def test_the_earlier_versions_of_an_answer_are_listed_in_words(told: Opened) -> None:
    told.form.go_to("/contact/often")
    told.desktop.key("Ctrl+H")
    (listed,) = [name for name in told.desktop.names() if name.startswith("Earlier versions: Often")]
    rows = told.desktop.rows(listed)
    assert [row.rpartition(". ")[2] for row in rows] == ["Never", "Often", "Answer cleared"]
    assert told.desktop.by_name(listed, QListView).hasFocus()
    panel = told.form.versions
    assert panel.visibleRegion().boundingRect().height() == panel.height(), "all of it is in the window"
    told.desktop.key("Tab")
    assert QApplication.focusWidget().accessibleName() == "Close earlier versions"
    told.desktop.key("Tab")
    assert QApplication.focusWidget() is told.desktop.by_name("On", QLineEdit)
    told.desktop.press("Close earlier versions")
    assert QApplication.focusWidget().accessibleName() == "Never", "the first button of the question"
    told.form.go_to("/contact/on")
    told.desktop.key("Ctrl+H")
    assert told.desktop.rows("Earlier versions: On (optional)")[0].endswith("01/03/2026")


def test_an_answer_never_given_has_no_earlier_versions(told: Opened) -> None:
    told.form.go_to("/contact/name")
    told.desktop.press("Earlier versions of an answer")
    assert "Not answered yet" in told.desktop.words()
    assert QApplication.focusWidget().accessibleName() == "Close earlier versions"
    told.desktop.key("Return")
    assert QApplication.focusWidget() is told.desktop.by_name("Name", QLineEdit)
