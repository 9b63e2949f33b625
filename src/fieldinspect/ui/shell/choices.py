"""Theme, text size and language: put into force and remembered."""

from collections.abc import Callable

from fieldinspect.ui.shell.preferences import Preferences
from fieldinspect.ui.theme.look import Look


class LookChoices:
    """Implements the settings screen's port over the look and the preferences."""

    def __init__(self, look: Look, preferences: Preferences, changed: Callable[[], None]) -> None:
        self._look = look
        self._preferences = preferences
        self._changed = changed

    @property
    def theme(self) -> str:
        return self._look.theme

    @property
    def percent(self) -> int:
        return round(self._look.scale * 100)

    @property
    def language(self) -> str:
        return self._preferences.language

    def choose_theme(self, theme: str) -> None:
        self._look.change(theme=theme)
        self._preferences.keep("theme", theme)
        self._changed()

    def choose_percent(self, percent: int) -> None:
        self._look.change(scale=percent / 100)
        self._preferences.keep("scale", self._look.scale)
        self._changed()

    def choose_language(self, language: str) -> None:
        self._preferences.keep("language", language)
