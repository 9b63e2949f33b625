"""The import contracts of pyproject.toml: the code keeps them, and each breaks when it is violated."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.shared import ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
NAMES = {contract["id"]: contract["name"] for contract in CONTRACTS}

# Contract broken, the module that breaks it, and the import that does.
VIOLATIONS = [
    ("layers", "domain/stray.py", "import fieldinspect.journal"),
    ("layers", "services/stray.py", "import fieldinspect.store"),
    ("layers", "store/stray.py", "import fieldinspect.exchange"),
    ("layers", "forms/stray.py", "import fieldinspect.analysis"),
    ("layers", "newcomer.py", ""),  # exhaustive: a package that has no layer is a violation by itself
    ("qt", "report/stray.py", "from PySide6.QtGui import QImage"),
    ("sql", "services/stray.py", "from sqlalchemy import select"),
    ("sql", "ui/stray.py", "import sqlcipher3.dbapi2"),
    ("sql", "exchange/stray.py", "import sqlite3"),
    ("cryptography", "journal/stray.py", "from cryptography.exceptions import InvalidTag"),
    ("network", "services/stray.py", "import urllib3"),
    ("network", "cli/stray.py", "from paramiko import SSHClient"),
    ("reportlab", "ui/stray.py", "from reportlab.pdfgen.canvas import Canvas"),
    ("headless", "cli/stray.py", "from fieldinspect.ui import stray_window"),
    ("presenters", "ui/screens/stray/presenter.py", "from fieldinspect.ui import stray_window"),
    ("presenters", "ui/screens/stray/presenter.py", "from PySide6.QtCore import QObject"),
    ("screens", "ui/screens/stray/view.py", "import fieldinspect.ui.screens.other_stray.presenter"),
    ("migrations", "store/migrations/versions/stray.py", "from fieldinspect.store import engine"),
    ("migrations", "store/migrations/versions/stray.py", "from fieldinspect.domain import errors"),
    ("pure", "journal/stray.py", "import os"),
    ("pure", "forms/stray.py", "from pathlib import Path"),
    ("pure", "analysis/stray.py", "import fieldinspect.resources"),
    ("pure", "journal/stray.py", "from fieldinspect.files import atomic_write"),
]
# What a violation leans on, where the code may not have it.
SCENERY = {
    "ui/stray_window.py": "import PySide6.QtWidgets\n",
    "ui/screens/stray/view.py": "",
    "ui/screens/other_stray/presenter.py": "",
    "store/engine.py": "",
}


def add(package: Path, name: str, line: str) -> None:
    """Append a line to a module of the copy, making it and its packages where they are missing."""
    module = package / name
    module.parent.mkdir(parents=True, exist_ok=True)
    for folder in module.parents:
        if folder == package:
            break
        (folder / "__init__.py").touch()
    with module.open("a") as text:
        text.write(f"\n{line}\n")


def broken(top: Path) -> set[str]:
    """Return the names of the contracts that the package under `top` breaks."""
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"],
        cwd=top,
        env=os.environ | {"PYTHONPATH": str(top / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    kept = {name for name in NAMES.values() if f"{name} KEPT" in run.stdout}
    faulty = {name for name in NAMES.values() if f"{name} BROKEN" in run.stdout}
    assert kept | faulty == set(NAMES.values()), run.stdout + run.stderr
    assert (run.returncode != 0) == bool(faulty)
    return faulty


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A copy of the checkout's package and its contracts."""
    shutil.copytree(
        ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_code_keeps_every_contract(top: Path) -> None:
    assert broken(top) == set()


def test_the_scenery_itself_breaks_none(top: Path) -> None:
    for name, content in SCENERY.items():
        add(top / "src" / "fieldinspect", name, content)
    assert broken(top) == set()


@pytest.mark.parametrize(("contract", "module", "line"), VIOLATIONS)
def test_a_violation_breaks_its_contract(top: Path, contract: str, module: str, line: str) -> None:
    package = top / "src" / "fieldinspect"
    for name, content in SCENERY.items():
        add(package, name, content)
    add(package, module, line)
    assert NAMES[contract] in broken(top)


def test_every_contract_is_violated_somewhere_above() -> None:
    assert {contract for contract, _, _ in VIOLATIONS} == set(NAMES)


def test_the_domain_needs_only_the_standard_library(top: Path) -> None:
    code = (
        "import grimp, sys\n"
        "graph = grimp.build_graph('fieldinspect', include_external_packages=True, cache_dir=None)\n"
        "modules = graph.find_descendants('fieldinspect.domain') | {'fieldinspect.domain'}\n"
        "imported = {i for m in modules for i in graph.find_modules_directly_imported_by(m)}\n"
        "print(*sorted(i for i in imported - modules if i not in sys.stdlib_module_names))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(top / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == []
