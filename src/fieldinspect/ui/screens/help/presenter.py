"""The list of commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.ui.context import Place


class View(Protocol):
    """What the presenter says to the screen."""

    def show_keys(self, rows: Sequence[tuple[str, str]]) -> None: ...


class HelpPresenter:
    """Shows (command, keys) as they are now."""

    def __init__(self, view: View, commands: Callable[[], Sequence[tuple[str, str]]]) -> None:
        self._view = view
        self._commands = commands

    def enter(self, _place: Place) -> None:
        self._view.show_keys(self._commands())

    def leave(self) -> None:
        """Nothing is typed here."""

    def changed(self, _changes: Changes) -> None:
        """Commands do not change with the vault."""
