"""A desktop on an empty folder, and one on a vault with an inspection and a visit."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.services import capture, programme
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store.door import Door
from tests.team import NOW
from tests.ui.desktop import PASSPHRASE, Desktop
from tests.ui.form_desktop import Opened, open_form
from tests.ui.private_bus import logind

__all__ = ["logind"]


@pytest.fixture
def empty_desktop(qapp: QApplication, tmp_path: Path) -> Iterator[Desktop]:
    desktop = Desktop(qapp, tmp_path)
    yield desktop
    desktop.close()


@pytest.fixture
def visit(tmp_path: Path) -> str:
    """A vault called Field laptop, of Amal, who leads an inspection with one visit. Return the visit."""
    vault = Door(tmp_path / "vaults", FLOOR_COST).create("Field laptop", "Amal", PASSPHRASE)
    try:
        inspection = programme.found_inspection(vault, "Winter inspection", now=NOW, forms=shipped_forms())
        return capture.start_visit(
            vault, inspection=inspection, station="Example Road", force="bedfordshire", happened=NOW
        )
    finally:
        vault.close()


@pytest.fixture
def desktop(qapp: QApplication, tmp_path: Path, visit: str) -> Iterator[Desktop]:
    """The desktop, unlocked, on that vault."""
    running = Desktop(qapp, tmp_path)
    running.unlock()
    yield running
    running.close()


@pytest.fixture
def opened_form(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open a contact whose form is the test's own; see `form_desktop.open_form`."""
    made: list[Opened] = []

    def make(form: bytes, *then: Callable[..., None]) -> Opened:
        made.append(open_form(qapp, tmp_path, form, *then))
        return made[-1]

    yield make
    for opened in made:
        opened.desktop.close()
