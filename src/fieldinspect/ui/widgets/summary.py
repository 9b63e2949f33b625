"""The error summary: it takes the focus and leads to each field, in the same words."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.widgets.page import reveal
from fieldinspect.ui.widgets.text import WrappedLink, body, section


class ErrorSummary(QFrame):
    """Hidden until there is something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "summary")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("There is a problem"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(8)
        self._column.addWidget(section(_("There is a problem")))
        self._said: list[QWidget] = []
        self.hide()

    def show_problems(self, problems: Sequence[tuple[str, QWidget | Callable[[], object] | None]]) -> None:
        """Show sentences, each with the widget that it is about or the way there; none takes the summary away."""
        self._clear()
        for sentence, about in problems:
            go = partial(_go_to, about) if isinstance(about, QWidget) else about
            said: QWidget = WrappedLink(sentence, go, look="errorlink") if go else body(sentence)
            self._column.addWidget(said)
            self._said.append(said)
        self.setAccessibleDescription(". ".join(sentence for sentence, _about in problems))
        self.setVisible(bool(problems))
        if problems:
            self.setFocus()
            reveal(self)

    def _clear(self) -> None:
        for said in self._said:
            self._column.removeWidget(said)
            said.hide()
            said.deleteLater()
        self._said = []


def _go_to(field: QWidget) -> None:
    field.setFocus()
    reveal(field)
