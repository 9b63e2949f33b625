"""Two pages: the code or the shares, then a new passphrase."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.screens.recover.presenter import Step, Way
from fieldinspect.ui.secrets.new_passphrase import NewPassphrase
from fieldinspect.ui.secrets.wait_line import WaitLine
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.files import ask_file
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, title


class RecoverView(QStackedWidget):
    """What is typed stays until the vault is open or the person goes back."""

    code_typed = Signal(str)
    secrets_given = Signal(list)
    passphrase_given = Signal(str, str)
    file_given = Signal(int, object)
    """Which field, and the file that holds its share."""
    back_asked = Signal()

    def __init__(self, way: Way, nickname: str) -> None:
        super().__init__()
        self._fields = self._make_fields(way)
        self._read = body()
        self._read.hide()
        self._wait = WaitLine()
        self._summaries = (ErrorSummary(), ErrorSummary())
        self.passphrase = NewPassphrase(_("New &passphrase"))
        self._give = Button(_("&Continue"), self._give_secrets, look="primary")
        self._open = Button(_("Open the &vault"), self._give_passphrase, look="primary")
        self._working = hint()
        self._add_secret_page(way, nickname)
        self._add_passphrase_page()
        self.passphrase.entered.connect(self._give_passphrase)

    @property
    def first(self) -> QWidget:
        return self._fields[0].line if self.currentIndex() == Step.SECRET else self.passphrase.first

    def show_step(self, step: Step) -> None:
        self.setCurrentIndex(step)
        self.first.setFocus()

    def show_secret(self, index: int, text: str) -> None:
        self._fields[index].line.setText(text)

    def show_read(self, groups: str) -> None:
        self._read.setText(_("Read as: {groups}").format(groups=groups) if groups else "")
        self._read.setVisible(bool(groups))

    def show_problems(self, problems: Sequence[str]) -> None:
        secret = self.currentIndex() == Step.SECRET
        fields: Sequence[LineField | NewPassphrase] = self._fields if secret else (self.passphrase,)
        said = [*problems, *[""] * len(fields)][: len(fields)]
        for field, sentence in zip(fields, said, strict=True):
            field.show_problem(sentence)
        summary = self._summaries[self.currentIndex()]
        summary.show_problems(
            [(sentence, field.control) for field, sentence in zip(fields, said, strict=True) if sentence]
        )

    def show_wait(self, sentence: str, *, aloud: bool) -> None:
        self._wait.show_wait(sentence, aloud=aloud)
        self._give.setEnabled(not sentence)

    def show_working(self, working: bool) -> None:
        self._working.setText(_("Opening the vault…") if working else "")
        if working:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._working, self._working.text()))

    def forget(self) -> None:
        for field in self._fields:
            field.line.clear()
        self.passphrase.forget()
        self.show_read("")

    def _make_fields(self, way: Way) -> list[LineField]:
        if way is Way.CODE:
            fields = [
                LineField(
                    _("&Recovery code"),
                    note=_("Nine groups of four. Capitals, spaces and hyphens do not matter"),
                )
            ]
            fields[0].line.textChanged.connect(self.code_typed)
        else:
            note = _("A long line that begins with fieldinspect-share")
            fields = [LineField(_("&First share"), note=note), LineField(_("&Second share"), note=note)]
        for field in fields:
            field.line.setInputMethodHints(
                Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
            )
            field.line.returnPressed.connect(self._give_secrets)
        return fields

    def _add_secret_page(self, way: Way, nickname: str) -> None:
        page = self._new_page()
        code = way is Way.CODE
        page.add(title(_("Use the recovery code") if code else _("Use the shares of two keepers")))
        page.add(
            body(
                _("For the vault “{nickname}”. The code is on the page printed when it was made").format(
                    nickname=nickname
                )
                if code
                else _(
                    "For the vault “{nickname}”. Two keepers named by the organisation each open their share "
                    "and give it to you"
                ).format(nickname=nickname)
            )
        )
        for index, field in enumerate(self._fields):
            page.add(field)
            if not code:
                name = _("Second share from a file") if index else _("First share from a file")
                page.add(row(Button(_("From a file…"), partial(self._ask_file, index), name=name)))
        page.add(self._read)
        page.add(self._wait)
        page.add(row(self._give))
        page.column.addStretch(1)

    def _add_passphrase_page(self) -> None:
        page = self._new_page()
        page.add(title(_("Choose a new passphrase")))
        page.add(body(_("The old one stops working when the vault opens")))
        page.add(self.passphrase)
        page.add(row(self._open, self._working))
        page.column.addStretch(1)

    def _new_page(self) -> Page:
        page = Page(width=600, centred=True)
        page.add(Button(_("Back"), self.back_asked.emit, look="link"))
        page.add(self._summaries[self.count()])
        self.addWidget(page)
        return page

    def _ask_file(self, index: int) -> None:
        path = ask_file(self, _("Choose the file that holds the share"))
        if path:
            self.file_given.emit(index, path)

    def _give_secrets(self) -> None:
        self.secrets_given.emit([field.value for field in self._fields])

    def _give_passphrase(self) -> None:
        self.passphrase_given.emit(self.passphrase.value, self.passphrase.again)
