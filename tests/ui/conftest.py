"""A desktop on an empty folder, and one on a vault with an inspection and a visit."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.services import capture, programme
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store.door import Door
from tests.team import NOW
from tests.ui import disputes
from tests.ui.desktop import PASSPHRASE, Desktop
from tests.ui.form_desktop import Opened, open_form
from tests.ui.private_bus import logind

__all__ = ["logind"]


@pytest.fixture
def empty_desktop(qapp: QApplication, tmp_path: Path) -> Iterator[Desktop]:
    desktop = Desktop(qapp, tmp_path)
    yield desktop
    desktop.close()


@pytest.fixture(scope="session")
def _begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with a vault called Field laptop, of Amal, who leads an inspection with one visit, and that visit."""
    folder = tmp_path_factory.mktemp("begun")
    vault = Door(folder, FLOOR_COST).create("Field laptop", "Amal", PASSPHRASE)
    try:
        inspection = programme.found_inspection(vault, "Winter inspection", now=NOW, forms=shipped_forms())
        return folder, capture.start_visit(
            vault, inspection=inspection, station="Example Road", force="bedfordshire", happened=NOW
        )
    finally:
        vault.close()


@pytest.fixture
def visit(_begun: tuple[Path, str], tmp_path: Path) -> str:
    """Copy Amal's vault for this test; return its visit."""
    folder, visit = _begun
    shutil.copytree(folder, tmp_path / "vaults")
    return visit


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


@pytest.fixture(scope="session")
def disputed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the vaults of a lead and of two inspectors who disagree; copy what is opened."""
    folder = tmp_path_factory.mktemp("disputed")
    disputes.make(folder)
    return folder
