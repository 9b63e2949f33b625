"""The wheel carries what the program asks for by name, and nothing that belongs to developers."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.shared import ROOT


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_every_tracked_resource_and_form_is_in_the_wheel(names: set[str]) -> None:
    listing = subprocess.run(
        ["git", "ls-files", "resources", "forms"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode != 0:
        pytest.skip("this is not a git checkout")
    wanted = {
        f"fieldinspect/_shipped/{name}" for name in listing.stdout.split("\n") if (ROOT / name).is_file()
    }
    assert wanted
    assert wanted - names == set()


def test_the_compiled_welsh_catalogue_is_in_the_wheel(names: set[str]) -> None:
    assert "fieldinspect/_shipped/resources/translations/cy/LC_MESSAGES/fieldinspect.mo" in names


def test_nothing_of_the_developers_is_in_the_wheel(names: set[str]) -> None:
    tops = {Path(name).parts[0] for name in names}
    assert {top for top in tops if not top.startswith("fieldinspect")} == set()
