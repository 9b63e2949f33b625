"""Put a theme and a text size onto the application, and change them while it runs."""

from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from fieldinspect import resources
from fieldinspect.ui.theme.sheet import BODY_POINTS, sheet
from fieldinspect.ui.theme.style import Style, palette
from fieldinspect.ui.theme.tokens import Tokens, load

SMALLEST, LARGEST = 0.9, 2.0
FAMILY = "Noto Sans"
_FACES = ("Regular", "Bold")
"""The faces that screens use; the printed page has its own way to the other two."""


class Look:
    """The theme and text size in force. Owns the style: Qt does not keep a Python style alive."""

    def __init__(self, application: QApplication, theme: str = "light", scale: float = 1.0) -> None:
        self._application = application
        self.theme = theme
        self.scale = scale
        self.colours: Tokens = load(theme)
        self._style = Style(self.colours)
        _add_fonts()
        application.setStyle(self._style)
        self._apply()

    def change(self, *, theme: str | None = None, scale: float | None = None) -> None:
        """Change the theme, or the text size within 0.9 to 2.0."""
        self.theme = theme or self.theme
        if scale is not None:
            self.scale = round(min(LARGEST, max(SMALLEST, scale)), 2)
        self.colours = load(self.theme)
        self._style.colours = self.colours
        self._apply()

    def _apply(self) -> None:
        font = QFont(FAMILY)
        font.setPointSizeF(BODY_POINTS * self.scale)
        self._application.setFont(font)
        self._application.setPalette(palette(self.colours))
        self._application.setStyleSheet(sheet(self.colours, self.scale))


def _add_fonts() -> None:
    """Add the shipped faces; without them Qt takes the system's copy of the family, or its nearest."""
    for face in _FACES:
        path: Path = resources.folder("fonts") / f"NotoSans-{face}.ttf"
        if path.is_file():
            QFontDatabase.addApplicationFont(str(path))
