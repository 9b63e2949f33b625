"""In place of a lost laptop."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.domain.purposes import Purpose
from fieldinspect.i18n import _, ngettext
from fieldinspect.services.reference import force_name
from fieldinspect.services.replacing import Recovered
from fieldinspect.ui.screens.come_back.presenter import Standing
from fieldinspect.ui.text import day
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.files import ask_file, ask_where_to_save
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.page import Page
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, title


class ComeBackView(Page):
    """Three steps; the next is shown when the one before is done."""

    request_place_given = Signal(object)
    team_list_given = Signal(object)
    join_asked = Signal(str)
    bundle_given = Signal(object)
    today_asked = Signal()

    def __init__(self) -> None:
        super().__init__(width=760)
        self._summary = ErrorSummary()
        self._request = Button(_("Save the &request"), self._ask_request)
        self._asked, self._spoken, self._chosen = body(), label(), label()
        self._digits = LineField(
            _("The 20 &digits of the team list"), note=_("Your team lead reads them to you"), width=360
        )
        self._open = Button(_("&Open the team list"), self._ask_team_list)
        self._join = Button(_("Take the &place of the lost laptop"), self._ask_join, look="primary")
        self._asking = Group(
            section(_("1. Ask, and be named in the team list")),
            body(_("Give your team lead a request from this laptop, and read them its digits")),
            self._request,
            self._asked,
            self._spoken,
            body(_("Then open the team list that comes back")),
            self._open,
            self._chosen,
            self._digits,
            self._join,
        )
        self._named = body()
        self._bundle = Button(_("Open the &bundle you were given"), self._ask_bundle, look="primary")
        self._receiving = Group(
            section(_("2. Get your visits back")),
            self._named,
            body(_("Your team lead sealed for this laptop all that you may hold")),
            self._bundle,
        )
        self._count, self._gone = label(), body()
        self._visits = RowList(_("Your visits"), most=8)
        self._today = Button(_("&Go on with your work"), self.today_asked.emit, look="primary")
        self._back = Group(section(_("3. Go on")), self._count, self._visits, self._gone, self._today)
        for part in (
            title(_("In place of a lost laptop")),
            hint(_("What the lost laptop sent comes back. Drafts that were only on it do not")),
            self._summary,
            self._asking,
            self._receiving,
            self._back,
        ):
            self.add(part)
        self.column.addStretch(1)

    @property
    def first(self) -> QWidget:
        return self._request if self._asking.isVisibleTo(self) else self._bundle

    def show_standing(self, standing: Standing) -> None:
        joined = bool(standing.joined)
        self._asking.setVisible(not joined)
        self._receiving.setVisible(joined)
        self._named.setText(_("This is the laptop of {name} now").format(name=standing.joined))
        if joined and self._join.hasFocus():
            self._bundle.setFocus()

    def show_request(self, file: str, digits: str) -> None:
        self._asked.setText(_("Give {file} to your team lead, and read them these digits:").format(file=file))
        self._spoken.setText(digits)
        for part in (self._asked, self._spoken):
            part.setVisible(bool(file))

    def show_team_list(self, file: str) -> None:
        self._chosen.setText(file)
        self._chosen.setVisible(bool(file))
        self._digits.line.clear()
        if file:
            self._digits.line.setFocus()

    def show_back(self, recovered: Recovered | None, gone: str) -> None:
        self._back.setVisible(recovered is not None)
        if recovered is None:
            return
        count = len(recovered.visits)
        words = ngettext("{count} visit is here again", "{count} visits are here again", count)
        said = [words.format(count=count)]
        if recovered.received.purpose != Purpose.RECOVERY:
            said.append(_("This was an ordinary bundle. Ask for one that holds everything"))
        self._count.setText(". ".join(said))
        self._visits.show_rows(
            [Row(one.id, one.station, force_name(one.force), day(one.begun)) for one in recovered.visits]
        )
        self._visits.setVisible(count > 0)
        self._gone.setText(gone)
        self._today.setFocus()

    def show_working(self, working: bool) -> None:
        for button in (self._request, self._open, self._join, self._bundle):
            button.setEnabled(not working)

    def show_problem(self, sentence: str, about: str = "") -> None:
        wrong = self._digits if about == "digits" else None
        self._digits.show_problem(sentence if wrong else "")
        self._summary.show_problems([(sentence, wrong.line if wrong else None)] if sentence else [])

    def _ask_request(self) -> None:
        path = ask_where_to_save(self, _("Save the request"), "request.txt")
        if path is not None:
            self.request_place_given.emit(path)

    def _ask_team_list(self) -> None:
        path = ask_file(self, _("Open the team list"))
        if path is not None:
            self.team_list_given.emit(path)

    def _ask_join(self) -> None:
        self.join_asked.emit(self._digits.value)

    def _ask_bundle(self) -> None:
        path = ask_file(self, _("Open the bundle you were given"), "*.fib")
        if path is not None:
            self.bundle_given.emit(path)
