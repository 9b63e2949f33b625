"""Only files.py writes files outside the vault, so that every write is private, whole and flushed."""

import ast
import re

import pytest

from tests.shared import ROOT

PACKAGE = ROOT / "src" / "fieldinspect"
MODULES = {str(path.relative_to(PACKAGE)): path for path in sorted(PACKAGE.rglob("*.py"))}
MOVES = {
    "os.rename",
    "os.replace",
    "os.link",
    "shutil.copy",
    "shutil.copyfile",
    "shutil.copytree",
    "shutil.move",
}
WRITING_MODE = re.compile("[wax][bt]?[+]?|r[bt]?[+]")


def writes(tree: ast.AST) -> list[int]:
    """Return the lines that write, move or copy a file by themselves."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call.lineno for call in calls if writes_by_itself(call)]


def writes_by_itself(call: ast.Call) -> bool:
    called = ast.unparse(call.func)
    last = called.rpartition(".")[2]
    if last == "open":
        modes = [*call.args[:2], *(word.value for word in call.keywords if word.arg == "mode")]
        constants = [mode.value for mode in modes if isinstance(mode, ast.Constant)]
        return any(isinstance(mode, str) and WRITING_MODE.fullmatch(mode) for mode in constants)
    return called in MOVES or last in {"write_text", "write_bytes"}


def test_only_files_py_writes_files() -> None:
    found = {
        name: writes(ast.parse(path.read_text())) for name, path in MODULES.items() if name != "files.py"
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("code", "caught"),
    [
        ("Path(x).write_text('a')", True),
        ("path.write_bytes(b'a')", True),
        ("open(x, 'w')", True),
        ("path.open(mode='xb')", True),
        ("path.open('r+')", True),
        ("os.replace(a, b)", True),
        ("shutil.copy(a, b)", True),
        ("open(x)", False),
        ("path.open('rb')", False),
        ("text.replace('a', 'b')", False),
        ("replace(summary, name='w')", False),
    ],
)
def test_the_rule_catches_what_it_should(code: str, caught: bool) -> None:
    assert bool(writes(ast.parse(code))) == caught
