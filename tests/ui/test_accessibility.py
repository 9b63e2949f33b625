"""A walk over every screen: everything has a name, is big enough to hit, and is reached by Tab."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from fieldinspect.domain.kinds import Kind
from fieldinspect.services.review import Change
from fieldinspect.ui.forms.reviewing import Remark, Standing
from tests.ui.custody import ask_for_erasure, show_account, show_care, show_copies, show_erasure
from tests.ui.desktop import Desktop
from tests.ui.exchanging import (
    show_conflicts,
    show_destination,
    show_quarantine,
    show_sending,
)
from tests.ui.planning import twice, two_plans
from tests.ui.two_readings import two_readings

LEAST_TARGET = 24
CONTROLS = (
    QAbstractButton,
    QLineEdit,
    QPlainTextEdit,
    QAbstractItemView,
    QComboBox,
    QAbstractSpinBox,
)
SCREENS: dict[str, Callable[[Desktop, str], None]] = {
    "today": lambda desktop, _visit: desktop.go("today"),
    "start_visit": lambda desktop, _visit: desktop.go("start_visit"),
    "visit": lambda desktop, visit: desktop.go("visit", visit),
    "contact": lambda desktop, visit: add(desktop, visit, Kind.CONTACT),
    "test": lambda desktop, visit: add(desktop, visit, Kind.TEST),
    "interview": lambda desktop, visit: interview(desktop, visit),
    "concern": lambda desktop, visit: add(desktop, visit, Kind.SAFEGUARDING_CONCERN),
    "conduct": lambda desktop, visit: add(desktop, visit, Kind.CONDUCT_MATTER),
    "records": lambda desktop, _visit: desktop.go("records"),
    "record": lambda desktop, _visit: record(desktop),
    "differences": lambda desktop, _visit: differences(desktop),
    "returning": lambda desktop, _visit: returning(desktop),
    "send": lambda desktop, _visit: shown(desktop, "send", show_sending),
    "receive": lambda desktop, _visit: desktop.go("receive"),
    "conflicts": lambda desktop, _visit: shown(desktop, "conflicts", show_conflicts),
    "quarantine": lambda desktop, _visit: shown(desktop, "quarantine", show_quarantine),
    "destination": lambda desktop, _visit: shown(desktop, "destination", show_destination),
    "find": lambda desktop, _visit: desktop.go("find"),
    "preview": lambda desktop, visit: desktop.go("preview", visit),
    "begin": lambda desktop, _visit: desktop.go("begin"),
    "team": lambda desktop, _visit: desktop.go("team"),
    "settings": lambda desktop, _visit: desktop.go("settings"),
    "audit": lambda desktop, _visit: desktop.go("audit"),
    "care": lambda desktop, _visit: care(desktop),
    "account": lambda desktop, _visit: account(desktop),
    "plan": lambda desktop, _visit: schedule(desktop, "plan"),
    "plan_visit": lambda desktop, _visit: schedule(desktop, "plan_visit"),
    "planned": lambda desktop, _visit: schedule(desktop, "planned"),
    "links": lambda desktop, visit: links(desktop, visit),
    "replace": lambda desktop, _visit: desktop.go("replace"),
    "come_back": lambda desktop, _visit: desktop.go("come_back"),
    "erase": lambda desktop, visit: desktop.go("erase", visit),
    "erasures": lambda desktop, visit: erasures(desktop, visit),
    "retention": lambda desktop, _visit: retention(desktop),
    "periods": lambda desktop, _visit: desktop.go("periods"),
    "copies": lambda desktop, _visit: copies(desktop),
    "help": lambda desktop, _visit: desktop.go("help"),
    "palette": lambda desktop, _visit: desktop.desk.open_palette(),
}


def shown(desktop: Desktop, screen: str, show: Callable[[Any], None]) -> None:
    """Put everything on a screen that can be on it."""
    desktop.go(screen)
    show(desktop.desk.current)


def schedule(desktop: Desktop, screen: str) -> None:
    """Plan two visits that clash, and open the first of them."""
    made = two_plans(desktop)
    desktop.go(screen, made[0])


def links(desktop: Desktop, visit: str) -> None:
    twice(desktop, visit)
    desktop.go("links")
    desktop.choose("Visits that may be one")


def add(desktop: Desktop, visit: str, kind: Kind) -> None:
    desktop.go("visit", visit)
    desktop.visit_view.add_asked.emit(kind)
    desktop.settle()


def interview(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.visit_view.interview_asked.emit()
    desktop.settle()


def record(desktop: Desktop) -> None:
    desktop.go("records")
    desktop.press("Begin: Case-file review")


def differences(desktop: Desktop) -> None:
    two_readings(desktop)
    desktop.desk.current.rates_asked.emit()  # type: ignore[attr-defined]


def returning(desktop: Desktop) -> None:
    """Everything the review of a record can show at once."""
    record(desktop)
    bar = desktop.desk.current.form.review  # type: ignore[attr-defined]
    changes = [Change("When?", "", "Monday")]
    bar.show_standing(Standing(may_return=True, answered=True, reason="Unclear", changes=changes))
    bar.show_remarks([Remark("1", "", "", "Look again", "Ann", asks=True, done=False)])
    bar.open_return()


def care(desktop: Desktop) -> None:
    """Everything at once: a backup and a check that run, what a check found, and a loss."""
    desktop.go("care")
    desktop.settle()
    show_care(desktop.desk.current)


def account(desktop: Desktop) -> None:
    desktop.go("account")
    desktop.settle()
    show_account(desktop.desk.current)


def erasures(desktop: Desktop, visit: str) -> None:
    ask_for_erasure(desktop, visit)
    desktop.go("erasures")
    desktop.settle()
    show_erasure(desktop.desk.current)


def retention(desktop: Desktop) -> None:
    desktop.go("retention")
    desktop.press("List what is kept, too")


def copies(desktop: Desktop) -> None:
    desktop.go("copies")
    desktop.settle()
    show_copies(desktop.desk.current)


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest, desktop: Desktop, visit: str) -> Desktop:
    SCREENS[request.param](desktop, visit)
    desktop.settle()
    return desktop


def controls(desktop: Desktop) -> list[QWidget]:
    found = [one for kind in CONTROLS for one in desktop.start.window.findChildren(kind)]
    inner = (QTabBar, QAbstractItemView)  # the parts of tab bars and lists are theirs to name
    return [one for one in found if one.isVisible() and not isinstance(one.parentWidget(), inner)]


def name_for_readers(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface else ""


def test_every_control_has_a_name(screen: Desktop) -> None:
    nameless = [one for one in controls(screen) if not name_for_readers(one)]
    assert nameless == []


def test_every_target_is_big_enough(screen: Desktop) -> None:
    small = {
        name_for_readers(one): (one.width(), one.height())
        for one in controls(screen)
        if min(one.width(), one.height()) < LEAST_TARGET
    }
    assert small == {}


def test_the_bands_say_the_marking_and_never_take_the_focus(screen: Desktop) -> None:
    said = "Protective marking: OFFICIAL-SENSITIVE"
    bands = [label for label in screen.start.window.findChildren(QLabel) if label.accessibleName() == said]
    assert len(bands) == 2
    assert all(band.isVisible() and not band.focusPolicy().value for band in bands)


def test_no_letter_is_claimed_twice(screen: Desktop) -> None:
    words = [one.text() for one in controls(screen) if isinstance(one, QAbstractButton)]
    words += [
        label.text()
        for label in screen.start.window.findChildren(QLabel)
        if label.buddy() and label.isVisible()
    ]
    letters = [text.replace("&&", "").partition("&")[2][:1].casefold() for text in words]
    claimed = [letter for letter in letters if letter]
    assert sorted(claimed) == sorted(set(claimed))


def test_tab_reaches_every_control(screen: Desktop) -> None:
    window = screen.start.window
    start = QApplication.focusWidget()
    reached: set[QWidget] = set()
    for _step in range(400):
        window.focusNextChild()
        focused = QApplication.focusWidget()
        if focused is None or focused in reached:
            break
        reached.add(focused)
    assert start is not None
    missed = [
        name_for_readers(one)
        for one in controls(screen)
        if one.isEnabled() and one.focusPolicy().value & 1 and not _reached(one, reached)
    ]
    assert missed == []


def _reached(control: QWidget, reached: set[QWidget]) -> bool:
    if control in reached or control.focusProxy() in reached:
        return True
    # Of a group of radio buttons Tab reaches one, and the arrows the others.
    group = control.group() if isinstance(control, QAbstractButton) else None
    return group is not None and any(button in reached for button in group.buttons())


def test_it_fits_a_small_laptop_at_twice_the_text_size(screen: Desktop) -> None:
    screen.start.window.resize(1366, 728)
    screen.desk.choices.choose_percent(200)
    screen.settle()
    assert screen.desk.current.minimumSizeHint().width() <= 1366
    assert screen.start.window.width() == 1366


def test_restoring_has_names_and_is_reached_by_tab(desktop: Desktop) -> None:
    desktop.restart()
    desktop.press("Restore from a backup…")
    assert [one for one in controls(desktop) if not name_for_readers(one)] == []
    test_tab_reaches_every_control(desktop)
    test_no_letter_is_claimed_twice(desktop)
