"""The picture of one question, with a way to see it larger when the form has a larger one."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from fieldinspect.i18n import _
from fieldinspect.ui.forms.pictures import BESIDE, LARGE, Pictures
from fieldinspect.ui.forms.questions import Question
from fieldinspect.ui.widgets.text import Button


class QuestionPicture(QWidget):
    """As large as the picture will be before it is there, so that the page does not move under a reader."""

    def __init__(self) -> None:
        super().__init__()
        self._pictures: Pictures | None = None
        self._names = ("", "")
        self._label = ""
        self._shown: tuple[str, QSize] | None = None
        self._large = False
        self._image = QLabel()
        self._more = Button("", self._turn, look="link")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        column.addWidget(self._image)
        column.addWidget(self._more)

    def show_picture(self, question: Question, pictures: Pictures) -> None:
        """Show the picture of a question, or nothing when it has none that is here."""
        if self._pictures is not pictures or self._names != (question.picture, question.big_picture):
            self._pictures, self._shown, self._large = pictures, None, False
            self._names = (question.picture, question.big_picture)
        self._label = question.label or question.picture
        self._image.setAccessibleName(_("Picture: {question}").format(question=self._label))
        self._show()

    def _show(self) -> None:
        name, big = self._names
        pictures = self._pictures
        larger = bool(big) and pictures is not None and pictures.size(big, LARGE) is not None
        wanted = (big, LARGE) if self._large and larger else (name, BESIDE)
        size = pictures.size(*wanted) if pictures is not None else None
        self.setVisible(size is not None)
        self._more.setVisible(larger)
        words = _("Show the picture smaller") if self._large else _("Show the picture larger")
        self._more.setText(words)
        self._more.setAccessibleName(_("{words}: {question}").format(words=words, question=self._label))
        if size is not None and pictures is not None and self._shown != wanted:
            self._shown = wanted
            self._image.clear()
            self._image.setFixedSize(size)
            pictures.ask(*wanted, lambda pixmap: self._take(wanted, pixmap))

    def _take(self, wanted: tuple[str, QSize], pixmap: QPixmap) -> None:
        if (
            isValid(self) and self._shown == wanted
        ):  # the question may have gone, or another picture been asked for
            self._image.setPixmap(pixmap)
            self._image.setFixedSize(pixmap.size())

    def _turn(self) -> None:
        self._large = not self._large
        self._show()
