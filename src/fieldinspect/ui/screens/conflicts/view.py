"""Conflicts: two lists, the conflict in hand with its values side by side, and what can be done with many at once."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QTabBar, QVBoxLayout, QWidget

from fieldinspect.domain.views import Conflict
from fieldinspect.i18n import _
from fieldinspect.services.conflict_context import ConflictContext
from fieldinspect.services.conflicts import Merge, only_leads
from fieldinspect.ui.screens.conflicts.panel import ConflictPanel
from fieldinspect.ui.screens.conflicts.presenter import Open
from fieldinspect.ui.text import day_and_time, field_name, kind_name
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.longlist import LongList
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.rows import Row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, title

_PREVIEW = 40
_SHARED = 12
_DIGITS = 9


class ConflictsView(Page):
    """Keys work in the list; every one of them has a button too. Says who may settle, when this person may not."""

    moved = Signal(str)
    settled = Signal(str, object, str)
    """Key, value (None for no value), reason."""
    newest_asked = Signal(list, str)
    author_asked = Signal(list, str, str)
    deferred = Signal(list, str)
    taken_up = Signal(list)
    undo_asked = Signal()

    def __init__(self) -> None:
        super().__init__(width=1100)
        self.found: Open | None = None
        self._summary = ErrorSummary()
        self._none, self._show_merged = body(), Button(_("&Show"), self._toggle_merged, look="link")
        self._merged = LongList(_("What was merged without a conflict"), most=8)
        self._only_leads = hint(only_leads())
        self.lists = QTabBar()
        self.lists.setAccessibleName(_("Which conflicts"))
        self.lists.setExpanding(False)
        for _list in range(2):
            self.lists.addTab("")
        self.rows = LongList(_("Conflicts"), most=4, marks=True)
        self._keys = hint(
            _(
                "In the list: N and P move, 1 to 9 keep a value, B keeps all, E changes the result, D leaves for "
                "later, X selects, Ctrl+A selects all, Z undoes"
            )
        )
        self._reason = LineField(_("&Why do you decide so?"))
        self._panel = ConflictPanel()
        self._later = Button(_("&Leave for later (D)"), self._defer)
        self._take_up = Button(_("&Bring back from later"), lambda: self.taken_up.emit(self._meant()))
        self._undo = Button(_("&Undo the last settlement (Z)"), self.undo_asked.emit)
        self._deferral = body()
        self._selected = body()
        self._newest = Button(_("Keep the &newer in all selected"), self._keep_newest)
        self._author = QComboBox()
        self._author.setAccessibleName(_("Whose words to keep"))
        self._by_author = Button(_("Keep what &they wrote in all selected"), self._keep_by_author)
        self._many = QWidget()
        self._lay_out()
        self._wire()
        self.first: QWidget = self.rows

    def _lay_out(self) -> None:
        many = QVBoxLayout(self._many)
        many.setContentsMargins(0, 0, 0, 0)
        many.addWidget(self._selected)
        many.addLayout(flow(self._newest, self._author, self._by_author))
        self.add(self._summary)
        self.add(title(_("Conflicts")))
        self.add(row(self._none, self._show_merged))
        below: list[QWidget] = [self._merged, self._only_leads, self.lists, self.rows, self._keys]
        for part in (*below, self._many, self._reason):
            self.add(part)
        self.add(self._panel)
        self.add(self._deferral)
        self.add(flow(self._later, self._take_up, self._undo))
        self.column.addStretch(1)
        hidden: list[QWidget] = [self._merged, self._undo, self._none, self._show_merged, self._many]
        for part in (*hidden, self._deferral):
            part.hide()

    def _wire(self) -> None:
        self.lists.currentChanged.connect(lambda _index: self._show_rows())
        self.rows.current_changed.connect(self._show_current)
        self.rows.marks_changed.connect(self._show_marks)
        self._panel.kept.connect(self._keep)
        keep = self._panel.keep_side
        digits = {str(n): (lambda place=n: keep(place)) for n in range(1, _DIGITS + 1)}
        letters = {
            "B": self._panel.keep_all,
            "E": self._panel.edit,
            "D": self._defer,
            "Z": self.undo_asked.emit,
            "U": self.undo_asked.emit,
        }
        self.rows.bind({**digits, **letters})

    def show_open(self, found: Open) -> None:
        self.found = found
        some = bool(found.conflicts)
        for place, words, count in (
            (0, _("To settle: {count}"), len(found.conflicts) - len(found.later)),
            (1, _("For later: {count}"), len(found.later)),
        ):
            self.lists.setTabText(place, words.format(count=count))
        for part in (self.lists, self.rows):
            part.setVisible(some)
        self._keys.setVisible(some and found.may_settle)
        self._only_leads.setVisible(some and not found.may_settle)
        self._show_none(found.merged, some=some)
        self._show_authors(found)
        self._show_rows()

    def show_context(self, found: ConflictContext | None, *, may_settle: bool) -> None:
        self._panel.show_context(found, may_settle=may_settle)

    def show_undo(self, count: int) -> None:
        self._undo.setVisible(count > 0)

    def show_problem(self, sentence: str, *, about_reason: bool = False) -> None:
        about = self._reason.line if about_reason else self.rows
        self._summary.show_problems([(sentence, about)] if sentence else [])
        self._reason.show_problem(sentence if about_reason else "")

    def _show_none(self, merged: Sequence[Merge], *, some: bool) -> None:
        entries = sum(one.entries for one in merged)
        words = (
            _("No conflicts. Entries that were merged without one: {count}").format(count=entries)
            if entries
            else _("No conflicts. Everything that came in agrees with what was here")
        )
        self._none.setText(words)
        self._none.setVisible(not some)
        self._show_merged.setVisible(not some and bool(merged))
        self._merged.setVisible(self._merged.isVisible() and not some)
        self._merged.show_rows(
            [
                Row(
                    str(place),
                    one.name,
                    day_and_time(one.came),
                    _("Entries: {count}").format(count=one.entries),
                )
                for place, one in enumerate(merged)
            ]
        )

    def _toggle_merged(self) -> None:
        self._merged.setVisible(not self._merged.isVisible())

    def _show_authors(self, found: Open) -> None:
        chosen = self._author.currentData()
        self._author.clear()
        if found.me in found.names:
            self._author.addItem(_("You"), found.me)
        for author, name in sorted(found.names.items(), key=lambda pair: pair[1]):
            if author != found.me:
                self._author.addItem(name, author)
        self._author.setCurrentIndex(max(0, self._author.findData(chosen)))

    def _show_rows(self) -> None:
        found = self.found
        if found is None:
            return
        later = self.lists.currentIndex() == 1
        listed = {key: one for key, one in found.conflicts.items() if (key in found.later) == later}
        self.rows.show_rows(_rows(listed, found))
        self._later.setVisible(bool(listed) and found.may_settle and not later)
        self._take_up.setVisible(bool(listed) and found.may_settle and later)
        self._reason.setVisible(bool(listed) and found.may_settle)

    def _show_current(self, key: str) -> None:
        said = self.found.later.get(key) if self.found else None
        if said is not None:
            words = _("Left for later by {name}, {when}: {reason}").format(
                name=said.name, when=day_and_time(said.when), reason=said.reason
            )
            self._deferral.setText(words)
        self._deferral.setVisible(said is not None)
        self.moved.emit(key)

    def _show_marks(self) -> None:
        count = len(self.rows.marked)
        self._selected.setText(_("Selected: {count}").format(count=count))
        self._many.setVisible(count > 0 and self.found is not None and self.found.may_settle)

    def _meant(self) -> list[str]:
        """Return the keys of the selected conflicts, or else of the one in hand."""
        return self.rows.marked or list(filter(None, [self.rows.current_key]))

    def _keep(self, value: object) -> None:
        self.settled.emit(self.rows.current_key, value, self._reason.value)

    def _keep_newest(self) -> None:
        self.newest_asked.emit(self.rows.marked, self._reason.value)

    def _keep_by_author(self) -> None:
        self.author_asked.emit(self.rows.marked, self._author.currentData() or "", self._reason.value)

    def _defer(self) -> None:
        if self._later.isVisible():
            self.deferred.emit(self._meant(), self._reason.value)


def _rows(listed: Mapping[str, Conflict], found: Open) -> list[Row]:
    return [_row(key, one, found) for key, one in listed.items()]


def _row(key: str, conflict: Conflict, found: Open) -> Row:
    what = " · ".join((kind_name(conflict.kind), field_name(conflict.field)))
    values = " / ".join(_differing([one.value or _("No value") for one in conflict.versions]))
    names = ", ".join(dict.fromkeys(found.names.get(one.author, "") for one in conflict.versions))
    detail = " · ".join(filter(None, (found.stations.get(conflict.visit, ""), names, values)))
    return Row(key, what, detail, _("Values: {count}").format(count=len(conflict.versions)))


def _differing(values: list[str]) -> list[str]:
    """Return the beginning of each value, from the word on in which they differ: cheap enough for thousands."""
    alike = sum(1 for _same in takewhile(lambda letters: len(set(letters)) == 1, zip(*values, strict=False)))
    begin = values[0].rfind(" ", 0, alike) + 1 if alike > _SHARED else 0
    return [("…" if begin else "") + one[begin : begin + _PREVIEW] for one in values]
