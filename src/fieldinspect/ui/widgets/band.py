"""The protective marking, in words, at the top and the bottom of everything."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from fieldinspect.i18n import _
from fieldinspect.ui.widgets.text import set_state

_LEVELS = (("SECRET", "secret"), ("SENSITIVE", "sensitive"))


class MarkingBand(QLabel):
    """Never takes the focus, never covers content."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "band")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(24)

    def show_marking(self, marking: str, handling: str = "") -> None:
        """Show a marking such as OFFICIAL-SENSITIVE, with its handling line behind it."""
        words = " ".join(filter(None, (marking.upper(), handling)))
        self.setText(words)
        self.setAccessibleName(_("Protective marking: {marking}").format(marking=words))
        level = next((name for word, name in _LEVELS if word in marking.upper()), "official")
        set_state(self, "level", level)
