"""What is remembered outside the vault: how the window looks, and nothing about anybody's work."""

from PySide6.QtCore import QSettings

from fieldinspect.i18n import LANGUAGES
from fieldinspect.ui.theme.tokens import THEMES


class Preferences:
    """Theme, text size and language. Unknown values read as the default."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    @property
    def theme(self) -> str:
        found = self._settings.value("theme", "light")
        return found if found in THEMES else "light"

    @property
    def scale(self) -> float:
        try:
            return float(str(self._settings.value("scale", 1.0)))
        except ValueError:
            return 1.0

    @property
    def language(self) -> str:
        found = self._settings.value("language", "en")
        return found if found in LANGUAGES else "en"

    def keep(self, name: str, value: str | float) -> None:
        """Keep one of "theme", "scale" and "language"."""
        if name not in {"theme", "scale", "language"}:
            raise ValueError(name)
        self._settings.setValue(name, value)
