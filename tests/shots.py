"""A picture of every screen, in every theme and language, into a folder: look at them before you ask for review.

python -m tests.shots OUT [THEME ...]
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtWidgets import QApplication, QWidget

from fieldinspect import cli, i18n
from fieldinspect.domain.kinds import Kind
from fieldinspect.resources import folder
from fieldinspect.store.door import Door
from fieldinspect.ui.forms.reviewing import Standing
from fieldinspect.ui.screens.handover.view import HandoverView
from fieldinspect.ui.screens.keys.view import KeysView
from fieldinspect.ui.screens.unlock.view import UnlockView
from fieldinspect.ui.theme.tokens import THEMES
from tests.ui.custody import show_account, show_care, show_copies, show_erasure
from tests.ui.desktop import Desktop
from tests.ui.exchanging import (
    show_conflicts,
    show_destination,
    show_later,
    show_quarantine,
    show_sending,
)
from tests.ui.two_readings import two_readings

SIZE: Final = (1366, 768)
PSEUDO: Final = "qps"
"""A made-up language, half as long again as English: what does not fit it will not fit Welsh."""


class Camera:
    """Takes the pictures of one theme and language."""

    def __init__(self, desktop: Desktop, out: Path, prefix: str) -> None:
        self.desktop = desktop
        self._out = out
        self._prefix = prefix

    def shoot(self, name: str) -> None:
        self.desktop.settle()
        self.desktop.pause(0.15)
        self.desktop.start.window.grab().save(str(self._out / f"{self._prefix}-{name}.png"))


def main(arguments: list[str]) -> int:
    out = Path(arguments[0])
    themes = arguments[1:] or list(THEMES)
    out.mkdir(parents=True, exist_ok=True)
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    languages = [*i18n.LANGUAGES, *([PSEUDO] if (folder("translations") / PSEUDO).is_dir() else [])]
    with tempfile.TemporaryDirectory() as work:
        sample = Path(work) / "sample"
        status = cli.run(["demo", "--out", str(sample)])
        if status:
            return status
        for theme in themes:
            for language in languages:
                _picture_all(application, sample, Path(work), out, theme, language)
    print(f"{len(list(out.glob('*.png')))} pictures in {out}")
    return 0


def _picture_all(
    application: QApplication, sample: Path, work: Path, out: Path, theme: str, language: str
) -> None:
    home = work / f"{theme}-{language}"
    shutil.copytree(sample, home)
    i18n.LANGUAGES.setdefault(PSEUDO, PSEUDO)
    desktop = Desktop(application, home, settings={"theme": theme, "language": language})
    try:
        desktop.start.window.resize(*SIZE)
        camera = Camera(desktop, out, f"{theme}-{language}")
        _before(camera)
        _inside(camera)
        if language != PSEUDO:
            _large(camera)
        _after(camera)
    finally:
        desktop.close()
        i18n.LANGUAGES.pop(PSEUDO, None)
        i18n.use_language("en")


def _before(camera: Camera) -> None:
    desktop = camera.desktop
    camera.shoot("01-unlock")
    desktop.start.unlock_presenter.unlock("not the passphrase")
    camera.shoot("02-wrong-passphrase")
    desktop.start.restore()
    camera.shoot("48-restore")
    for name, shares in (("60-recover", False), ("61-shares", True)):
        _recover(desktop, shares=shares)
        camera.shoot(name)
    desktop.start.create()
    camera.shoot("03-create")
    view = desktop.start.create_view
    assert view is not None
    for place, answer in enumerate(("Field laptop", "Amal"), 4):
        view.answered.emit(answer, "")
        camera.shoot(f"{place:02}-create")
    view.answered.emit(_passphrase(), _passphrase())
    camera.shoot("06-create-check")


def _inside(camera: Camera) -> None:
    desktop = camera.desktop
    lead = next(place for place, name in enumerate(_nicknames(desktop)) if "ead" in name)
    desktop.start.unlock_presenter.choose(lead)
    desktop.start.unlock_presenter.unlock(_passphrase())
    desktop.wait(lambda: desktop.start.desk is not None)
    desktop.settle()
    visit = desktop.desk.visits[0].id
    steps: list[tuple[str, Callable[[], None]]] = [
        ("10-today", lambda: desktop.go("today")),
        ("11-start-visit", lambda: desktop.go("start_visit")),
        ("12-visit", lambda: desktop.go("visit", visit)),
        ("13-note", lambda: _type(desktop)),
        ("14-contact", lambda: _open(desktop, Kind.CONTACT)),
        ("15-note-details", lambda: _open(desktop, Kind.NOTE)),
        ("16-interview", lambda: _open(desktop, Kind.INTERVIEW)),
        ("27-safeguarding", lambda: _add(desktop, Kind.SAFEGUARDING_CONCERN)),
        ("28-records", lambda: desktop.go("records")),
        ("29-case-file", lambda: _begin(desktop, Kind.CASE_FILE_REVIEW)),
        ("32-differences", lambda: _differences(desktop)),
        ("33-returning", lambda: _return(desktop)),
        ("17-send", lambda: desktop.go("send")),
        ("18-receive", lambda: _receive(desktop)),
        ("19-conflicts", lambda: _shown(desktop, "conflicts", show_conflicts)),
        ("80-conflicts-for-later", lambda: _shown(desktop, "conflicts", show_later)),
        ("81-quarantine", lambda: _shown(desktop, "quarantine", show_quarantine)),
        ("82-sending", lambda: _shown(desktop, "send", show_sending)),
        ("83-destination", lambda: _shown(desktop, "destination", show_destination)),
        ("20-find", lambda: _find(desktop)),
        ("21-preview", lambda: desktop.go("preview", visit)),
        ("26-team", lambda: desktop.go("team")),
        ("40-audit", lambda: desktop.go("audit")),
        ("41-care", lambda: _shown(desktop, "care", show_care)),
        ("42-account", lambda: _shown(desktop, "account", show_account)),
        ("43-erase", lambda: desktop.go("erase", visit)),
        ("44-erasures", lambda: _shown(desktop, "erasures", show_erasure)),
        ("45-retention", lambda: _everything_kept(desktop)),
        ("46-periods", lambda: desktop.go("periods")),
        ("47-copies", lambda: _shown(desktop, "copies", show_copies)),
        ("22-settings", lambda: desktop.go("settings")),
        ("62-keys", lambda: desktop.go("keys")),
        ("63-change-passphrase", lambda: _keys(desktop).passphrase_asked.emit()),
        ("64-new-code", lambda: _new_code(desktop)),
        ("23-begin", lambda: desktop.go("begin")),
        ("24-help", lambda: desktop.go("help")),
        ("25-palette", desktop.desk.open_palette),
    ]
    for name, act in steps:
        act()
        camera.shoot(name)
    desktop.desk.palette_layer.dismiss()


def _after(camera: Camera) -> None:
    """What comes after a desk, and with a new vault before one."""
    desktop = camera.desktop
    desktop.desk.rotation_asked.emit()
    desktop.wait(lambda: desktop.start.desk is None)
    camera.shoot("65-new-master-key")
    desktop.restart()
    desktop.start.window.resize(*SIZE)
    desktop.start.create()
    view = desktop.start.create_view
    assert view is not None
    for answer in ("Second laptop", "Amal"):
        view.answered.emit(answer, "")
    view.answered.emit(_passphrase(), _passphrase())
    desktop.settle()
    view.create_asked.emit()
    camera.shoot("66-recovery-code")
    handover = desktop.start.window.findChildren(HandoverView)[0]
    handover.code.skip_asked.emit()
    camera.shoot("67-without-the-code")
    handover.code.skipped.emit()
    camera.shoot("68-keepers")


def _large(camera: Camera) -> None:
    """The workspace with text of twice the size: one pane, and a button for the menu."""
    desktop = camera.desktop
    desktop.desk.choices.choose_percent(200)
    desktop.go("visit")
    camera.shoot("30-visit-200-percent")
    desktop.go("today")
    camera.shoot("31-today-200-percent")
    desktop.desk.choices.choose_percent(100)


def _recover(desktop: Desktop, *, shares: bool) -> None:
    asked = "shares_asked" if shares else "recovery_asked"
    getattr(desktop.start.window.findChildren(UnlockView)[0], asked).emit()


def _keys(desktop: Desktop) -> KeysView:
    assert isinstance(desktop.desk.current, KeysView)
    return desktop.desk.current


def _new_code(desktop: Desktop) -> None:
    _keys(desktop).back_asked.emit()
    _keys(desktop).code_asked.emit()
    _keys(desktop).code_passphrase_given.emit(_passphrase())


def _type(desktop: Desktop) -> None:
    composer = desktop.visit_view.composer
    composer.box.setFocus()
    composer.box.setPlainText(
        "/said The duty sergeant reviews risk forms at the start and the end of a shift."
    )
    desktop.pause(0.6)


def _open(desktop: Desktop, kind: str) -> None:
    desktop.go("visit")
    rows = desktop.visit_view.timeline.rows
    record = next(item.id for item in rows.items if item.kind == kind)
    desktop.visit_view.record_opened.emit(record)


def _add(desktop: Desktop, kind: str) -> None:
    desktop.go("visit")
    desktop.visit_view.add_asked.emit(kind)


def _shown(desktop: Desktop, screen: str, show: Callable[[QWidget], None]) -> None:
    desktop.go(screen)
    show(desktop.desk.current)


def _everything_kept(desktop: Desktop) -> None:
    desktop.go("retention")
    desktop.desk.current.everything_asked.emit(True)  # type: ignore[attr-defined]


def _begin(desktop: Desktop, kind: str) -> None:
    desktop.go("records")
    desktop.desk.begin_record(kind)


def _differences(desktop: Desktop) -> None:
    two_readings(desktop)
    desktop.desk.current.rates_asked.emit()  # type: ignore[attr-defined]


def _return(desktop: Desktop) -> None:
    """The review of a record as a lead sees it, with all it can show."""
    _begin(desktop, Kind.CASE_FILE_REVIEW)
    desktop.settle()
    bar = desktop.desk.current.form.review  # type: ignore[attr-defined]
    bar.show_standing(Standing(may_return=True))
    bar.open_return()


def _receive(desktop: Desktop) -> None:
    desktop.go("receive")
    bundle = sorted((desktop.folder / "bundles").glob("*.fib"))[-1]
    view = desktop.desk.current
    view.file_given.emit(bundle)  # type: ignore[attr-defined]


def _find(desktop: Desktop) -> None:
    desktop.go("find")
    view = desktop.desk.current
    view.typed.emit("risk")  # type: ignore[attr-defined]
    desktop.pause(0.4)


def _nicknames(desktop: Desktop) -> list[str]:
    return [place.nickname for place in Door(desktop.vaults).known()]


def _passphrase() -> str:
    from fieldinspect.services.sample import load_sample

    return load_sample().passphrase


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
