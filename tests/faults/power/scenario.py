"""What a scenario is: a play before the power fails, and a judgement of what is there afterwards."""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from fieldinspect.store.vault import StoredVault
from tests.faults import world
from tests.faults.looking import Corrupt, fingerprint
from tests.faults.tree import Image

Say = Callable[[str, Any], None]
"""Acknowledge: what, and which."""
Promises = Sequence[tuple[str, Any]]
Facts = dict[str, Any]


class Scenario:
    """`prepare` makes the disk before the power is at risk, `act` works, `look` judges one disk.

    `look` gets what had been acknowledged and what the disk held in the end, where that is known; it raises `Lost` or
    `Corrupt`, or whatever the program raises. Every disk is opened; vaults that recover to the same bytes are judged
    once (`judge`).
    """

    name = ""
    vault = "ann"

    def __init__(self) -> None:
        self._good: set[bytes] = set()

    def prepare(self, root: Path, *, brief: bool) -> Facts:
        """Return facts for `act` and `look`; `brief` asks for the shortest play that still has every kind of step."""
        return {"visit": world.found_team(root), "sessions": 1 if brief else 3, "notes": 3 if brief else 7}

    def act(self, root: Path, facts: Facts, say: Say) -> None:
        raise NotImplementedError

    def look(self, root: Path, facts: Facts, promises: Promises, final: Image | None) -> None:
        if not self.outside(root, facts, promises, final):
            return
        with self.entered(root, facts, promises) as vault:
            self._refuse_false_alarms(vault)
            print_ = fingerprint(vault, len(promises))
            if print_ not in self._good:
                self.judge(root, vault, facts, promises)
                self._good.add(print_)

    def _refuse_false_alarms(self, vault: StoredVault) -> None:
        if vault.losses():
            raise Corrupt(f"a false alarm: {vault.losses()[-1].cause}")

    def entered(self, root: Path, facts: Facts, promises: Promises) -> AbstractContextManager[StoredVault]:
        return world.opened(root, self.vault)

    def outside(self, root: Path, facts: Facts, promises: Promises, final: Image | None) -> bool:
        """Judge what lies beside the vault; tell whether there is a vault to open."""
        return True

    def judge(self, root: Path, vault: StoredVault, facts: Facts, promises: Promises) -> None:
        raise NotImplementedError


def promised(promises: Promises, kind: str) -> list[tuple[str, int]]:
    """Return the promises of one kind, as (id, number)."""
    return [(id_, number) for what, (id_, number) in promises if what == kind]


def read_promises(lines: Sequence[str]) -> list[tuple[str, Any]]:
    return [(what, tuple(which)) for what, which in map(json.loads, lines)]
