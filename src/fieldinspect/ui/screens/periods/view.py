"""Classes and periods."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from fieldinspect.domain.custody import RetentionRule
from fieldinspect.i18n import _
from fieldinspect.services import custody_words
from fieldinspect.ui.screens.periods.presenter import FOR_GOOD, FROM_PUBLICATION, FROM_THE_DAY, Periods
from fieldinspect.ui.text import date_in_words
from fieldinspect.ui.widgets.fields import Field, LineField
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, section, title


class PeriodsView(Page):
    """The classes; below them the chosen one to be changed, and the day of publication."""

    chosen = Signal(str)
    rule_given = Signal(str, str, str)
    """Months, what they begin with, why."""
    publication_given = Signal(str)
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__(width=900)
        self._summary = ErrorSummary()
        self._list = RowList(_("Classes of records"), most=8)
        self._heading = section()
        self._begins = QComboBox()
        for code, words in (
            (FROM_THE_DAY, _("From the day it happened")),
            (FROM_PUBLICATION, _("From publication")),
            (FOR_GOOD, _("Kept for good")),
        ):
            self._begins.addItem(words, code)
        self._months = LineField(_("&Months"), width=160)
        self._why = LineField(_("&Why the period changes"))
        self._set = Button(_("&Change the period"), self._give_rule)
        self._published_said = body()
        self._published = LineField(
            _("Day of &publication"), note=_("Year-month-day, such as 2031-05-17"), width=220
        )
        self._publish = Button(_("&Save the day"), lambda: self.publication_given.emit(self._published.value))
        self._lay_out()
        self._begins.currentIndexChanged.connect(lambda _index: self._show_months())
        self._list.chosen.connect(self.chosen)
        self._list.selectionModel().currentChanged.connect(lambda *_where: self._moved())
        self.first: QWidget = self._list

    def _lay_out(self) -> None:
        self._changing = Group(
            self._heading,
            Field(_("&Begins"), self._begins),
            self._months,
            self._why,
            self._set,
        )
        self._publishing = Group(self._published, self._publish)
        self.add(row(Button(_("Back to retention"), self.back_asked.emit, look="link")))
        for part in (
            title(_("Classes and periods")),
            hint(_("What hangs beneath a record goes with it. A team lead changes the periods")),
            self._summary,
            self._list,
            self._changing,
            section(_("Publication of the report")),
            self._published_said,
            self._publishing,
        ):
            self.add(part)
        self.column.addStretch(1)

    def show_periods(self, periods: Periods) -> None:
        self._list.blockSignals(True)
        self._list.show_rows(
            [
                Row(name, custody_words.record_class(name), custody_words.rule(rule))
                for name, rule in periods.rules.items()
            ]
        )
        self._list.blockSignals(False)
        self._published_said.setText(
            _("Published on {day}").format(day=date_in_words(periods.published))
            if periods.published
            else _("Nothing has been published yet")
        )
        for part in (self._changing, self._publishing):
            part.setVisible(periods.leads)

    def show_rule(self, name: str, rule: RetentionRule) -> None:
        self._heading.setText(custody_words.record_class(name))
        begins = FROM_PUBLICATION if rule.from_publication else FROM_THE_DAY
        self._begins.setCurrentIndex(self._begins.findData(FOR_GOOD if rule.months is None else begins))
        self._months.line.setText("" if rule.months is None else str(rule.months))
        self._show_months()

    def show_problem(self, sentence: str, about: str = "") -> None:
        fields = {"months": self._months, "why": self._why, "published": self._published}
        field = fields.get(about)
        for one in fields.values():
            one.show_problem(sentence if one is field else "")
        self._summary.show_problems([(sentence, field.line if field else None)] if sentence else [])

    def forget(self) -> None:
        self._why.line.clear()
        self._published.line.clear()

    def _show_months(self) -> None:
        self._months.setVisible(self._begins.currentData() != FOR_GOOD)

    def _give_rule(self) -> None:
        self.rule_given.emit(self._months.value, self._begins.currentData(), self._why.value)

    def _moved(self) -> None:
        if self._list.hasFocus() and self._list.current_key:
            self.chosen.emit(self._list.current_key)
