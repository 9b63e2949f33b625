"""Care of this vault."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLayout, QWidget

from fieldinspect.domain.durability import CheckReport, Finding, Part
from fieldinspect.i18n import _
from fieldinspect.services.durability import backup_told
from fieldinspect.ui.screens.care.presenter import Lost, State
from fieldinspect.ui.text import day_and_time
from fieldinspect.ui.widgets.files import ask_where_to_save
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, section, set_state, title
from fieldinspect.ui.widgets.working import Working

_PARTS: dict[Part, Callable[[], str]] = {
    Part.PAGES: lambda: _("The vault's file"),
    Part.JOURNAL: lambda: _("What was written"),
    Part.RECORDS: lambda: _("What is shown"),
    Part.SEARCH: lambda: _("The word index"),
    Part.ATTACHMENTS: lambda: _("Attachments"),
    Part.ANCHOR: lambda: _("The file that shows if the vault was put back"),
    Part.KEYS: lambda: _("Keys"),
    Part.LEFTOVERS: lambda: _("Leftovers"),
}
_REPAIRABLE = frozenset({Part.RECORDS, Part.SEARCH})


class CareView(Page):
    """Three parts: a copy elsewhere, whether all is whole, and what is missing."""

    backup_place_given = Signal(object)
    backup_stop_asked = Signal()
    check_asked = Signal()
    check_stop_asked = Signal()
    repair_asked = Signal()
    sweep_asked = Signal()
    gaps_asked = Signal()
    account_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(width=900)
        self._problem, self._trouble = ErrorSummary(), body()
        self._backup, self._backed_up = body(), body()
        self._back_up = Button(_("&Back up to a file…"), self._ask_where, look="primary")
        self._backing_up = Working(_("Backing up"), _("Stop the backup"))
        self._check = Button(_("&Check the vault"), self.check_asked.emit)
        self._checking = Working(_("Checking"), _("Stop the check"))
        self._result, self._counts = body(), hint()
        self._findings = RowList(_("What the check found"), most=8)
        self._repair = Button(_("Write &anew what is shown wrongly"), self.repair_asked.emit)
        self._sweep = Button(_("&Remove leftovers"), self.sweep_asked.emit)
        self._none_lost = hint(_("Nothing went missing, as far as this vault knows"))
        self._lost = RowList(_("What went missing, and when it was noticed"), most=6)
        self._gaps, self._gaps_told = Button(_("&Look for what others wrote"), self.gaps_asked.emit), body()
        self._lay_out()
        self._connect()
        self.first: QWidget = self._back_up
        for part in (self._trouble, self._backed_up, self._result, self._gaps_told):
            part.hide()
        self.show_report(None)

    def _lay_out(self) -> None:
        what_a_check_is = _(
            "Every signature and link is verified, and all that is shown is compared with it. Nothing is "
            "changed. What you type waits meanwhile; leaving this page stops the check"
        )
        what_a_backup_is = _(
            "One encrypted file with everything in it. Your passphrase or recovery code opens it"
        )
        parts: list[QWidget | QLayout] = [
            self._problem,
            title(_("Care of this vault")),
            self._trouble,
            section(_("Backup")),
            self._backup,
            hint(what_a_backup_is),
            row(self._back_up),
            self._backing_up,
            self._backed_up,
            section(_("Is everything whole?")),
            hint(what_a_check_is),
            row(self._check),
            self._checking,
            self._result,
            self._counts,
            self._findings,
            flow(self._repair, self._sweep),
            section(_("What went missing")),
            self._none_lost,
            self._lost,
            row(self._gaps),
            self._gaps_told,
        ]
        for part in parts:
            self.add(part)
        self.column.addStretch(1)

    def _connect(self) -> None:
        self._backing_up.stop_asked.connect(self.backup_stop_asked)
        self._checking.stop_asked.connect(self.check_stop_asked)
        self._lost.chosen.connect(self.account_chosen)

    def show_state(self, state: State) -> None:
        self._backup.setText(backup_told(state.backup))
        set_state(self._backup, "look", "problem" if state.backup.outdated else "body")
        _say(self._trouble, state.trouble)
        self._lost.show_rows([_lost(number, lost) for number, lost in enumerate(state.lost)])
        self._lost.setVisible(bool(state.lost))
        self._none_lost.setVisible(not state.lost)

    def show_backing_up(self, percent: int | None) -> None:
        self._backing_up.show_percent(percent)
        self._back_up.setEnabled(percent is None)

    def show_backed_up(self, sentence: str) -> None:
        _say(self._backed_up, sentence)

    def show_checking(self, percent: int | None) -> None:
        self._checking.show_percent(percent)
        for button in (self._check, self._repair, self._sweep):
            button.setEnabled(percent is None)

    def show_report(self, report: CheckReport | None) -> None:
        findings = report.findings if report else ()
        _say(self._result, _verdict(report) if report else "")
        _say(self._counts, _counted(report) if report else "")
        self._findings.show_rows([_found(number, one) for number, one in enumerate(findings)])
        self._findings.setVisible(bool(findings))
        parts = {one.part for one in findings}
        wrong = {one.part for one in findings if not one.harmless}
        self._repair.setVisible(
            report is not None and not report.repaired and not _REPAIRABLE.isdisjoint(wrong)
        )
        self._sweep.setVisible(report is not None and not report.swept and Part.LEFTOVERS in parts)

    def show_gaps(self, sentences: Sequence[str]) -> None:
        _say(self._gaps_told, "\n".join(sentences))

    def show_problem(self, sentence: str) -> None:
        self._problem.show_problems([(sentence, None)] if sentence else [])

    def _ask_where(self) -> None:
        path = ask_where_to_save(self, _("Back up to a file"), "vault.fivb")
        if path:
            self.backup_place_given.emit(path)


def _say(label: QLabel, sentence: str) -> None:
    label.setText(sentence)
    label.setVisible(bool(sentence))


def _verdict(report: CheckReport) -> str:
    if report.repaired:
        return _("What is shown was written anew. Check again to be sure")
    if report.swept:
        return _("Leftovers removed: {count}").format(count=report.swept)
    return (
        _("Everything is whole.") if report.whole else _("Not everything is whole. Each line says what to do")
    )


def _counted(report: CheckReport) -> str:
    return _(
        "Entries: {entries}. Records: {records}. Attachments: {attachments}. Not readable on this laptop: {withheld}"
    ).format(
        entries=report.entries,
        records=report.records,
        attachments=report.attachments,
        withheld=report.withheld,
    )


def _found(number: int, finding: Finding) -> Row:
    status = _("For your information") if finding.harmless else _("To be put right")
    return Row(str(number), _PARTS[finding.part](), finding.sentence, status)


def _lost(number: int, lost: Lost) -> Row:
    heading = " · ".join(filter(None, (lost.person, day_and_time(lost.account.noticed))))
    return Row(str(number), heading, lost.sentence, "" if lost.read else _("Not read yet"))
