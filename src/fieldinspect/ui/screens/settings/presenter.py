"""How the program looks and speaks. Nothing of anybody's work is here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.ui.context import Context, Place


class View(Protocol):
    """What the presenter says to the screen."""

    def show_choices(self, theme: str, percent: int, language: str) -> None: ...

    def show_said(self, sentence: str) -> None: ...


class Choices(Protocol):
    """The look in force, behind a port: theme, text size and language."""

    @property
    def theme(self) -> str: ...

    @property
    def percent(self) -> int: ...

    @property
    def language(self) -> str: ...

    def choose_theme(self, theme: str) -> None: ...

    def choose_percent(self, percent: int) -> None: ...

    def choose_language(self, language: str) -> None: ...


class SettingsPresenter:
    """Each choice takes effect at once, save the language: that is for the next unlock."""

    def __init__(self, view: View, context: Context, choices: Choices, lock: Callable[[], None]) -> None:
        self._view = view
        self._context = context
        self._choices = choices
        self._lock = lock

    def enter(self, _place: Place) -> None:
        self._show("")

    def leave(self) -> None:
        """Every choice is kept already."""

    def changed(self, _changes: Changes) -> None:
        """Nothing in the vault is shown here."""

    def choose_theme(self, theme: str) -> None:
        self._choices.choose_theme(theme)
        self._show("")

    def step_size(self, by: int) -> None:
        self._choices.choose_percent(self._choices.percent + by)
        self._show("")

    def choose_language(self, language: str) -> None:
        if language != self._choices.language:
            self._choices.choose_language(language)
            self._show(_("The language changes when you next unlock. Lock now to change it at once"))

    def lock(self) -> None:
        self._lock()

    def go_to(self, screen: str) -> None:
        self._context.go(Place(screen))

    def _show(self, sentence: str) -> None:
        self._view.show_choices(self._choices.theme, self._choices.percent, self._choices.language)
        self._view.show_said(sentence)
