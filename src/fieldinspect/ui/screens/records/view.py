"""Begin something, and everything begun so far."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.i18n import _
from fieldinspect.services import second_reading
from fieldinspect.services.review import Returned
from fieldinspect.services.second_reading import Pair
from fieldinspect.services.streams import STREAMS, StreamCard
from fieldinspect.ui.screens.records.presenter import Listed
from fieldinspect.ui.text import day_and_time, kind_name
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.page import Page
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, hint, section, title


class RecordsView(Page):
    """A button for each stream, then three lists, each hidden while it is empty."""

    begin_asked = Signal(str)
    record_chosen = Signal(str)
    second_asked = Signal(str)
    pair_chosen = Signal(str)
    returned_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(width=1100)
        self._problem = ErrorSummary()
        self._empty = hint(_("Nothing yet. Begin one above; it belongs to your latest inspection"))
        self._records = RowList(_("Records"), most=12)
        self._pairs, self._to_read = (
            RowList(_("Read twice"), most=8),
            RowList(_("For a second reading"), most=8),
        )
        self._pairs_title, self._to_read_title = section(_("Read twice")), section(_("For a second reading"))
        self._to_read_hint = hint(
            _(
                "Choose one to read the same file again. Neither sees the other's answers. "
                "Once you have opened a review you cannot be its second reader"
            )
        )
        self._returned_title, self._returned = section(_("Returned")), RowList(_("Returned"), most=8)
        buttons = [
            Button(kind_name(kind), partial(self.begin_asked.emit, str(kind)), name=begun(kind))
            for kind in STREAMS
        ]
        self.add(title(_("Records")))
        self.add(self._problem)
        self.add(section(_("Record something")))
        self.add(flow(*buttons))
        for part in (
            self._returned_title, self._returned,
            section(_("Recorded so far")), self._empty, self._records, self._pairs_title, self._pairs,
            self._to_read_title, self._to_read_hint, self._to_read,
        ):  # fmt: skip
            self.add(part)
        self.column.addStretch(1)
        self._records.chosen.connect(self.record_chosen)
        self._pairs.chosen.connect(self.pair_chosen)
        self._to_read.chosen.connect(self.second_asked)
        self._returned.chosen.connect(self.returned_chosen)
        self.first: QWidget = buttons[0]

    def show_records(self, listed: Listed) -> None:
        self._records.show_rows([_row(card) for card in listed.cards])
        self._pairs.show_rows([_pair(pair) for pair in listed.pairs])
        self._to_read.show_rows([_row(card) for card in listed.to_read])
        self._returned.show_rows([_returned(one) for one in listed.returned])
        for part in (self._returned_title, self._returned):
            part.setVisible(bool(listed.returned))
        self._records.setVisible(bool(listed.cards))
        self._empty.setVisible(not listed.cards)
        for part in (self._pairs_title, self._pairs):
            part.setVisible(bool(listed.pairs))
        for part in (self._to_read_title, self._to_read_hint, self._to_read):
            part.setVisible(bool(listed.to_read))

    def show_problem(self, sentence: str) -> None:
        self._problem.show_problems([(sentence, None)] if sentence else [])


def begun(kind: str) -> str:
    """Return what the button and the command that begin a record are called."""
    return _("Begin: {kind}").format(kind=kind_name(kind))


def _row(card: StreamCard) -> Row:
    name = second_reading.name() if card.second_of else kind_name(card.kind)
    detail = " · ".join(filter(None, (day_and_time(card.happened), "" if card.mine else card.author)))
    if card.returned:
        return Row(card.id, name, detail, _("Returned"))
    return Row(card.id, name, detail, _("Completed") if card.completed else _("In progress"))


def _returned(one: Returned) -> Row:
    detail = " · ".join(filter(None, (one.author, one.reason)))
    status = _("Answered: see what changed") if one.answered else _("With its author")
    return Row(one.record, kind_name(one.kind), detail, status)


def _pair(pair: Pair) -> Row:
    status = _("See the differences") if pair.completed else _("Not completed by both yet")
    readers = _("{first} and {second}").format(first=pair.first_reader, second=pair.second_reader)
    return Row(pair.second, pair.number or kind_name("case_file_review"), readers, status)
