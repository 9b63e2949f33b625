"""Small files, small functions, and sentences that a translator can find."""

import ast
from collections.abc import Iterator

import pytest

from tests.shared import ROOT

PACKAGE = ROOT / "src" / "fieldinspect"
MODULES = {str(path.relative_to(PACKAGE)): path for path in sorted(PACKAGE.rglob("*.py"))}
# Most files and functions are far smaller (CONTRIBUTING.md). This is where even a good reason ends.
MOST_LINES = 500
MOST_LINES_OF_A_FUNCTION = 60
# A migration is one list of statements, written once and never changed.
LONG_BY_NATURE = {name for name in MODULES if name.startswith("store/migrations/versions/")}


def tree(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text())


def test_a_file_is_read_in_one_sitting() -> None:
    lengths = {name: len(path.read_text().splitlines()) for name, path in MODULES.items()}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_a_function_is_seen_at_one_glance() -> None:
    lengths = {
        f"{name}: {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for name in MODULES.keys() - LONG_BY_NATURE
        for node in ast.walk(tree(name))
        if isinstance(node, ast.FunctionDef)
    }
    assert {function: lines for function, lines in lengths.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}


def unfindable(code: ast.AST) -> Iterator[int]:
    """Yield the lines where a sentence is asked for that is not written there in full."""
    for node in ast.walk(code):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"_", "ngettext"}
        ):
            texts = node.args[: 1 if node.func.id == "_" else 2]
            if not all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts):
                yield node.lineno


def test_every_sentence_is_written_where_it_is_asked_for() -> None:
    assert {name: lines for name in MODULES if (lines := list(unfindable(tree(name))))} == {}


@pytest.mark.parametrize(
    ("code", "caught"),
    [
        ("_('Saved')", False),
        ("_('Not saved: ' 'the disk is full')", False),
        ("ngettext('{n} note', '{n} notes', n)", False),
        ("_(f'Saved {time}')", True),
        ("_('Saved ' + time)", True),
        ("_(words)", True),
        ("ngettext('one', many, n)", True),
    ],
)
def test_the_rule_catches_what_it_should(code: str, caught: bool) -> None:
    assert bool(list(unfindable(ast.parse(code)))) == caught


def spoken_at_import(code: ast.AST) -> Iterator[int]:
    """Yield the lines that ask for a sentence while the module is imported: outside every function."""
    for child in ast.iter_child_nodes(code):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id == "_":
            yield child.lineno
        yield from spoken_at_import(child)


def test_no_sentence_is_fixed_in_the_language_of_the_import() -> None:
    assert {name: lines for name in MODULES if (lines := list(spoken_at_import(tree(name))))} == {}
