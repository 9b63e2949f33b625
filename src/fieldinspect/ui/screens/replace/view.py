"""Replace a laptop."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.screens.replace.presenter import Done, Lost
from fieldinspect.ui.widgets.fields import Field, LineField
from fieldinspect.ui.widgets.files import ask_file, ask_folder
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.page import Page
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, title


class ReplaceView(Page):
    """Three questions, one button, and what to give and read to the owner."""

    request_given = Signal(object)
    check_asked = Signal(str, str, str)
    """What happened, since when, digits."""
    place_given = Signal(str, str, str, object)
    """Device, what happened, since when, folder."""

    def __init__(self) -> None:
        super().__init__(width=760)
        self._may = self._sound = False
        self._summary = ErrorSummary()
        self._none = body(
            _("Only a lead or the centre replaces a laptop, when another one is in the team list")
        )
        self._which = QComboBox()
        self._reason = LineField(
            _("&What happened to it?"), note=_("Kept in the team list, which all can read")
        )
        self._since = LineField(
            _("&Since when, if somebody else may have used it?"),
            note=_("As 2014-02-03. What it wrote from that day on does not count. Leave it empty otherwise"),
            width=220,
        )
        self._open = Button(_("&Open the request of the new laptop"), self._ask_request)
        self._who = label()
        self._digits = LineField(
            _("The 20 &digits of the request"), note=_("Its owner reads them to you"), width=360
        )
        self._replace = Button(_("&Replace the laptop…"), self._ask, look="primary")
        self._questions = Group(
            section(_("The lost laptop")),
            Field(_("W&hose laptop is lost?"), self._which),
            self._reason,
            self._since,
            section(_("The new laptop")),
            body(_("Its owner makes a vault on it, and a request under “In place of a lost laptop”")),
            self._open,
            self._who,
            self._digits,
            self._replace,
            hint(_("The lost laptop is revoked. Its owner's visits are sealed for the new one")),
        )
        self._heading, self._told, self._next = section(), body(), body()
        self._done = Group(self._heading, self._told, section(_("What to do now")), self._next)
        for part in (title(_("Replace a laptop")), self._summary, self._none, self._questions, self._done):
            self.add(part)
        self.column.addStretch(1)

    @property
    def first(self) -> QWidget:
        return self._which

    def show_laptops(self, laptops: Sequence[Lost], *, leads: bool) -> None:
        chosen = self._which.currentData()
        self._which.clear()
        for one in laptops:
            words = _("{name}, laptop {number}").format(name=one.owner, number=one.device[7:15])
            self._which.addItem(words, one.device)
        self._which.setCurrentIndex(max(0, self._which.findData(chosen)))
        self._may = leads and bool(laptops)
        self._none.setVisible(not self._may)
        self._questions.setVisible(self._may and not self._heading.text())
        if self._may and self.hasFocus():  # whoever came here found nothing to answer yet
            self._which.setFocus()

    def show_request(self, name: str) -> None:
        self._who.setText(_("{name} asks from the new laptop").format(name=name) if name else "")
        self._who.setVisible(bool(name))
        self._digits.line.clear()
        if name:
            self._digits.line.setFocus()

    def show_done(self, done: Done | None) -> None:
        self._heading.setText(_("The laptop of {name} is replaced").format(name=done.person) if done else "")
        self._told.setText("\n".join(done.told) if done else "")
        self._next.setText("\n".join(_next(done)) if done else "")
        self._done.setVisible(done is not None)
        self._questions.setVisible(done is None and self._may)
        if done is None:
            for field in (self._reason, self._since, self._digits):
                field.line.clear()

    def show_working(self, working: bool) -> None:
        for button in (self._open, self._replace):
            button.setEnabled(not working)

    def show_problem(self, sentence: str, about: str = "") -> None:
        fields = {"reason": self._reason, "since": self._since, "digits": self._digits}
        for name, field in fields.items():
            field.show_problem(sentence if name == about else "")
        wrong: QWidget | None = self._open if about == "request" else None
        if about in fields:
            wrong = fields[about].line
        self._sound = not sentence
        self._summary.show_problems([(sentence, wrong)] if sentence else [])

    def _ask_request(self) -> None:
        path = ask_file(self, _("Open the request of the new laptop"))
        if path is not None:
            self.request_given.emit(path)

    def _ask(self) -> None:
        self._sound = False
        self.check_asked.emit(self._reason.value, self._since.value, self._digits.value)
        folder = ask_folder(self, _("Replace the laptop: folder for the files")) if self._sound else None
        if folder is not None:
            self.place_given.emit(self._which.currentData(), self._reason.value, self._since.value, folder)


def _next(done: Done) -> list[str]:
    if not done.in_force:
        return [
            _("Root keys have to sign {file} first, as every change of the team list.").format(
                file=done.team_list
            ),
            _(
                "Once it is published, seal everything for {name}, and give it to them with the team list."
            ).format(name=done.person),
        ]
    return [
        _("Give {name} these files: {list} and {bundle}").format(
            name=done.person, list=done.team_list, bundle=done.bundle
        ),
        _("Read these digits to them: {digits}").format(digits=done.digits),
        _("Everybody else gets the new team list with your next bundle to them."),
    ]
