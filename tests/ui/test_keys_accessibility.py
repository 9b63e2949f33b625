"""The walk of test_accessibility over the screens of the vault's keys, which come before and after the desk."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from fieldinspect.ui.screens.recover.presenter import Step, Way
from fieldinspect.ui.screens.recover.view import RecoverView
from fieldinspect.ui.screens.rotate.view import RotateView
from tests.ui.desktop import PASSPHRASE, Desktop
from tests.ui.keeping import LAST
from tests.ui.test_accessibility import LEAST_TARGET, controls, name_for_readers


def choose_passphrase(desktop: Desktop) -> None:
    desktop.start.create()
    for answer in ("Second laptop", "Amal"):
        assert desktop.start.create_view is not None
        desktop.start.create_view.answered.emit(answer, "")


def make(desktop: Desktop) -> None:
    choose_passphrase(desktop)
    assert desktop.start.create_view is not None
    desktop.start.create_view.answered.emit(PASSPHRASE, PASSPHRASE)
    desktop.settle()
    desktop.press("Make the vault")
    desktop.wait(lambda: LAST in desktop.names())


def go_without(desktop: Desktop) -> None:
    make(desktop)
    desktop.press("Go on without the code")


def see_keepers(desktop: Desktop) -> None:
    go_without(desktop)
    desktop.press("I have not kept the code: go on")


def recover(desktop: Desktop) -> None:
    desktop.press("Use the recovery code")
    desktop.type("Recovery code", "ABCD EFG")
    desktop.press("Continue")


def recover_with_passphrase(desktop: Desktop) -> None:
    view = RecoverView(Way.CODE, "Field laptop")
    desktop.start.window.show_part(view)
    view.passphrase.suggest("five words like these here")
    view.show_step(Step.PASSPHRASE)
    view.show_problems(["Enter a passphrase"])


def rotate(desktop: Desktop) -> None:
    desktop.unlock()
    desktop.go("keys")
    desktop.press("Close the vault and make a new master key…")
    desktop.wait(lambda: "Make a new master key" in desktop.names())
    desktop.press("Make a new master key")


def rotating(desktop: Desktop) -> None:
    view = RotateView("Field laptop")
    desktop.start.window.show_part(view)
    view.show_percent(40)


def keys(desktop: Desktop, *pressed: str) -> None:
    desktop.unlock()
    desktop.go("keys")
    for name in pressed:
        desktop.press(name)


SCREENS: dict[str, Callable[[Desktop], None]] = {
    "unlock": lambda _desktop: None,
    "choose a passphrase": choose_passphrase,
    "the code": make,
    "without the code": go_without,
    "keepers": see_keepers,
    "recover": recover,
    "recover, passphrase": recover_with_passphrase,
    "shares": lambda desktop: desktop.press("Use the shares of two keepers"),
    "rotate": rotate,
    "rotating": rotating,
    "keys": keys,
    "change the passphrase": lambda desktop: keys(desktop, "Change passphrase…", "Change the passphrase"),
    "a new code": lambda desktop: keys(desktop, "Make a new recovery code…", "Make the code"),
}


@pytest.fixture(params=SCREENS)
def screen(
    request: pytest.FixtureRequest, qapp: QApplication, tmp_path: Path, visit: str
) -> Iterator[Desktop]:
    assert visit
    running = Desktop(qapp, tmp_path)
    SCREENS[request.param](running)
    running.settle()
    yield running
    running.close()


def test_everything_has_a_name_a_size_a_letter_of_its_own_and_is_reached_by_tab(screen: Desktop) -> None:
    shown = controls(screen)
    assert [one for one in shown if not name_for_readers(one)] == []
    assert [name_for_readers(one) for one in shown if min(one.width(), one.height()) < LEAST_TARGET] == []
    words = [one.text() for one in shown if isinstance(one, QAbstractButton)]
    labels = screen.start.window.findChildren(QLabel)
    words += [label.text() for label in labels if label.buddy() and label.isVisible()]
    letters = [text.partition("&")[2][:1].casefold() for text in words if "&" in text]
    assert sorted(letters) == sorted(set(letters))
    reached: set[QWidget] = set()
    for _step in range(100):
        screen.start.window.focusNextChild()
        focused = QApplication.focusWidget()
        if focused is None or focused in reached:
            break
        reached.add(focused)
    wanted = [one for one in shown if one.isEnabled() and one.focusPolicy().value & 1]
    assert [name_for_readers(one) for one in wanted if one not in reached] == []
    assert screen.start.window.width() <= 1366
