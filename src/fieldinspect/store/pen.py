"""The pen: this device's place in its chain, and the making of the next entry."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.journal.clock import tick
from fieldinspect.journal.entry import Body, Entry, write_entry

AHEAD_MS: Final = 86_400_000
"""How far ahead of ours another device's clock may be and still be followed: a day, for a wrong time zone."""


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class Pen:
    """Where the next entry goes. A pen is spent by writing: keep the one that `write` returns."""

    signer: SigningKey
    author: str
    incarnation: str
    sequence: int
    previous: str
    clock: int
    now_ms: Callable[[], int] = _now_ms

    @property
    def device(self) -> str:
        return self.signer.public.fingerprint

    def write(self, body: Body, *, key: RecordKey, record: str, scope: str) -> tuple[Entry, "Pen"]:
        clock = tick(self.clock, self.now_ms())
        entry = write_entry(
            body,
            key=key,
            signer=self.signer,
            device=self.device,
            incarnation=self.incarnation,
            sequence=self.sequence + 1,
            previous=self.previous,
            clock=clock,
            author=self.author,
            record=record,
            scope=scope,
        )
        return entry, replace(self, sequence=self.sequence + 1, previous=entry.id, clock=clock)

    def begun_again(self) -> "Pen":
        """Return a pen for a chain that has no entry yet; the caller gives it its incarnation."""
        return replace(self, sequence=0, previous="")

    def not_before(self, clock: int) -> "Pen":
        """Return a pen that writes no earlier than a time that has certainly come, however slow the clock here is."""
        return replace(self, clock=clock - 1) if self.clock < clock - 1 else self

    def horizon(self) -> int:
        """Return the latest clock of somebody else that is followed."""
        return tick(0, self.now_ms() + AHEAD_MS)

    def observing(self, clock: int) -> "Pen":
        """Return a pen that writes later than an entry of somebody else, unless that is beyond the horizon."""
        return replace(self, clock=max(self.clock, clock)) if clock <= self.horizon() else self
