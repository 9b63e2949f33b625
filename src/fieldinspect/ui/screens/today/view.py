"""Visits on the left, what waits on the right."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fieldinspect.domain.views import OutboxState, VisitCard
from fieldinspect.i18n import _, ngettext
from fieldinspect.services.planning import Planned, State
from fieldinspect.services.reference import force_name
from fieldinspect.ui.planning_words import when, where
from fieldinspect.ui.screens.today.presenter import Overview, ToDo
from fieldinspect.ui.text import day, day_and_time, kind_name
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.page import Page
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.text import Button, body, hint, section, title


class TodayView(Page):
    """One primary button: go on with the visit, or start one, or begin with an inspection."""

    visit_chosen = Signal(str)
    record_chosen = Signal(str)
    planned_chosen = Signal(str)
    screen_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(width=1100)
        self._person = hint()
        self._told = body()
        self._told.setAccessibleName(_("About the team list"))
        self._next = Button("", self._go_on, look="primary")
        self._start = Button(_("Start a &visit"), lambda: self.screen_asked.emit("start_visit"))
        self._empty = body(_("No visit yet. Start one when you reach the station"))
        self._visits = RowList(_("Visits"), most=12)
        self._something = Button(_("Record something else"), lambda: self.screen_asked.emit("records"))
        self._concern = Button("", self._see_concern, look="errorlink")
        self._concern_visit = ""
        self._planned_title = section(_("Planned for you"))
        self._planned = RowList(_("Planned for you"), most=6)
        self._plan = Button(_("Planned visits"), lambda: self.screen_asked.emit("plan"))
        self._may_be_one = Button("", lambda: self.screen_asked.emit("links"), look="link")
        self._to_do_title, self._to_do = section(), RowList(_("Returned to you"), most=6)
        self._unsent, self._unsent_age = section(), hint()
        self._conflicts = section()
        self._quarantined = Button("", lambda: self.screen_asked.emit("quarantine"), look="link")
        self._going_on = ""
        self.add(title(_("Today")))
        self.add(self._person)
        self.add(self._told)
        self.add(self._concern)
        self.add(flow(self._next, self._start, self._something, self._plan))
        columns = QHBoxLayout()
        columns.setSpacing(24)
        columns.addWidget(self._left(), 3)
        columns.addWidget(self._right(), 2)
        self.add(columns)
        self._visits.chosen.connect(self.visit_chosen)
        self._to_do.chosen.connect(self.record_chosen)
        self._planned.chosen.connect(self.planned_chosen)
        self.first: QWidget = self._next

    def show_overview(self, overview: Overview) -> None:
        titles = " · ".join(inspection.title for inspection in overview.inspections)
        self._person.setText(" · ".join(filter(None, (overview.person, titles))))
        self._told.setText("\n".join(overview.told))
        self._told.setVisible(bool(overview.told))
        self._show_next(overview)
        self._visits.show_rows([_visit(card, card.id in overview.unfinished) for card in overview.visits])
        self._visits.setVisible(bool(overview.visits))
        self._empty.setVisible(not overview.visits)
        self._show_outbox(overview.outbox)
        self._show_to_do(overview)
        self._show_concern(overview)
        self._show_planned(overview)
        self._conflicts.setText(_("Conflicts: {count}").format(count=overview.conflicts))
        words = _("Not taken over: {count}").format(count=overview.quarantined)
        self._quarantined.setText(words)
        self._quarantined.setAccessibleName(words)
        self._quarantined.setVisible(overview.quarantined > 0)

    def _show_next(self, overview: Overview) -> None:
        open_visits = [card for card in overview.visits if not card.closed]
        self._going_on = open_visits[0].id if open_visits else ""
        self._start.setVisible(bool(open_visits))
        if not overview.inspections:
            words = _("Start or join an &inspection")
        elif open_visits:
            words = _("&Continue visit: {station}").format(station=open_visits[0].station.replace("&", "&&"))
        else:
            words = _("Start a &visit")
        self._begin = not overview.inspections
        self._next.setText(words)
        self._next.setAccessibleName(words.replace("&&", "\0").replace("&", "").replace("\0", "&"))

    def _show_outbox(self, outbox: OutboxState) -> None:
        self._unsent.setText(_("Not sent yet: {count}").format(count=outbox.entries))
        said = [_("Oldest from {when}").format(when=day_and_time(outbox.oldest))] if outbox.oldest else []
        if outbox.last_sealed:
            said.append(_("Last sealed {when}").format(when=day_and_time(outbox.last_sealed)))
        self._unsent_age.setText(". ".join(said) or _("Nothing waiting to be sent"))

    def _show_to_do(self, overview: Overview) -> None:
        count = len(overview.to_do)
        self._to_do_title.setText(
            ngettext(
                "{count} record was returned to you", "{count} records were returned to you", count
            ).format(count=count)
        )
        self._to_do.show_rows([_returned(one) for one in overview.to_do])
        for part in (self._to_do_title, self._to_do):
            part.setVisible(count > 0)

    def _show_concern(self, overview: Overview) -> None:
        self._concern.setVisible(bool(overview.concerns))
        if overview.concerns:
            self._concern_visit, station = overview.concerns[0]
            words = _("A safeguarding concern is open at {station}: check its outcome").format(
                station=station
            )
            self._concern.setText(words.replace("&", "&&"))
            self._concern.setAccessibleName(words)

    def _show_planned(self, overview: Overview) -> None:
        self._planned.show_rows([_planned(one, overview.today) for one in overview.planned])
        for part in (self._planned_title, self._planned):
            part.setVisible(bool(overview.planned))
        self._plan.setVisible(overview.may_plan)
        words = ngettext(
            "{count} pair of visits may be one visit",
            "{count} pairs of visits may be one visit",
            overview.may_be_one,
        ).format(count=overview.may_be_one)
        self._may_be_one.setText(words)
        self._may_be_one.setAccessibleName(words)
        self._may_be_one.setVisible(overview.may_be_one > 0)

    def _see_concern(self) -> None:
        self.visit_chosen.emit(self._concern_visit)

    def _go_on(self) -> None:
        if self._begin:
            self.screen_asked.emit("begin")
        elif self._going_on:
            self.visit_chosen.emit(self._going_on)
        else:
            self.screen_asked.emit("start_visit")

    def _left(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._to_do_title)
        column.addWidget(self._to_do)
        column.addWidget(self._planned_title)
        column.addWidget(self._planned)
        column.addWidget(section(_("Visits")))
        column.addWidget(self._empty)
        column.addWidget(self._visits)
        column.addWidget(self._may_be_one)
        column.addStretch(1)
        return left

    def _right(self) -> QWidget:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        send = Button(_("Send and receive"), lambda: self.screen_asked.emit("send"), look="link")
        settle = Button(_("See conflicts"), lambda: self.screen_asked.emit("conflicts"), look="link")
        for parts in ((self._unsent, self._unsent_age, send), (self._conflicts, self._quarantined, settle)):
            card = QFrame()
            card.setProperty("look", "card")
            inside = QVBoxLayout(card)
            inside.setContentsMargins(16, 12, 16, 12)
            for part in parts:
                inside.addWidget(part)
            column.addWidget(card)
        column.addStretch(1)
        return right


def _returned(one: ToDo) -> Row:
    return Row(one.record, kind_name(one.kind), " · ".join((one.reason, *one.asked)), _("Returned"))


def _planned(one: Planned, today: date) -> Row:
    detail = [when(one.details), force_name(one.details.force) if one.details.station else ""]
    status = _("Not begun") if one.details.last < today else _("Planned")
    if one.state is State.BEGUN:
        status = _("In progress")
    return Row(one.id, where(one.details), " · ".join(filter(None, detail)), status)


def _visit(card: VisitCard, unfinished: bool) -> Row:
    detail = [day(card.begun), force_name(card.force), _("Notes: {count}").format(count=card.notes)]
    if len(card.parts) > 1:
        detail.append(_("Linked visits: {count}").format(count=len(card.parts)))
    if card.unsent:
        detail.append(_("Not sent: {count}").format(count=card.unsent))
    if card.conflicts:
        detail.append(_("Conflicts: {count}").format(count=card.conflicts))
    status = _("Closed") if card.closed else _("In progress")
    return Row(
        card.id,
        card.station,
        " · ".join(filter(None, detail)),
        _("Unfinished work") if unfinished else status,
    )
