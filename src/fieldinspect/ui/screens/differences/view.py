"""The questions on which two readers differ, and both answers to the one in hand."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from fieldinspect.i18n import _, ngettext
from fieldinspect.services.comparing import What
from fieldinspect.services.second_reading import Comparison, Difference, Rate
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, section, title


class DifferencesView(Page):
    """Choose a question, say why, keep one answer. Whoever may not settle sees both and no more."""

    keep_asked = Signal(str, bool, str)
    back_asked = Signal()
    wording_counted = Signal(bool)
    rates_asked = Signal()

    def __init__(self) -> None:
        super().__init__(width=1100)
        self._problem = ErrorSummary()
        self._heading = hint()
        self._agreement, self._counted = section(), hint()
        self._wording = QCheckBox(_("Count free text too"))
        self._only_leads = hint(_("Only a team lead settles a difference. Both answers are kept until then"))
        self._rows = RowList(_("Questions answered differently"), most=10)
        self._none = body(_("Both readers gave the same answers"))
        self._question, self._first, self._second = section(), body(), body()
        self._reason = LineField(_("Why does this answer stand?"))
        self._keep_first = Button(_("Keep the first answer"), lambda: self._keep(second=False))
        self._keep_second = Button(_("Keep the second answer"), lambda: self._keep(second=True))
        self._ask_rates = Button(_("Agreement on each question, over all files"), self.rates_asked.emit)
        self._rates = RowList(_("Agreement on each question"), most=10)
        self._comparison: Comparison | None = None
        self._chosen = ""
        self.add(row(Button(_("Back to the records"), self.back_asked.emit, look="link")))
        for part in (
            title(_("Two readings of one file")), self._heading, self._problem, self._agreement, self._counted,
            self._wording, self._none, self._rows, self._question, self._first, self._second, self._only_leads,
            self._reason,
        ):  # fmt: skip
            self.add(part)
        self.add(flow(self._keep_first, self._keep_second))
        self.add(self._ask_rates)
        self.add(self._rates)
        self._wording.setAccessibleName(self._wording.text())
        self._wording.toggled.connect(self.wording_counted)
        self._rates.hide()
        self.column.addStretch(1)
        self._rows.chosen.connect(self._choose)
        self.first: QWidget = self._rows

    def show_comparison(self, comparison: Comparison) -> None:
        self._comparison = comparison
        readers = _("{first} and {second}").format(
            first=comparison.first_reader, second=comparison.second_reader
        )
        self._heading.setText(" · ".join(filter(None, (comparison.number, readers))))
        if comparison.percent is None:
            self._agreement.setText(_("No question was answered by both"))
        else:
            self._agreement.setText(_("Agreement: {percent}%").format(percent=comparison.percent))
        self._counted.setText(_counted(comparison))
        self._rows.show_rows([_row(one) for one in comparison.differences])
        self._rows.setVisible(bool(comparison.differences))
        self._none.setVisible(not comparison.differences)
        open_ones = [one.path for one in comparison.differences if not one.settled]
        known = {one.path for one in comparison.differences}
        self._choose(self._chosen if self._chosen in known else next(iter(open_ones), ""))

    def show_problem(self, sentence: str) -> None:
        self._problem.show_problems([(sentence, self._reason.line)] if sentence else [])
        self._reason.show_problem(sentence)

    def _choose(self, path: str) -> None:
        found = (
            next((one for one in self._comparison.differences if one.path == path), None)
            if self._comparison
            else None
        )
        if path != self._chosen:
            self._reason.line.clear()
        self._chosen = path if found else ""
        may = self._comparison is not None and self._comparison.may_settle
        for part in (self._question, self._first, self._second):
            part.setVisible(found is not None)
        for control in (self._reason, self._keep_first, self._keep_second):
            control.setVisible(found is not None and may)
        self._only_leads.setVisible(found is not None and not may)
        if found is None or self._comparison is None:
            return
        self._question.setText(found.question)
        said = _("{reader} answered: {answer}")
        self._first.setText(said.format(reader=self._comparison.first_reader, answer=found.first))
        self._second.setText(said.format(reader=self._comparison.second_reader, answer=found.second))

    def _keep(self, *, second: bool) -> None:
        self.keep_asked.emit(self._chosen, second, self._reason.value)

    def show_rates(self, rates: Sequence[Rate]) -> None:
        self._rates.show_rows([_rate(rate) for rate in rates])
        self._rates.setVisible(bool(rates))
        if rates:
            self._rates.setFocus()


def _row(one: Difference) -> Row:
    answers = _("{first} / {second}").format(first=one.first, second=one.second)
    if one.settled:
        return Row(one.path, one.question, answers, _("Settled"))
    if one.what == What.WORDING:
        return Row(one.path, one.question, answers, _("Differs in wording"))
    return Row(one.path, one.question, answers, _("To settle"))


def _counted(comparison: Comparison) -> str:
    said = [
        _("The same answer to {agreed} of {both} questions that both answered").format(
            agreed=comparison.agreed, both=comparison.both
        )
    ]
    if comparison.rows:
        said.append(
            ngettext(
                "{count} row that only one of them has",
                "{count} rows that only one of them has",
                comparison.rows,
            ).format(count=comparison.rows)
        )
    return " · ".join(said)


def _rate(rate: Rate) -> Row:
    n, agreed, kappa, alpha = rate.agreement
    known = [
        _("Cohen’s kappa {value}").format(value=f"{float(kappa):.2f}") if kappa is not None else "",
        _("Krippendorff’s alpha {value}").format(value=f"{float(alpha):.2f}") if alpha is not None else "",
    ]
    detail = " · ".join(filter(None, known)) or _("No coefficient: too few files, or always the same answer")
    share = _("{percent}%: {agreed} of {n} answers").format(
        percent=rate.agreement.percent, agreed=agreed, n=n
    )
    return Row(rate.path, rate.question, detail, share)
