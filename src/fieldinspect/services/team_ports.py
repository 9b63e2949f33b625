"""What changing the team list needs of the vault beyond a replica."""

from datetime import datetime
from typing import Protocol

from fieldinspect.journal.chain import ChainHead


class Places(Protocol):
    """How far the chains of other laptops go here."""

    def last_places(self, device: str, before: datetime | None = None) -> list[ChainHead]:
        """Return how far each chain of a device goes here; with `before`, up to the first entry of that time."""
        ...

    def held_of(self, device: str) -> int:
        """Return how many entries of a device are here."""
        ...
