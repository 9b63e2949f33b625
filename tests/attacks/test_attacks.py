"""Every attack of the catalogue ends as it must, on real vaults."""

from collections.abc import Callable

import pytest

from tests.attacks import admission, archives, entries, envelopes
from tests.attacks.catalogue import ATTACKS, play
from tests.attacks.field import Field

assert archives
assert admission
assert entries
assert envelopes


@pytest.mark.parametrize("name", ATTACKS)
def test_attack(name: str, make_field: Callable[[], Field]) -> None:
    play(ATTACKS[name], make_field())
