"""What every screen is given; plain Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from fieldinspect.ui.jobs.port import Jobs, Problem, Timers

if TYPE_CHECKING:
    from fieldinspect.domain.views import Changes
    from fieldinspect.services.ports import Envelope


class Place(NamedTuple):
    """Where a person is: a screen, and the record it shows."""

    screen: str
    record: str = ""


PageImage = tuple[int, int, bytes]
"""Width and height in pixels, and the pixels: red, green, blue, alpha, rows from the top."""


class SaveWords(Protocol):
    """The one place that says whether what was typed is safe."""

    def saving(self) -> None: ...

    def saved(self) -> None: ...

    def failed(self, problem: Problem) -> None: ...


@dataclass(frozen=True)
class Context:
    """The background, the clock, the way to other screens, and what the composition root passed in."""

    jobs: Jobs
    timers: Timers
    clock: Callable[[], datetime]
    """The time now, with its zone."""
    saving: SaveWords
    go: Callable[[Place], None]
    tell: Callable[[str], None]
    """Say a sentence that stays until the next one or until it is dismissed."""
    envelope: Envelope
    render: Callable[[Any, str], bytes]
    """Summary and language -> PDF."""
    page_images: Callable[[bytes, float], Sequence[PageImage]]
    """PDF and scale -> pages as pictures."""
    instruments: Callable[[], Mapping[str, tuple[str, bytes]]]
    """The shipped forms: id -> version and compiled XForm."""
    language: str
    """Code of the language in force."""
    new_record: Callable[[], str]
    """The id of a record that this vault's device is about to begin."""
    read: Callable[[str], None] = lambda _record: None
    """Say that a record was opened: the log asks whether that must be kept."""


class Screen(Protocol):
    """A presenter as the shell sees it."""

    def enter(self, place: Place) -> None:
        """Show what there is now."""
        ...

    def leave(self) -> None:
        """Write down whatever was typed; called before another screen, lock and quit."""
        ...

    def changed(self, changes: Changes) -> None:
        """Something was committed. Decide whether it matters here."""
        ...
