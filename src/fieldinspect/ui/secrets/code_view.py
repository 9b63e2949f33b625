"""The recovery code on screen."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.secrets.code import CodeKeeping
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.files import ask_where_to_save
from fieldinspect.ui.widgets.page import reveal, row
from fieldinspect.ui.widgets.text import Button, body, label

_IN_A_LINE = 3


class CodeView(QWidget):
    """Nine groups, a page to print, the last group typed back, and a way round it that says what is lost."""

    place_given = Signal(object)
    confirmed = Signal(str)
    skip_asked = Signal()
    skipped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._code = _Groups()
        self._said = body()
        self._last = LineField(
            _("The &last group, typed back"),
            note=_("From your paper, to be sure that it is right"),
            width=200,
        )
        self._last.line.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData)
        self._last.line.returnPressed.connect(self._confirm)
        self._skip = Button(_("Go on without the code"), self.skip_asked.emit, look="link")
        self._consequence = self._make_consequence()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(
            body(
                _(
                    "This code opens the vault if the passphrase is forgotten. It is shown only now. "
                    "Write it down or print it, and lock it away, apart from the laptop"
                )
            )
        )
        column.addWidget(self._code)
        column.addLayout(row(Button(_("&Save a page to print…"), self._ask_where)))
        column.addWidget(self._said)
        column.addWidget(self._last)
        column.addLayout(row(Button(_("&Continue"), self._confirm, look="primary"), self._skip))
        column.addWidget(self._consequence)
        self.show_said("")
        self.show_skipping(False)
        self.first: QWidget = self._code

    def show_code(self, groups: Sequence[str]) -> None:
        self._code.show_groups(groups)
        self._last.line.clear()

    def show_said(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))

    def show_problem(self, sentence: str) -> None:
        self._last.show_problem(sentence)
        if sentence:
            self._last.line.setFocus()
            reveal(self._last)
            self._last.line.selectAll()

    def show_skipping(self, asked: bool) -> None:
        self._consequence.setVisible(asked)
        self._skip.setVisible(not asked)
        if asked:
            self._consequence.setFocus()
            reveal(self._consequence)

    def _make_consequence(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("look", "summary")
        frame.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        sentence = without_code()
        frame.setAccessibleName(_("Go on without the code?"))
        frame.setAccessibleDescription(sentence)
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(label(_("Go on without the code?")))
        column.addWidget(body(sentence))
        column.addLayout(row(Button(_("I have not kept the code: go on"), self.skipped.emit)))
        return frame

    def _confirm(self) -> None:
        self.confirmed.emit(self._last.value)

    def _ask_where(self) -> None:
        path = ask_where_to_save(self, _("Save a page to print"), "recovery-code.pdf")
        if path:
            self.place_given.emit(path)


class _Groups(QFrame):
    """The groups in three lines. They cannot be selected, so that they never come to the clipboard."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 12, 16, 12)
        self._grid.setHorizontalSpacing(24)
        self._grid.setColumnStretch(_IN_A_LINE, 1)
        self._labels = []
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        for place in range(9):
            one = label()
            font = QFont(one.font())
            font.setFamily(fixed.family())
            one.setFont(font)
            self._grid.addWidget(one, place // _IN_A_LINE, place % _IN_A_LINE)
            self._labels.append(one)

    def show_groups(self, groups: Sequence[str]) -> None:
        for place, one in enumerate(self._labels):
            group = groups[place] if place < len(groups) else ""
            one.setText(f"{place + 1}.  {group}" if group else "")
            one.setAccessibleName(" ".join(group))
        spelt = [f"{number}: {' '.join(group)}" for number, group in enumerate(groups, 1)]
        self.setAccessibleName(_("Recovery code"))
        self.setAccessibleDescription(". ".join(spelt))


def without_code() -> str:
    """Return what is lost without a recovery code."""
    return _(
        "Without a code, a forgotten passphrase means that everything in this vault is lost for good, unless keepers "
        "of the organisation can open it. You can make a code later, among the keys of this vault"
    )


def wire_code(view: CodeView, keeping: CodeKeeping) -> None:
    """Let a presenter's part hear the buttons."""
    view.place_given.connect(keeping.save)
    view.confirmed.connect(keeping.confirm)
    view.skip_asked.connect(keeping.skip)
    view.skipped.connect(keeping.skip_all_the_same)
