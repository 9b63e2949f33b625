"""A desktop on an empty folder, and one on a vault with an inspection and a visit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.services import capture, programme
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store.door import Door
from tests.team import NOW
from tests.ui.desktop import PASSPHRASE, Desktop


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
