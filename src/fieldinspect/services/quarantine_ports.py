"""What the use cases of the quarantine need of the vault."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from fieldinspect.domain.audit import Trace
from fieldinspect.domain.quarantine import RefusedBundle
from fieldinspect.domain.views import RecordView


class QuarantineShelf(Protocol):
    """Entries that do not count, and bundles that were not taken in."""

    def quarantined(self) -> Mapping[str, int]:
        """Return the number of entries set aside, by reason."""
        ...

    def set_aside(self, reason: str, limit: int) -> list[Trace]:
        """Return the newest entries set aside for this reason, without any value."""
        ...

    def of_newer_kinds(self, known: frozenset[str]) -> list[RecordView]:
        """Return the records of kinds that are not among the known ones."""
        ...

    def refused_bundles(self) -> list[RefusedBundle]:
        """Return every refused bundle, latest first; also those whose file was deleted since."""
        ...

    def keep_refused(
        self, path: Path, describe: Callable[[str, int], RefusedBundle], *, most: int
    ) -> RefusedBundle:
        """Copy a file as it is among the refused bundles; the same file again replaces what was said of it.

        `describe` is given the id and the size in bytes. Raises `WorldFailed` when it cannot be read, or when it or
        all of them together would be more than `most` bytes, or the disk too full.
        """
        ...

    def note_refused(self, bundle: str, reason: str, sentence: str, tried: datetime, judged: str) -> None:
        """Write down that a refused bundle was tried again, and why it was refused again."""
        ...

    def refused_file(self, bundle: str) -> Path:
        """Return where the file of a refused bundle is; raise `BadInput` when it is not here."""
        ...

    def forget_refused(self, bundle: str, deleted: datetime | None = None) -> None:
        """Remove the file; its line stays when it was `deleted`, and goes when it was received after all."""
        ...
