"""Pages as pictures from memory, and one button."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from fieldinspect.domain.summary import Recipient
from fieldinspect.i18n import LANGUAGES, _
from fieldinspect.ui.context import PageImage
from fieldinspect.ui.screens.preview.names import NobodysNames
from fieldinspect.ui.screens.preview.presenter import BILINGUAL, ToConfirm
from fieldinspect.ui.widgets.files import ask_where_to_save
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, hint, label, title

_FILE = "visit-summary.pdf"
_AROUND, _LEAST = 56, 320
"""Pixels around a page, and the least width at which one is drawn."""


class PreviewView(QWidget):
    """Choices on the left, the page on the right."""

    language_chosen = Signal(str)
    recipient_chosen = Signal(str)
    issue_asked = Signal(object)
    words_confirmed = Signal(list)
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._summary = ErrorSummary()
        self._copy, self._working, self._said = hint(), hint(), label()
        self._languages = self._radios([(code, LANGUAGES[code]) for code in BILINGUAL], self.language_chosen)
        self._recipients = self._radios(
            [
                (Recipient.FORCE_CONTACT, _("The force contact")),
                (Recipient.CHIEF_OFFICER, _("The chief officer")),
                (Recipient.POLICING_BODY, _("The policing body")),
            ],
            self.recipient_chosen,
        )
        self._issue = Button(_("Save &PDF"), self._ask, look="primary")
        self._pages = Page(width=1000)
        self._pages.setAccessibleName(_("Pages"))
        self._pages.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._names = NobodysNames(self.words_confirmed.emit)
        self._shown: list[QLabel] = []
        self._pictures: list[QPixmap] = []
        self.first: QWidget = self._issue
        self._lay_out()

    def _lay_out(self) -> None:
        choices = Page(width=420)
        for part in (
            Button(_("Back to the visit"), self.back_asked.emit, look="link"),
            self._summary,
            self._names,
            title(_("Visit summary")),
            self._copy,
            label(_("Language")),
            self._languages,
            label(_("For")),
            self._recipients,
        ):
            choices.add(part)
        choices.add(row(self._issue, self._working))
        choices.add(self._said)
        choices.add(
            hint(_("Saving issues a numbered copy and logs it. Nothing is kept outside the file you choose"))
        )
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(choices, 2)
        line.addWidget(self._pages, 3)

    def offer(self, languages: Sequence[str], language: str) -> None:
        for radio in self._languages.findChildren(QRadioButton):
            radio.setVisible(radio.property("value") in languages)
        self._check(self._languages, language)
        self._check(self._recipients, str(Recipient.FORCE_CONTACT))
        self._said.setText("")

    def show_working(self, working: bool) -> None:
        self._working.setText(_("Working…") if working else "")

    def show_pages(self, pages: Sequence[PageImage], copy: int) -> None:
        self._summary.show_problems([])
        self._names.show_texts([])
        self._issue.setEnabled(True)
        self._copy.setText(_("Next copy: {number}. Pages: {count}").format(number=copy, count=len(pages)))
        self._drop_pages()
        for number, (width, height, pixels) in enumerate(pages, 1):
            image = QImage(pixels, width, height, width * 4, QImage.Format.Format_RGBA8888)
            sheet = QLabel()
            self._pictures.append(QPixmap.fromImage(image))
            sheet.setFrameShape(QFrame.Shape.Box)
            sheet.setAccessibleName(_("Page {number} of {count}").format(number=number, count=len(pages)))
            self._pages.add(sheet)
            self._shown.append(sheet)
        self._fit()

    def show_refused(self, sentence: str) -> None:
        self._drop_pages()
        self._issue.setEnabled(False)
        self._copy.setText("")
        self._names.show_texts([])
        self._summary.show_problems([(line, None) for line in sentence.splitlines() if line.strip()])

    def show_to_reword(self, texts: Sequence[ToConfirm]) -> None:
        told = [_("The summary was not made. Reword what could tell who is meant")]
        self.show_refused("\n".join(told + [sentence for text in texts for sentence in text.sentences]))
        self._names.show_texts([text for text in texts if text.words])

    def show_saved(self, sentence: str) -> None:
        self._said.setText(sentence)

    def _drop_pages(self) -> None:
        for sheet in self._shown:
            sheet.hide()
            sheet.deleteLater()
        self._shown = []
        self._pictures = []

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Fit the pages to the width there is, never larger than they were drawn."""
        room = self._pages.viewport().width() - _AROUND
        for sheet, picture in zip(self._shown, self._pictures, strict=True):
            width = max(_LEAST, min(room, picture.width()))
            sheet.setPixmap(picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation))

    def _ask(self) -> None:
        path = ask_where_to_save(self, _("Save PDF"), _FILE)
        if path is not None:
            self.issue_asked.emit(path)

    def _radios(self, choices: Sequence[tuple[str, str]], signal: SignalInstance) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        group = QButtonGroup(box)
        for value, words in choices:
            radio = QRadioButton(words)
            radio.setAccessibleName(words)
            radio.setProperty("value", str(value))
            radio.clicked.connect(lambda _checked=False, value=value: signal.emit(str(value)))
            group.addButton(radio)
            column.addWidget(radio, 0, Qt.AlignmentFlag.AlignLeft)
        return box

    @staticmethod
    def _check(box: QWidget, value: str) -> None:
        for radio in box.findChildren(QRadioButton):
            radio.setChecked(radio.property("value") == value)
