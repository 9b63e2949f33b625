"""The schedule."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from fieldinspect.i18n import _, ngettext
from fieldinspect.services.planning import Clash, Details, Notice, Planned
from fieldinspect.services.reference import force_name
from fieldinspect.services.schedule import Row as TableRow
from fieldinspect.ui.planning_words import state_name, when, where
from fieldinspect.ui.screens.plan.presenter import BY_DAY, BY_FORCE, BY_STATION, Schedule, Wanted
from fieldinspect.ui.text import kind_name
from fieldinspect.ui.widgets.fields import Field
from fieldinspect.ui.widgets.files import ask_file, ask_folder
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.page import Page
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, section, title


class PlanView(Page):
    """Choices above, the visits, what clashes; a table to import is shown before it is planned."""

    chosen = Signal(object)
    """Which visits (Wanted)."""
    plan_opened = Signal(str)
    add_asked = Signal()
    table_given = Signal(object)
    table_confirmed = Signal()
    table_dropped = Signal()
    packs_place_given = Signal(object)
    links_asked = Signal()

    def __init__(self) -> None:
        super().__init__(width=1100)
        self._summary = ErrorSummary()
        self._order, self._forces, self._people = QComboBox(), QComboBox(), QComboBox()
        for words, order in ((_("Day"), BY_DAY), (_("Force"), BY_FORCE), (_("Station"), BY_STATION)):
            self._order.addItem(words, order)
        self._past = QCheckBox(_("Also what is over or cancelled"))
        self._past.setAccessibleName(_("Also what is over or cancelled"))
        self._add = Button(_("&Plan a visit"), self.add_asked.emit, look="primary")
        self._import = Button(_("&Import a table…"), self._ask_table)
        self._packs = Button(_("Make visit pac&ks…"), self._ask_folder)
        self._links = Button(_("Visits that may be one"), self.links_asked.emit, look="link")
        self._told, self._empty = hint(), hint(_("No visit is planned"))
        self._list = RowList(_("Planned visits"), most=12)
        self._clashes = RowList(_("To look at before the day"), most=6)
        self._clashing = Group(section(_("To look at before the day")), self._clashes)
        self._table = RowList(_("What the table asks for"), most=8)
        self._count = body()
        self._confirm = Button(_("Plan &all of them"), self.table_confirmed.emit, look="primary")
        self._drop = Button(_("Do not plan them"), self.table_dropped.emit, look="link")
        self._importing = Group(section(_("What the table asks for")), self._count, self._table)
        self._lay_out()
        for box in (self._order, self._forces, self._people):
            box.currentIndexChanged.connect(lambda _place: self._choose())
        self._past.toggled.connect(lambda _on: self._choose())
        self._list.chosen.connect(self.plan_opened)
        self._clashes.chosen.connect(self.plan_opened)
        self.first: QWidget = self._add

    def _lay_out(self) -> None:
        self._importing.column.addLayout(flow(self._confirm, self._drop))
        for part in (
            title(_("Planned visits")),
            hint(_("Only leads, the centre and those who are assigned hold this: it stays in vaults")),
            self._summary,
            flow(self._add, self._import, self._packs, self._links),
            self._importing,
            flow(
                Field(_("Order &by"), self._order),
                Field(_("&Force"), self._forces),
                Field(_("&Who"), self._people),
            ),
            self._past,
            self._told,
            self._empty,
            self._list,
            self._clashing,
        ):
            self.add(part)
        self.column.addStretch(1)

    def show_schedule(self, schedule: Schedule, total: int) -> None:
        _fill(self._forces, _("Every force"), [(slug, force_name(slug)) for slug in schedule.forces])
        _fill(self._people, _("Everybody"), sorted(schedule.names.items(), key=lambda pair: pair[1]))
        self._list.show_rows([_row(one, schedule.names) for one in schedule.planned])
        self._list.setVisible(bool(schedule.planned))
        self._empty.setVisible(not total)
        shown = len(schedule.planned)
        self._told.setText(
            ngettext("{shown} of {count} visit", "{shown} of {count} visits", total).format(
                shown=shown, count=total
            )
        )
        self._told.setVisible(total > 0)
        places = {one.id: where(one.details) for one in schedule.planned}
        notices = [one for one in schedule.notices if one.plan in places]
        self._clashes.show_rows([_clash(one, places, schedule.names) for one in notices])
        self._clashing.setVisible(bool(notices))
        for part in (self._add, self._import, self._packs):
            part.setVisible(schedule.may_plan)

    def show_table(self, rows: Sequence[TableRow], names: Mapping[str, str]) -> None:
        self._table.show_rows([_wanted(row, names) for row in rows])
        self._count.setText(
            ngettext(
                "{count} visit is in the table. Nothing is planned yet",
                "{count} visits are in the table. Nothing is planned yet",
                len(rows),
            ).format(count=len(rows))
        )
        self._importing.setVisible(bool(rows))
        if rows:
            self._confirm.setFocus()

    def show_working(self, working: bool) -> None:
        for button in (self._add, self._import, self._packs, self._confirm):
            button.setEnabled(not working)

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, None)] if sentence else [])

    def _choose(self) -> None:
        self.chosen.emit(
            Wanted(
                self._order.currentData(),
                self._forces.currentData() or "",
                self._people.currentData() or "",
                self._past.isChecked(),
            )
        )

    def _ask_table(self) -> None:
        path = ask_file(self, _("Import a table"), "*.csv")
        if path is not None:
            self.table_given.emit(path)

    def _ask_folder(self) -> None:
        folder = ask_folder(self, _("Make visit packs in"))
        if folder is not None:
            self.packs_place_given.emit(folder)


def _fill(box: QComboBox, everything: str, choices: Sequence[tuple[str, str]]) -> None:
    """Offer the choices; what was chosen stays chosen if it is still there."""
    held = [(box.itemData(place), box.itemText(place)) for place in range(box.count())]
    wanted = [("", everything), *choices]
    if held == wanted:
        return
    chosen = box.currentData()
    box.blockSignals(True)
    box.clear()
    for data, words in wanted:
        box.addItem(words, data)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    box.blockSignals(False)


def _people(details: Details, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(person, person[:8]) for person in details.assigned) or _("Nobody yet")


def _facts(details: Details, names: Mapping[str, str]) -> str:
    force = force_name(details.force) if details.station and details.force else ""
    streams = ", ".join(map(kind_name, details.streams))
    return " · ".join(filter(None, (force, _people(details, names), streams)))


def _row(one: Planned, names: Mapping[str, str]) -> Row:
    name = _("{when}: {where}").format(when=when(one.details), where=where(one.details))
    status = _("Conflict: leads differ") if one.conflicts else state_name(one.state)
    return Row(one.id, name, _facts(one.details, names), status)


def _wanted(row: TableRow, names: Mapping[str, str]) -> Row:
    name = _("{when}: {where}").format(when=when(row.details), where=where(row.details))
    line = _("Line {number}").format(number=row.line)
    return Row(str(row.line), name, _facts(row.details, names), line)


def _clash(notice: Notice, places: Mapping[str, str], names: Mapping[str, str]) -> Row:
    here, there = places[notice.plan], places.get(notice.other, "")
    name = names.get(notice.person, notice.person[:8])
    words = {
        Clash.NOBODY: _("Nobody is assigned to {place}"),
        Clash.CONFLICT: _("{name} has a conflict of interest with the force of {place}"),
        Clash.SAME_PERSON: _("{name} is assigned to {place} and {other} on one day"),
        Clash.SAME_PLACE: _("{place} is planned twice on the same days"),
    }[notice.clash]
    return Row(notice.plan, words.format(name=name, place=here, other=there))
