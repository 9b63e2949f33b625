"""People wrote different things: all is shown, a lead settles it by mouse or keyboard, and may undo that."""

import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListView, QWidget

from fieldinspect import app
from fieldinspect.domain.views import Conflict, Version
from fieldinspect.i18n import use_language
from fieldinspect.ui.screens.conflicts.differing import marked
from fieldinspect.ui.screens.conflicts.panel import SideBySide
from fieldinspect.ui.screens.conflicts.presenter import Open, key_of
from fieldinspect.ui.screens.conflicts.view import ConflictsView
from tests.ui import disputes
from tests.ui.desktop import Desktop

LISTED = "Conflicts"
WHY = "Why do you decide so?"


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


@pytest.fixture
def desktop(qapp: QApplication, disputed: Path, tmp_path: Path) -> Iterator[Desktop]:
    shutil.copytree(disputed / "vaults", tmp_path / "vaults")
    opened = Desktop(qapp, tmp_path)
    try:
        opened.unlock()
        opened.go("conflicts")
        yield opened
    finally:
        opened.close()


def keys(desktop: Desktop, typed: str) -> None:
    """Press keys in the list of conflicts."""
    listed = desktop.by_name(LISTED, QListView)
    listed.setFocus()
    for letter in typed:
        QTest.keyClick(listed, letter)
        desktop.settle()


def texts(desktop: Desktop) -> list[str]:
    desktop.go("visit", desktop.desk.visits[0].id)
    return desktop.rows("Timeline")


def test_the_values_stand_side_by_side_with_writers_times_and_what_stood_before(desktop: Desktop) -> None:
    assert len(desktop.rows(LISTED)) == 4
    words = desktop.words()
    for said in (
        "1. Ann",
        "2. Ben",
        "3. You",
        "Before: The custody sergeant said that eleven",
        "Counted again",
    ):
        assert said in words
    assert "<b><u>nine</u></b>" in words
    assert disputes.SAID.format(count="twelve", day=3) in desktop.names()


def test_a_value_is_kept_with_a_reason_and_by_its_number(desktop: Desktop) -> None:
    desktop.press("Keep what Ben wrote")
    assert "Enter why you decide so" in desktop.words()
    assert len(desktop.rows(LISTED)) == 4
    desktop.type(WHY, "The log was on the wall")
    desktop.press("Keep what Ben wrote")
    assert len(desktop.rows(LISTED)) == 3
    keys(desktop, "13")
    assert len(desktop.rows(LISTED)) == 1
    kept = [next(word for word in ("nine", "twelve", "ten") if word in row) for row in texts(desktop)]
    assert sorted(kept) in (["nine", "ten", "twelve"], ["nine", "twelve", "twelve"], ["nine", "ten", "ten"])


def test_all_are_kept_one_under_the_other_and_undone(desktop: Desktop) -> None:
    desktop.type(WHY, "All of it was said")
    keys(desktop, "B")
    assert len(desktop.rows(LISTED)) == 3
    keys(desktop, "Z")
    assert len(desktop.rows(LISTED)) == 4
    keys(desktop, "PPPP")
    rows = [
        row
        for row in range(4)
        if "text" in str(desktop.by_name(LISTED, QListView).model().index(row, 0).data())
    ]
    for row in rows:
        desktop.by_name(LISTED, QListView).setCurrentIndex(
            desktop.by_name(LISTED, QListView).model().index(row, 0)
        )
        desktop.settle()
        if "Put back by Lena" in desktop.words():
            break
    else:
        pytest.fail("nothing says that the values were put back")
    assert "1. Ann" in desktop.words() or "2. Ann" in desktop.words() or "3. Ann" in desktop.words()
    assert "Undo the last settlement (Z)" not in desktop.names()


def test_the_result_may_be_written_by_hand(desktop: Desktop) -> None:
    desktop.type(WHY, "Asked again")
    keys(desktop, "E")
    box = QApplication.focusWidget()
    assert box is not None
    box.selectAll()  # type: ignore[attr-defined]  # it is the text box
    QTest.keyClicks(box, "Fourteen forms")
    desktop.press("Keep the result")
    assert any("Fourteen forms" in row for row in texts(desktop))


def test_several_are_settled_alike(desktop: Desktop) -> None:
    desktop.type(WHY, "Ann was there")
    keys(desktop, "X")
    assert "Selected: 1" in desktop.words()
    QTest.keyClick(desktop.by_name(LISTED), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert "Selected: 4" in desktop.words()
    whose = desktop.by_name("Whose words to keep")
    whose.setCurrentText("Ann")  # type: ignore[attr-defined]  # it is a choice
    desktop.press("Keep what they wrote in all selected")
    assert "No conflicts" in desktop.words()
    assert all("twelve" in row for row in texts(desktop))
    desktop.go("conflicts")
    desktop.press("Undo the last settlement (Z)")
    assert len(desktop.rows(LISTED)) == 4


def test_what_is_left_for_later_is_listed_apart_with_who_and_why(desktop: Desktop) -> None:
    keys(desktop, "D")
    assert "Enter why this is left for later" in desktop.words()
    desktop.type(WHY, "Ask the station first")
    keys(desktop, "XD")
    assert len(desktop.rows(LISTED)) == 3
    tabs = desktop.by_name("Which conflicts")
    tabs.setCurrentIndex(1)  # type: ignore[attr-defined]  # it is a tab bar
    desktop.settle()
    assert len(desktop.rows(LISTED)) == 1
    assert "Left for later by Lena" in desktop.words()
    assert "Ask the station first" in desktop.words()
    desktop.press("Bring back from later")
    assert "No conflicts" not in desktop.words()
    tabs.setCurrentIndex(0)  # type: ignore[attr-defined]  # it is a tab bar
    desktop.settle()
    assert len(desktop.rows(LISTED)) == 4


def test_when_there_are_none_it_says_what_was_merged(desktop: Desktop) -> None:
    desktop.type(WHY, "The newest count")
    QTest.keyClick(desktop.by_name(LISTED), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    desktop.press("Keep the newer in all selected")
    assert "No conflicts. Entries that were merged without one:" in desktop.words()
    desktop.press("Show")
    rows = desktop.rows("What was merged without a conflict")
    assert rows
    assert all("Entries:" in row for row in rows)


def test_two_thousand_conflicts_are_listed_at_once(qapp: QApplication) -> None:
    use_language("en")
    now = app.now()
    found = [
        Conflict(
            f"{number:032x}",
            "note",
            "text",
            "v",
            tuple(
                Version(
                    f"{number}:{one}", f"{disputes.SAID} {number} {one}", one, now, now + timedelta(minutes=1)
                )
                for one in ("ann", "ben", "lena")
            ),
        )
        for number in range(2000)
    ]
    names = {"ann": "Ann", "ben": "Ben", "lena": "Lena"}
    view = ConflictsView()
    view.resize(1100, 700)
    view.show()
    view.show_open(Open({}, {}, {}, {}, "lena", True))
    qapp.processEvents()
    before = time.process_time()
    view.show_open(Open({key_of(one): one for one in found}, {}, names, {"v": "Example Road"}, "lena", True))
    qapp.processEvents()
    shown = time.process_time() - before
    listed = view.first
    before = time.process_time()
    for _key in range(50):
        QTest.keyClick(listed, "N")
    qapp.processEvents()
    moved = (time.process_time() - before) / 50
    view.close()
    view.deleteLater()
    assert shown < 0.5, f"listing 2,000 conflicts took {shown:.2f} s"
    assert moved < 0.05, f"moving by one took {moved:.3f} s"


@pytest.mark.parametrize(("width", "columns"), [(1200, 3), (700, 2), (420, 1)])
def test_the_values_are_as_wide_as_each_other_and_go_below_where_there_is_no_room(
    qapp: QApplication, width: int, columns: int
) -> None:
    window = QWidget()
    window.resize(width, 300)
    sides = SideBySide()
    sides.setParent(window)
    sides.resize(width, 300)
    window.show()
    cards = [QLabel(words) for words in ("12", "nine", "ten")]
    sides.show_cards(cards)
    qapp.processEvents()
    widths = [card.width() for card in cards]
    rows = {card.y() for card in cards}
    window.close()
    window.deleteLater()
    assert max(widths) - min(widths) <= 1
    assert len(rows) == -(-3 // columns)
