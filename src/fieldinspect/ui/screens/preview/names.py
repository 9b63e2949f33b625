"""Words that may be names: the sentence they stand in, and a box for each that is nobody's name."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.screens.preview.presenter import ToConfirm
from fieldinspect.ui.widgets.text import Button, body, section


class NobodysNames(QFrame):
    """Hidden while there is no such word. `confirmed` is given the words whose boxes are checked."""

    def __init__(self, confirmed: Callable[[list[str]], object]) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self._confirmed = confirmed
        self._boxes: list[QCheckBox] = []
        self._shown: list[QWidget] = []
        self._again = Button(_("Make the summary with these words"), self._confirm)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(8)
        self._column.addWidget(section(_("Is it nobody's name?")))
        self._column.addWidget(self._again)
        self.hide()

    def show_texts(self, texts: Sequence[ToConfirm]) -> None:
        """Show each text with its words; none takes them all away."""
        for part in self._shown:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._shown, self._boxes = [], []
        asked: set[str] = set()
        for text in texts:
            words = [word for word in text.words if word not in asked]
            asked.update(words)
            self._show_text(text.text, words)
        self._again.setEnabled(False)
        self.setVisible(bool(texts))

    def _show_text(self, text: str, words: Sequence[str]) -> None:
        self._put(body(_("“{text}”").format(text=text)))
        for word in words:
            said = _("“{word}” is nobody's name").format(word=word)
            box = QCheckBox(said.replace("&", "&&"))
            box.setAccessibleName(said)
            box.setProperty("word", word)
            box.toggled.connect(self._count)
            self._boxes.append(box)
            self._put(box)

    def _put(self, part: QWidget) -> None:
        self._shown.append(part)
        self._column.insertWidget(self._column.count() - 1, part)

    def _count(self) -> None:
        self._again.setEnabled(any(box.isChecked() for box in self._boxes))

    def _confirm(self) -> None:
        self._confirmed([box.property("word") for box in self._boxes if box.isChecked()])
