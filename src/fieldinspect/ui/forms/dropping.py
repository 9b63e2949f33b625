"""Answers that will not count, told before something is called completed; it goes on once the person has seen them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from fieldinspect.ui.forms.moving import no_longer_counts

if TYPE_CHECKING:
    from fieldinspect.forms import Session


class View(Protocol):
    """What the presenter says to the screen."""

    def show_dropped(self, sentences: Sequence[str]) -> None:
        """List what will not count, and ask whether to go on; none takes that away."""
        ...


class Dropping:
    """Owned by the form's presenter."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._seen: set[tuple[str, str]] = set()
        self._listed: set[tuple[str, str]] = set()
        self._then: Callable[[], object] = lambda: None

    def forget(self) -> None:
        """Another record comes: nothing of it was seen."""
        self._seen, self._listed = set(), set()
        self._view.show_dropped([])

    def agreed(self, session: Session, dropped: Mapping[str, str], then: Callable[[], object]) -> bool:
        """Tell whether the person has seen all of it; else list it, and do `then` when they agree."""
        self._listed, self._then = set(dropped.items()), then
        if self._listed <= self._seen:
            self._view.show_dropped([])
            return True
        self._view.show_dropped([no_longer_counts(session, path, value) for path, value in dropped.items()])
        return False

    def agree(self) -> None:
        """Go on, because the person has seen the list."""
        self._seen |= self._listed
        self._then()
