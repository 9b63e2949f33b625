"""The conflict in hand: where it is, what stood before, the values side by side, and the words of one's own."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.services.conflict_context import ConflictContext, Side
from fieldinspect.services.conflicts import combined, newest
from fieldinspect.ui.screens.conflicts.differing import marked
from fieldinspect.ui.text import day, day_and_time, field_name, kind_name
from fieldinspect.ui.widgets.fields import Field
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.page import row
from fieldinspect.ui.widgets.text import Button, body, hint, label, section
from fieldinspect.ui.widgets.textbox import TextBox

_CARD = 300
"""Pixels a value needs at normal text size, or the values go below each other."""


class SideBySide(QWidget):
    """Cards in as many columns as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12)
        self._cards: list[QWidget] = []
        self._columns = 0

    def show_cards(self, cards: Sequence[QWidget]) -> None:
        for old in self._cards:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._cards, self._columns = list(cards), 0
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        wide = _CARD * self.fontMetrics().averageCharWidth() // 8
        columns = max(1, min(len(self._cards), self.width() // max(1, wide)))
        if columns == self._columns:
            return
        for column in range(max(columns, self._grid.columnCount())):  # those to come are not counted yet
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self._columns = columns
        for place, card in enumerate(self._cards):
            self._grid.addWidget(card, place // columns, place % columns, Qt.AlignmentFlag.AlignTop)


class ConflictPanel(QWidget):
    """Says with `kept` which value shall stand; who may not settle sees the values alone."""

    kept = Signal(object)
    """The value (None for no value)."""

    def __init__(self) -> None:
        super().__init__()
        self._found: ConflictContext | None = None
        self._may = False
        self._heading, self._account, self._question, self._before = section(), body(), label(), body()
        self._sides = SideBySide()
        self._own = TextBox(least=2)
        self._own_field = Field(
            _("&Result, to be changed as you like"),
            self._own,
            note=_("For free text it begins with all values, one under the other"),
        )
        self._keep_own = Button(_("&Keep the result"), self.keep_own)
        self._all = Button(_("Keep &all, one under the other (B)"), self.keep_all)
        self._mine = flow(self._keep_own, self._all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (
            self._heading, self._account, self._question, self._before, self._sides, self._own_field,
        ):  # fmt: skip
            column.addWidget(part)
        column.addLayout(self._mine)
        self.hide()

    def show_context(self, found: ConflictContext | None, *, may_settle: bool) -> None:
        self._found, self._may = found, may_settle
        self.setVisible(found is not None)
        if found is None:
            self._sides.show_cards([])
            return
        self._heading.setText(" ".join(filter(None, (kind_name(found.conflict.kind), found.label))))
        visited = day(found.visited) if found.visited else ""
        where = " · ".join(filter(None, (found.station, visited)))
        _say(self._account, " · ".join(filter(None, (where, found.text))))
        _say(self._question, found.question or field_name(found.conflict.field).capitalize())
        before = _("Before: {value}").format(value=found.before) if found.before else _("Before: no value")
        _say(self._before, before)
        self._sides.show_cards(
            [self._card(place, side, found.sides) for place, side in enumerate(found.sides, 1)]
        )
        for part in (self._own_field, self._keep_own):
            part.setVisible(may_settle and (found.words or not found.question))
        self._all.setVisible(may_settle and found.words)
        self._own.setPlainText((combined if found.words else newest)(found.conflict) or "")

    def keep_side(self, place: int) -> None:
        """Keep the value with this number, if there is one."""
        if self._found is not None and 0 < place <= len(self._found.sides):
            self._keep(self._found.conflict.versions[place - 1].value)

    def keep_all(self) -> None:
        if self._found is not None and self._found.words:
            self._keep(combined(self._found.conflict))

    def keep_own(self) -> None:
        if self._own_field.isVisible():
            self._keep(self._own.toPlainText())

    def edit(self) -> None:
        """Go into the result."""
        if self._own_field.isVisible():
            self._own.setFocus()

    def _keep(self, value: str | None) -> None:
        if self._may:
            self.kept.emit(value)

    def _card(self, place: int, side: Side, sides: Sequence[Side]) -> QWidget:
        card = QFrame()
        card.setProperty("look", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 12, 16, 12)
        name = _("You") if side.mine else side.name
        inside.addWidget(section(_("{number}. {name}").format(number=place, name=name)))
        said = [_("Written {when}").format(when=day_and_time(side.version.written)), side.version.reason]
        if side.put_back_by:
            said.append(_("Put back by {name}").format(name=side.put_back_by))
        inside.addWidget(hint(" · ".join(filter(None, said))))
        inside.addWidget(_value(side, sides))
        if self._may:
            inside.addLayout(row(_keep_button(place, side, lambda: self.keep_side(place))))
        return card


def _keep_button(place: int, side: Side, act: Callable[[], None]) -> Button:
    name = _("Keep what you wrote") if side.mine else _("Keep what {name} wrote").format(name=side.name)
    return Button(_("Keep this ({key})").format(key=place), act, name=name)


def _value(side: Side, sides: Sequence[Side]) -> QWidget:
    """Return the words of one value; those the others do not have are bold and underlined."""
    if side.version.value is None:
        return body(_("No value"))
    others = [one.shown for one in sides if one is not side]
    shown = body()
    shown.setTextFormat(Qt.TextFormat.RichText)
    shown.setText(marked(side.shown, others))
    shown.setAccessibleName(side.shown)
    return shown


def _say(part: QWidget, words: str) -> None:
    part.setText(words)  # type: ignore[attr-defined]  # it is a label
    part.setVisible(bool(words))
