"""What the program imports it also declares; what is declared is pinned by hash."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from tests.shared import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = [
    "requirements.lock",
    "requirements-dev.lock",
    "packaging/requirements-uv.lock",
    "packaging/requirements-fuzz.lock",
]
TYPES_ONLY = {"typing-extensions"}  # imported for the type checker alone, which brings it


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=~!\[ ;]", line)[0].lower() for line in requirements}


RUNTIME = names(PROJECT["project"]["dependencies"])
EXTRAS = names([line for extra in PROJECT["project"]["optional-dependencies"].values() for line in extra])
DEV = names(PROJECT["dependency-groups"]["dev"])


def locked(name: str) -> dict[str, str]:
    """Return the versions pinned in a lock, by package."""
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


def imported() -> Iterator[str]:
    """Yield the top-level names that the program imports from others."""
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def test_what_is_imported_is_declared() -> None:
    theirs = set(imported()) - set(sys.stdlib_module_names) - {"fieldinspect"}
    distributions = packages_distributions()
    needed = {re.sub("[_.]", "-", distributions[name][0].lower()) for name in theirs}
    assert needed - RUNTIME - EXTRAS - {"shiboken6"} - TYPES_ONLY == set()


def test_the_locks_pin_every_declared_package_and_agree() -> None:
    runtime, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert set(runtime) >= RUNTIME
    assert set(dev) >= RUNTIME | EXTRAS | DEV
    assert {name: version for name, version in dev.items() if name in runtime} == runtime
    assert locked("packaging/requirements-uv.lock") == {"uv": dev["uv"]}


def test_every_pin_has_a_hash_and_no_lock_has_an_address() -> None:
    for name in LOCKS:
        text = (ROOT / name).read_text()
        entries = re.split(r"^(?=[a-z0-9.-]+==)", text, flags=re.MULTILINE)[1:]
        assert entries
        assert all("--hash=sha256:" in entry for entry in entries)
        assert "://" not in text
        assert "--index" not in text


def test_pyside_is_below_the_release_that_aborts() -> None:
    (version,) = [
        version for name, version in locked("requirements.lock").items() if name == "pyside6-essentials"
    ]
    assert (6, 11, 3) <= tuple(map(int, version.split("."))) < (6, 12)
