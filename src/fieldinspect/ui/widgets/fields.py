"""Fields: a label, a hint, the words of what is wrong, and the input itself."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.widgets.text import Button, hint, label, set_state


class Field(QWidget):
    """One input with its label. `show_problem("")` takes the problem away; the input keeps what was typed."""

    def __init__(self, text: str, control: QWidget, *, note: str = "", wide: QWidget | None = None) -> None:
        super().__init__()
        self.control = control
        self._plain = text.replace("&", "")
        self._note = note
        self._label = label(text)
        self._label.setBuddy(control)
        control.setAccessibleName(self._plain)
        control.setAccessibleDescription(note)
        self._problem = QLabel()
        self._problem.setProperty("look", "problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._label)
        if note:
            column.addWidget(hint(note))
        column.addWidget(self._problem)
        column.addWidget(wide or control)

    def show_problem(self, sentence: str) -> None:
        told = _("Error: {sentence}").format(sentence=sentence) if sentence else ""
        self._problem.setText(told)
        self._problem.setVisible(bool(told))
        set_state(self.control, "wrong", "true" if told else "false")
        self.control.setAccessibleDescription(" ".join(filter(None, (told, self._note))))


class LineField(Field):
    """A field of one line."""

    def __init__(self, text: str, *, note: str = "", width: int = 0) -> None:
        self.line = QLineEdit()
        super().__init__(text, self.line, note=note)
        if width:
            self.line.setMaximumWidth(width)

    @property
    def value(self) -> str:
        return self.line.text().strip()


class PassphraseField(Field):
    """A passphrase, hidden until Show is pressed; says when Caps Lock is likely on. Paste is welcome."""

    entered = Signal()

    def __init__(self, text: str, *, note: str = "") -> None:
        self.line = _Passphrase()
        self._show = Button(_("Show"), self.toggle, name=_("Show passphrase"))
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self._show)
        super().__init__(text, self.line, note=note, wide=both)
        self._caps = hint(_("Caps Lock is on"))
        self._caps.hide()
        self.column.addWidget(self._caps)
        self.line.returnPressed.connect(self.entered)
        self.line.caps_seen.connect(self._caps.setVisible)

    @property
    def value(self) -> str:
        return self.line.text()

    @property
    def shown(self) -> bool:
        return self.line.echoMode() == QLineEdit.EchoMode.Normal

    def toggle(self) -> None:
        shown = not self.shown
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        # Even when it is shown, no keyboard learns it and no draft keeps it; Qt takes the hint away with the mode.
        self.line.setInputMethodHints(self.line.inputMethodHints() | Qt.InputMethodHint.ImhSensitiveData)
        self._show.setText(_("Hide") if shown else _("Show"))
        self._show.setAccessibleName(_("Hide passphrase") if shown else _("Show passphrase"))

    def forget(self) -> None:
        """Clear what was typed, hide what comes next, and take a problem away."""
        self.line.clear()
        if self.shown:
            self.toggle()
        self.show_problem("")


class _Passphrase(QLineEdit):
    """Qt tells no state of Caps Lock: a letter whose case is not that of Shift gives it away."""

    caps_seen = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if len(text) == 1 and text.isalpha() and text.upper() != text.lower():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps_seen.emit(text.isupper() != shifted)
        super().keyPressEvent(event)
