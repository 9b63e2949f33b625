"""Conflicts: a list, and for the one in hand each value with its writer and time."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from fieldinspect.domain.views import Conflict, Version
from fieldinspect.i18n import _
from fieldinspect.ui.screens.conflicts.differing import marked
from fieldinspect.ui.screens.conflicts.presenter import Open
from fieldinspect.ui.text import day_and_time, field_name, kind_name
from fieldinspect.ui.widgets.fields import Field, LineField
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, section, title
from fieldinspect.ui.widgets.textbox import TextBox


class ConflictsView(Page):
    """Says who may settle, when this person may not."""

    settled = Signal(object, object, str)
    """Conflict, value (None for no value), reason."""

    def __init__(self) -> None:
        super().__init__(width=1000)
        self._open: Open | None = None
        self._summary = ErrorSummary()
        self._none = body(_("No conflicts. Everything that came in agrees with what was here"))
        self._only_leads = hint(_("Only a team lead settles a conflict. Both values are kept until then"))
        self._rows = RowList(_("Conflicts"), most=6)
        self._rows.chosen.connect(self._show)
        self._values = QWidget()
        self._value_column = QVBoxLayout(self._values)
        self._value_column.setContentsMargins(0, 0, 0, 0)
        self._value_column.setSpacing(12)
        self._own = TextBox(least=2)
        self._own_field = Field(_("Or write it &yourself"), self._own)
        self._reason = LineField(_("&Why do you decide so?"))
        self._keep_own = Button(_("&Keep what I wrote"), self._settle_own)
        self._chosen: Conflict | None = None
        self._cards: list[QWidget] = []
        parts: tuple[QWidget, ...] = (
            self._summary,
            title(_("Conflicts")),
            self._none,
            self._only_leads,
            self._rows,
        )
        for part in (*parts, self._reason, self._values, self._own_field):
            self.add(part)
        self.add(row(self._keep_own))
        self.first: QWidget = self._rows

    def show_open(self, found: Open) -> None:
        self._open = found
        self._rows.show_rows([self._row(place, one) for place, one in enumerate(found.conflicts)])
        self._rows.setVisible(bool(found.conflicts))
        self._none.setVisible(not found.conflicts)
        self._only_leads.setVisible(bool(found.conflicts) and not found.may_settle)
        self._show(self._rows.current_key)

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, self._reason.line)] if sentence else [])
        self._reason.show_problem(sentence)

    def _row(self, place: int, conflict: Conflict) -> Row:
        assert self._open is not None  # noqa: S101 - set by the caller
        where = self._open.stations.get(conflict.visit, "")
        item = self._open.items.get(conflict.record)
        what = " ".join(filter(None, (kind_name(conflict.kind), item.label if item else "")))
        detail = " · ".join(filter(None, (where, field_name(conflict.field))))
        return Row(str(place), what, detail, _("Versions: {count}").format(count=len(conflict.versions)))

    def _show(self, key: str) -> None:
        for old in self._cards:
            old.hide()
            old.deleteLater()
        self._cards = []
        found = self._open
        self._chosen = found.conflicts[int(key)] if found and key else None
        may = bool(self._chosen and found and found.may_settle)
        for part in (self._reason, self._own_field, self._keep_own):
            part.setVisible(may)
        if self._chosen is None or found is None:
            return
        for version in reversed(self._chosen.versions):
            self._cards.append(self._card(version, found, may))
            self._value_column.addWidget(self._cards[-1])
        self._own.setPlainText(self._chosen.versions[-1].value or "")

    def _card(self, version: Version, found: Open, may: bool) -> QWidget:
        card = QFrame()
        card.setProperty("look", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 12, 16, 12)
        name = found.names.get(version.author, "")
        inside.addWidget(section(name))
        said = [_("Written {when}").format(when=day_and_time(version.written)), version.reason]
        inside.addWidget(hint(" · ".join(filter(None, said))))
        inside.addWidget(self._value(version))
        if may:
            keep = Button(
                _("Keep this"),
                lambda: self._settle(version.value),
                name=_("Keep what {name} wrote").format(name=name),
            )
            inside.addLayout(row(keep))
        return card

    def _value(self, version: Version) -> QWidget:
        """Return the words of one version; those the others do not have are bold and underlined."""
        if version.value is None:
            return body(_("No value"))
        assert self._chosen is not None  # noqa: S101 - its versions are being shown
        others = [one.value or "" for one in self._chosen.versions if one is not version]
        shown = body()
        shown.setTextFormat(Qt.TextFormat.RichText)
        shown.setText(marked(version.value, others))
        shown.setAccessibleName(version.value)
        return shown

    def _settle_own(self) -> None:
        self._settle(self._own.toPlainText())

    def _settle(self, value: str | None) -> None:
        if self._chosen is not None:
            self.settled.emit(self._chosen, value, self._reason.value)
