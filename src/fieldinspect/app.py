"""Composition root of the desktop: the window first, with Qt alone; everything heavy while the person types."""

from __future__ import annotations

import gc
import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from fieldinspect.files import keep_open_files_ours
from fieldinspect.i18n import use_language
from fieldinspect.ui.shell.preferences import Preferences
from fieldinspect.ui.shell.start import Parts, Start
from fieldinspect.ui.theme.look import Look

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TURN_S = 0.001
"""How long a worker may hold the interpreter while a key waits to be shown; Python's own 5 ms can be felt twice."""

_COLLECT_AT = (10_000, 10, 100)
"""When Python looks for rubbish. At its own 700 objects a whole look, 80 ms with a large visit open, falls between
two keys now and then; here it comes at unlock and then hardly ever."""


def run(vaults: Path | None = None) -> int:
    """Start the desktop on the vaults of this person, or on those of a folder; return the exit status."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("fieldinspect")
    application.setDesktopFileName("fieldinspect")
    start = compose(application, lambda: parts(vaults), lambda: _again(vaults))
    start.show()
    status = application.exec()
    start.stop()
    return status


def compose(
    application: QApplication,
    make_parts: Callable[[], Parts],
    again: Callable[[], None],
    settings: QSettings | None = None,
) -> Start:
    """Build what is seen first. Tests hand in their own parts, settings and way to begin again."""
    sys.setswitchinterval(_TURN_S)
    gc.set_threshold(*_COLLECT_AT)
    preferences = Preferences(settings or QSettings("fieldinspect", "desktop"))
    use_language(preferences.language)
    look = Look(application, preferences.theme, preferences.scale)
    return Start(application, look, preferences, make_parts, again)


def parts(vaults: Path | None) -> Parts:
    """Import and build what the window does not need to be seen. Runs on a thread."""
    import fieldinspect.ui.shell.desk
    import fieldinspect.ui.shell.entrance  # noqa: F401 - both so that they are there when they are needed
    from fieldinspect.exchange.depots.opening import KnownDepots
    from fieldinspect.exchange.envelope import BundleEnvelope
    from fieldinspect.files import harden_process, state_folder
    from fieldinspect.report.certificate import render_certificate
    from fieldinspect.report.preview import page_images
    from fieldinspect.report.recovery_paper import render_recovery_paper
    from fieldinspect.report.visit_summary import render_visit_summary
    from fieldinspect.services.instruments import shipped_forms
    from fieldinspect.store.door import Door

    harden_process()  # before there is a key to protect
    return Parts(
        Door(vaults or _own_vaults(), state=state_folder()),
        BundleEnvelope(),
        render_visit_summary,
        page_images,
        now,
        seconds,
        shipped_forms,
        render_certificate,
        render_recovery_paper,
        KnownDepots(),
    )


def try_form(xml: bytes, pictures: Mapping[str, bytes], language: str, form_language: str) -> int:
    """Show a form to its author until the window is closed; nothing is kept. Return the exit status."""
    from fieldinspect.forms import load
    from fieldinspect.ui.shell.trial import Trial

    form = load(xml)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("fieldinspect")
    application.setDesktopFileName("fieldinspect")
    preferences = Preferences(QSettings("fieldinspect", "desktop"))
    use_language(language)
    look = Look(application, preferences.theme, preferences.scale)
    trial = Trial(application, look, form, xml, pictures, language=form_language, clock=now)
    trial.show()
    status = application.exec()
    trial.stop()
    return status


def now() -> datetime:
    """Return the local time with its offset."""
    return datetime.now().astimezone()


def _own_vaults() -> Path:
    """Return where this person's vaults are: a folder that is theirs alone and does not roam."""
    from platformdirs import user_data_path

    return user_data_path("fieldinspect", appauthor=False, roaming=False) / "vaults"


def seconds() -> float:
    """Return a clock that nobody sets and that goes on while the laptop sleeps, where there is one."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def _again(vaults: Path | None) -> None:
    """Replace this process by a fresh one: closing a vault alone leaves copies of its text in memory."""
    arguments = [sys.executable, "-P", "-m", "fieldinspect", "desktop"]  # -P: never from the folder we are in
    if vaults is not None:
        arguments += ["--vaults", str(vaults)]
    keep_open_files_ours()
    try:
        os.execv(sys.executable, arguments)  # noqa: S606 - ourselves, by our own path
    except OSError:
        os._exit(1)  # whoever cannot begin afresh must not stay, and nothing is left to write down
