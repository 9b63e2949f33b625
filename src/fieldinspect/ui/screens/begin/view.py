"""Two ways in, side by side in plain words."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.widgets.fields import Field, LineField
from fieldinspect.ui.widgets.files import ask_file, ask_where_to_save
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, rule, section, title


class BeginView(Page):
    """Start, or: ask, be admitted, join."""

    start_asked = Signal(str)
    request_place_given = Signal(object)
    roster_given = Signal(object)
    join_asked = Signal(str)
    come_back_asked = Signal()
    root_keys_asked = Signal()

    def __init__(self) -> None:
        super().__init__(width=760)
        self._summary = ErrorSummary()
        self._title = LineField(
            _("&Title of the inspection"), note=_("As it will be printed on what you issue")
        )
        self._digits = LineField(
            _("The 20 &digits of the team list"), note=_("Your team lead reads them to you"), width=360
        )
        self._chosen, self._done = label(), label()
        self._request = Button(_("Save the &request"), self._ask_request)
        for part in (self._summary, title(_("Start or join an inspection")), self._done):
            self.add(part)
        self.add(section(_("Start one")))
        self.add(body(_("You become its team lead, with the forms that come with this program")))
        self.add(self._title)
        self.add(row(Button(_("&Start the inspection"), self._start, look="primary")))
        self.add(
            row(
                Button(
                    _("With root keys that are kept off every laptop"),
                    lambda: self.root_keys_asked.emit(),
                    look="link",
                )
            )
        )
        self.add(rule())
        self.add(section(_("Join one")))
        self.add(body(_("First give your team lead a request from this laptop")))
        self.add(row(self._request))
        self.add(body(_("Then open the team list that comes back")))
        self.add(row(Button(_("&Open the team list"), self._ask_roster), self._chosen))
        self.add(self._digits)
        self.add(row(Button(_("&Join the inspection"), lambda: self.join_asked.emit(self._digits.value))))
        self.add(
            row(Button(_("In place of a lost laptop"), lambda: self.come_back_asked.emit(), look="link"))
        )
        self.add(hint(_("Nothing is sent anywhere: files travel on a stick or by mail")))
        self._fields: dict[str, Field] = {"title": self._title, "digits": self._digits}
        self._title.line.returnPressed.connect(self._start)
        self.first: QWidget = self._title.line

    def show_problem(self, where: str, sentence: str) -> None:
        for field in self._fields.values():
            field.show_problem("")
        field_there = self._fields.get(where)
        if field_there is not None:
            field_there.show_problem(sentence)
        about = field_there.control if field_there is not None else self._request
        self._summary.show_problems([(sentence, about)])

    def show_done(self, sentence: str) -> None:
        self._done.setText(sentence)
        self._done.setVisible(bool(sentence))
        self._summary.show_problems([])
        for field in self._fields.values():
            field.show_problem("")

    def show_roster(self, name: str) -> None:
        self._chosen.setText(name)
        self._digits.line.setFocus()

    def _start(self) -> None:
        self.start_asked.emit(self._title.value)

    def _ask_request(self) -> None:
        path = ask_where_to_save(self, _("Save the request"), "request.txt")
        if path is not None:
            self.request_place_given.emit(path)

    def _ask_roster(self) -> None:
        path = ask_file(self, _("Open the team list"))
        if path is not None:
            self.roster_given.emit(path)
