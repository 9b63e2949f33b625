"""Visits that may be one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.services.linking import Joined, Side, Suggestion
from fieldinspect.services.reference import force_name
from fieldinspect.ui.screens.links.presenter import Listed, pair_key
from fieldinspect.ui.text import day_and_time, kind_name
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.page import Page
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, title


class LinksView(Page):
    """What is suggested, two visits side by side, and the links that stand."""

    pair_chosen = Signal(str)
    link_chosen = Signal(str)
    link_asked = Signal()
    unlink_asked = Signal(str)
    visit_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(width=1100)
        self._summary = ErrorSummary()
        self._none = hint(_("No two visits of one station and day stand apart"))
        self._suggested = RowList(_("Visits that may be one"), most=8)
        self._sides = QWidget()
        self._row = QHBoxLayout(self._sides)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(16)
        self._link = Button(_("&Link them: they are one visit"), self.link_asked.emit, look="primary")
        self._pair = Group(
            section(_("Are these one visit?")),
            hint(_("All that was recorded in both is shown and counted together. Nothing is moved")),
            self._sides,
            self._link,
        )
        self._joined = RowList(_("Linked visits"), most=8)
        self._linked = Group(section(_("Linked visits")), self._joined)
        self._facts = body()
        self._reason = LineField(_("&Why is the link undone?"))
        self._unlink = Button(_("&Undo the link"), lambda: self.unlink_asked.emit(self._reason.value))
        self._undoing = Group(section(_("Undo the link")), self._facts, self._reason, self._unlink)
        for part in (
            title(_("Visits that may be one")),
            self._summary,
            self._none,
            self._suggested,
            self._pair,
            self._linked,
            self._undoing,
        ):
            self.add(part)
        self.column.addStretch(1)
        self._suggested.chosen.connect(self.pair_chosen)
        self._joined.chosen.connect(self.link_chosen)

    @property
    def first(self) -> QWidget:
        return self._suggested if self._suggested.isVisibleTo(self) else self._joined

    def show_links(self, listed: Listed) -> None:
        self._suggested.show_rows([_suggestion(pair) for pair in listed.suggested])
        self._suggested.setVisible(bool(listed.suggested))
        self._none.setVisible(not listed.suggested)
        self._joined.show_rows([_joined(link) for link in listed.joined])
        self._linked.setVisible(bool(listed.joined))

    def show_pair(self, pair: Suggestion | None) -> None:
        while (item := self._row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for side in (pair.first, pair.second) if pair else ():
            self._row.addWidget(self._card(side), 1)
        self._pair.setVisible(pair is not None)
        if pair is not None:
            self._link.setFocus()

    def show_link(self, link: Joined | None) -> None:
        self._facts.setText("\n".join(_side(side) for side in link.sides) if link else "")
        self._reason.line.clear()
        self._undoing.setVisible(link is not None)
        if link is not None:
            self._reason.line.setFocus()

    def show_working(self, working: bool) -> None:
        for button in (self._link, self._unlink):
            button.setEnabled(not working)

    def show_problem(self, sentence: str, about: str = "") -> None:
        wrong = self._reason if about == "reason" else None
        self._reason.show_problem(sentence if wrong else "")
        self._summary.show_problems([(sentence, wrong.line if wrong else None)] if sentence else [])

    def _card(self, side: Side) -> QFrame:
        card = QFrame()
        card.setProperty("look", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.addWidget(label(side.station))
        for line in (
            day_and_time(side.begun),
            force_name(side.force),
            ", ".join(side.people),
            _counted(side),
        ):
            inside.addWidget(body(line))
        name = _("Open the visit that {people} began").format(people=", ".join(side.people))
        inside.addWidget(
            Button(_("Open it"), lambda: self.visit_asked.emit(side.visit), look="link", name=name)
        )
        inside.addStretch(1)
        return card


def _counted(side: Side) -> str:
    counted = [f"{kind_name(kind)}: {count}" for kind, count in side.counts]
    return ", ".join(counted) or _("Nothing recorded yet")


def _side(side: Side) -> str:
    return " · ".join((day_and_time(side.begun), ", ".join(side.people), _counted(side)))


def _suggestion(pair: Suggestion) -> Row:
    people = _("{first} and {second}").format(
        first=", ".join(pair.first.people), second=", ".join(pair.second.people)
    )
    detail = " · ".join(filter(None, (day_and_time(pair.first.begun), force_name(pair.first.force), people)))
    return Row(pair_key(pair), pair.first.station, detail, _("Not linked"))


def _joined(link: Joined) -> Row:
    people = ", ".join(dict.fromkeys(name for side in link.sides for name in side.people))
    said = _("Linked by {name}").format(name=link.author)
    first = link.sides[0]
    return Row(link.link, first.station, " · ".join((day_and_time(first.begun), people, said)), _("Linked"))
