"""Small rules of the house that a machine can hold."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import ROOT

PACKAGE = ROOT / "src" / "fieldinspect"
PACKAGES = sorted(path.parent for path in PACKAGE.rglob("__init__.py"))


def tracked() -> list[Path]:
    """Return the files that git knows, or skip where this is no checkout (a source archive)."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        pytest.skip("this is not a git checkout")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("package", PACKAGES, ids=named)
def test_a_package_says_its_job_in_one_line(package: Path) -> None:
    said = ast.get_docstring(ast.parse((package / "__init__.py").read_text()))
    assert said, "the docstring of __init__.py is missing"
    job = said.partition("\n\n")[0]  # what follows may list what the package offers
    assert job.endswith(".")
    assert "\n" not in job


def test_none_keeps_its_reference_count_when_qt_returns_nothing() -> None:
    # PySide6 6.12.0 took a reference from None on every void call and so aborted Python 3.11.
    # A process of its own, since where it is broken it takes the whole run down.
    code = (
        "import sys\n"
        "from PySide6.QtCore import QObject\n"
        "thing = QObject()\n"
        "before = sys.getrefcount(None)\n"
        "for _ in range(200_000):\n"
        "    thing.setObjectName('x')\n"
        "print(abs(sys.getrefcount(None) - before))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 100


# Words that give away one machine or one registry; cut in two so that this file does not contain them.
WORDS = [("/wo", "rk/"), ("/ho", "me/[a-z]"), ("pypi", r"\.org"), ("pythonho", "sted")]
MACHINE = re.compile("|".join(first + rest for first, rest in WORDS))


def test_no_tracked_text_names_a_machine_or_a_registry() -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # pictures and fonts
        found += [f"{named(path)}: {match.group()}" for match in MACHINE.finditer(text)]
    assert found == []


def test_the_makefile_names_every_target_in_its_help() -> None:
    text = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", text, re.MULTILINE))
    explained = set(re.findall(r"^([a-z]+):.*  ## \S", text, re.MULTILINE))
    wanted = (
        "setup run demo test lint types shots bench conformance faults leaks fuzz converge soak "
        "lock translations package"
    )
    assert explained == targets == {*wanted.split(), "clean", "help"}


def test_the_shell_scripts_stop_at_the_first_failure() -> None:
    for script in [*(ROOT / "packaging").glob("*.sh"), ROOT / ".ci" / "run"]:
        assert re.search(r"^set -eu", script.read_text(), re.MULTILINE), script.name
        assert script.stat().st_mode & 0o111, f"{script.name} cannot be run"


def test_the_page_of_licences_is_up_to_date() -> None:
    run = subprocess.run(
        [sys.executable, ROOT / "packaging" / "licences.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_every_link_between_pages_leads_somewhere() -> None:
    pages = [path for path in tracked() if path.suffix == ".md" and "golden" not in path.parts]
    links = [
        (page, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    ]
    assert [f"{named(page)}: {target}" for page, target in links if not (page.parent / target).exists()] == []


def test_every_path_that_the_guides_name_is_there() -> None:
    guides = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "docs" / "ARCHITECTURE.md")
    folders = "src|tests|docs|bench|forms|resources|packaging"
    paths = {name for page in guides for name in re.findall(rf"`((?:{folders})/[\w./-]*)`", page.read_text())}
    assert paths
    assert {name for name in paths if not (ROOT / name).exists()} == set()
