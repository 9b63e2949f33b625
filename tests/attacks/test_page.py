"""docs/attacks.md lists exactly the attacks that are played, and the tests it names are there."""

import re

from tests.attacks.catalogue import catalogue, row
from tests.attacks.test_mutants import MUTANTS
from tests.shared import ROOT

PAGE = (ROOT / "docs" / "attacks.md").read_text()
ENDINGS = ("refused: `", "quarantined: `", "no effect")


def test_the_page_lists_the_catalogue() -> None:
    listed = [
        line for line in PAGE.splitlines() if line.rpartition("|")[0].rpartition("| ")[2].startswith(ENDINGS)
    ]
    assert listed == [row(one) for one in catalogue().values()]


def test_the_page_counts_right() -> None:
    assert f"{len(catalogue())} attacks" in PAGE
    assert f"{len(MUTANTS)} mutants" in PAGE


def test_the_tests_it_names_are_there() -> None:
    named = re.findall(r"`(tests/\S+\.py)::(\w+)`", PAGE)
    assert len(named) >= 20
    missing = [name for path, name in named if f"def {name}(" not in (ROOT / path).read_text()]
    assert missing == []
