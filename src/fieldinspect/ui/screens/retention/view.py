"""Retention."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from fieldinspect.domain.custody import RetentionItem, RetentionState
from fieldinspect.i18n import _, ngettext
from fieldinspect.services import custody_words
from fieldinspect.ui.screens.retention.presenter import Chosen, Review
from fieldinspect.ui.text import date_in_words, day, kind_name
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, title


class RetentionView(Page):
    """The list, and below it the chosen record: keep it, or have it destroyed."""

    everything_asked = Signal(bool)
    chosen = Signal(str)
    keep_asked = Signal(str, str)
    destroy_asked = Signal(str, str)
    requests_asked = Signal()
    periods_asked = Signal()

    def __init__(self) -> None:
        super().__init__(width=900)
        self._summary, self._empty, self._hidden = ErrorSummary(), hint(), hint()
        self._all = QCheckBox(_("&List what is kept, too"))
        self._all.setAccessibleName(_("List what is kept, too"))
        self._list = RowList(_("Records by their time"), most=8)
        self._heading, self._facts, self._planned = section(), body(), body()
        self._until = LineField(_("Keep it &until"), note=_("Year-month-day, such as 2031-05-17"), width=220)
        self._keep_why = LineField(_("W&hy it is kept longer, in words that name nobody"))
        self._keep = Button(
            _("&Keep it"), lambda: self.keep_asked.emit(self._until.value, self._keep_why.value)
        )
        self._why = LineField(_("&Why it is destroyed, in words that name nobody"))
        self._basis = LineField(_("Legal &basis, in one line"))
        self._destroy = Button(
            _("&Ask that it be destroyed"),
            lambda: self.destroy_asked.emit(self._why.value, self._basis.value),
        )
        self._lay_out()
        self._all.toggled.connect(self.everything_asked)
        self._list.chosen.connect(self.chosen)
        self._list.selectionModel().currentChanged.connect(lambda *_where: self._moved())
        self.first: QWidget = self._all
        self.show_chosen(None)

    def _lay_out(self) -> None:
        self._keeping = Group(self._until, self._keep_why, self._keep)
        self._destroying = Group(
            self._planned,
            label(custody_words.no_way_back()),
            self._why,
            self._basis,
            self._destroy,
        )
        for part in (
            title(_("Retention")),
            hint(_("How long records are kept, and what is due. Nothing is destroyed by itself")),
            self._summary,
            self._all,
            self._hidden,
            self._empty,
            self._list,
            self._heading,
            self._facts,
            self._keeping,
            self._destroying,
        ):
            self.add(part)
        self.add(
            row(
                Button(_("Classes and periods"), self.periods_asked.emit, look="link"),
                Button(_("See all requests"), self.requests_asked.emit, look="link"),
            )
        )
        self.column.addStretch(1)

    def show_review(self, review: Review) -> None:
        self._list.blockSignals(True)
        self._list.show_rows([_item(one) for one in review.items])
        self._list.blockSignals(False)
        self._list.setVisible(bool(review.items))
        self._empty.setText(_("Nothing is due, and nothing soon will be"))
        self._empty.setVisible(not review.items)
        self._hidden.setText(
            ngettext(
                "{count} more record is kept or waits for publication",
                "{count} more records are kept or wait for publication",
                review.hidden,
            ).format(count=review.hidden)
        )
        self._hidden.setVisible(bool(review.hidden))

    def show_chosen(self, chosen: Chosen | None) -> None:
        item = chosen.item if chosen else None
        self._heading.setText(kind_name(item.kind) if item else "")
        self._facts.setText(_told(item) if item else "")
        planned = chosen.destruction if chosen and chosen.leads else None
        if planned is not None:
            self._planned.setText(_planned(len(planned.named), len(planned.stays)))
        for part, shown in (
            (self._heading, item is not None),
            (self._facts, item is not None),
            (self._keeping, chosen is not None and chosen.leads and not chosen.item.asked),
            (self._destroying, planned is not None),
        ):
            part.setVisible(shown)

    def show_working(self, working: bool) -> None:
        for button in (self._keep, self._destroy):
            button.setEnabled(not working)

    def show_problem(self, sentence: str, about: str = "") -> None:
        fields = {"until": self._until, "keep": self._keep_why, "why": self._why, "basis": self._basis}
        field = fields.get(about)
        for one in fields.values():
            one.show_problem(sentence if one is field else "")
        self._summary.show_problems([(sentence, field.line if field else None)] if sentence else [])

    def forget(self) -> None:
        for field in (self._until, self._keep_why, self._why, self._basis):
            field.line.clear()

    def _moved(self) -> None:
        if self._list.hasFocus() and self._list.current_key:
            self.chosen.emit(self._list.current_key)


def _item(one: RetentionItem) -> Row:
    due = _("until {day}").format(day=date_in_words(one.due)) if one.due else ""
    detail = " · ".join(
        filter(None, (day(one.happened), custody_words.record_class(one.retention_class), due))
    )
    state = _("Destruction asked for") if one.asked else custody_words.retention_state(one.state)
    return Row(one.record, kind_name(one.kind), detail, state)


def _told(one: RetentionItem) -> str:
    said = [
        custody_words.record_class(one.retention_class),
        _("From {day}").format(day=day(one.happened)),
        custody_words.retention_state(one.state),
    ]
    if one.due:
        said.append(
            _("Its time was over on {day}").format(day=date_in_words(one.due))
            if one.state is RetentionState.DUE
            else _("Its time is over on {day}").format(day=date_in_words(one.due))
        )
    if one.kept_until:
        said.append(_("Kept until {day}: {why}").format(day=date_in_words(one.kept_until), why=one.kept_why))
    if one.asked:
        said.append(_("Somebody has asked already that it be destroyed"))
    return "\n".join(said)


def _planned(named: int, stays: int) -> str:
    said = ngettext(
        "{count} record would be destroyed.",
        "{count} records would be destroyed: this and what hangs beneath.",
        named,
    ).format(count=named)
    if stays:
        more = ngettext(
            "{count} beneath it stays: its own time is not over.",
            "{count} beneath it stay: their own time is not over.",
            stays,
        ).format(count=stays)
        return f"{said} {more}"
    return said
