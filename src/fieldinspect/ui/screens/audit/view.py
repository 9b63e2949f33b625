"""Who did what."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from fieldinspect.domain.audit import Act, AuditLine
from fieldinspect.domain.summary import Recipient
from fieldinspect.i18n import _
from fieldinspect.ui.screens.audit.presenter import Log
from fieldinspect.ui.text import day_and_time, field_name, kind_name, product_name
from fieldinspect.ui.widgets.fields import Field
from fieldinspect.ui.widgets.files import ask_where_to_save
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, hint, title

_ACTS: dict[Act, Callable[[], str]] = {
    Act.COLLECTION: lambda: _("Recorded"),
    Act.ALTERATION: lambda: _("Changed"),
    Act.CONSULTATION: lambda: _("Read"),
    Act.DISCLOSURE: lambda: _("Given out"),
    Act.ERASURE: lambda: _("Erased"),
    Act.UPKEEP: lambda: _("By the program itself"),
    Act.SEALED: lambda: _("Not readable on this laptop"),
}


class AuditView(Page):
    """Two choices, the lines, and a button for more."""

    act_chosen = Signal(str)
    person_chosen = Signal(str)
    more_asked = Signal()
    export_place_given = Signal(object)

    def __init__(self) -> None:
        super().__init__(width=1100)
        self._acts, self._people = QComboBox(), QComboBox()
        self._acts.addItem(_("Everything"), "")
        for act, words in _ACTS.items():
            self._acts.addItem(words(), str(act))
        self._people.addItem(_("Everybody"), "")
        self._problem = ErrorSummary()
        self._empty = hint(_("Nothing of this sort is in the log"))
        self._lines = RowList(_("What was done, newest first"), most=14)
        self._more = Button(_("Show &more"), self.more_asked.emit)
        self.add(title(_("Who did what")))
        self.add(
            hint(
                _(
                    "What was recorded, changed, read, given out and erased, with the reasons given. "
                    "It says nothing else of what was written, and cannot be changed"
                )
            )
        )
        self.add(self._problem)
        self.add(row(Field(_("&What"), self._acts), Field(_("&By whom"), self._people)))
        self.add(self._empty)
        self.add(self._lines)
        self.add(row(self._more, Button(_("&Export to a file…"), self._ask_where)))
        self.column.addStretch(1)
        self._acts.currentIndexChanged.connect(lambda: self.act_chosen.emit(self._acts.currentData()))
        self._people.currentIndexChanged.connect(lambda: self.person_chosen.emit(self._people.currentData()))
        self.first: QWidget = self._acts

    def show_log(self, log: Log) -> None:
        self._show_people(log.people)
        names = dict(log.people)
        self._lines.show_rows([_row(line, names) for line in log.lines])
        self._lines.setVisible(bool(log.lines))
        self._empty.setVisible(not log.lines)
        self._more.setVisible(log.more)

    def show_problem(self, sentence: str) -> None:
        self._problem.show_problems([(sentence, None)] if sentence else [])

    def _show_people(self, people: Sequence[tuple[str, str]]) -> None:
        if self._people.count() == len(people) + 1:
            return
        chosen = self._people.currentData()
        self._people.blockSignals(True)
        while self._people.count() > 1:
            self._people.removeItem(1)
        for person, name in people:
            self._people.addItem(name, person)
        self._people.setCurrentIndex(max(0, self._people.findData(chosen)))
        self._people.blockSignals(False)

    def _ask_where(self) -> None:
        path = ask_where_to_save(self, _("Export the log"), "log.csv")
        if path:
            self.export_place_given.emit(path)


def _row(line: AuditLine, names: Mapping[str, str]) -> Row:
    what = f"{_ACTS[line.act]()}: {kind_name(line.kind)}" if line.kind else _ACTS[line.act]()
    fields = ", ".join(field_name(name) for name in line.fields[:6])
    product = product_name(line.details["product"]) if "product" in line.details else ""
    to = recipients(line.details.get("issued_to", ""), names)
    said = filter(None, (day_and_time(line.written), line.person, fields, product, to, line.reason))
    return Row(line.entry, what, " · ".join(said), _("Does not count") if line.standing else "")


def recipients(issued_to: str, names: Mapping[str, str]) -> str:
    """Return for whom something was, in words: people of the team, a kind of recipient, or what somebody typed."""
    if not issued_to:
        return ""
    ids = issued_to.split(" ")
    if all(one in names for one in ids):
        who = ", ".join(names[one] for one in ids)
    else:
        known = _RECIPIENTS.get(issued_to)
        who = known() if known else issued_to
    return _("for {names}").format(names=who)


_RECIPIENTS: dict[str, Callable[[], str]] = {
    Recipient.FORCE_CONTACT: lambda: _("the force's contact"),
    Recipient.CHIEF_OFFICER: lambda: _("the chief officer"),
    Recipient.POLICING_BODY: lambda: _("the local policing body"),
}
