"""The rows of a form's repeats: which one is open, and those removed that can be brought back. Plain Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from fieldinspect.i18n import _
from fieldinspect.ui.forms import laying

if TYPE_CHECKING:
    from fieldinspect.forms import Changed, Entry, Session
    from fieldinspect.ui.forms.restoring import Restoring


class View(Protocol):
    """Rows as the presenter sees them."""

    def show_removed(self, sentence: str) -> None:
        """Say that a row was removed and offer it back; "" takes the offer away."""
        ...

    def go_to(self, path: str) -> None:
        """Put the focus on a question of the section."""
        ...


class Form(Protocol):
    """The form in hand."""

    @property
    def session(self) -> Session | None:
        """None while it is read."""
        ...

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The lines of the section in front, those of closed rows too."""
        ...

    @property
    def restoring(self) -> Restoring: ...

    def leave(self) -> None:
        """Make answers of everything typed."""
        ...

    def take(self, act: Callable[[], Changed], path: str) -> bool:
        """Do what changes the form; False when it refuses, which is then said at `path`."""
        ...

    def show_section(self) -> None: ...


class Repeats:
    """Owned by the form's presenter."""

    def __init__(self, view: View, form: Form) -> None:
        self._view, self._form = view, form
        self.opened: dict[str, str] = {}
        """By repeat the row that is open, "" for none."""
        self._removed: list[tuple[str, str]] = []
        """Rows by path with their names, the last removed last."""

    def forget(self) -> None:
        """Another record comes: nothing is open and nothing was removed."""
        self.opened = {}
        self.forget_removed()

    def open(self, repeat: str, row: str) -> None:
        """Show the questions of a row, or with "" of none."""
        self._form.leave()
        self.opened[repeat] = row
        self._form.show_section()

    def open_above(self, path: str) -> None:
        """Open the rows that a question lies in."""
        session = self._form.session
        rows = [(laying.repeat_of(row), row) for row in laying.rows_above(path)]
        shut = [
            (repeat, row)
            for repeat, row in rows
            if session is not None and laying.open_row(session, repeat, self.opened) != row
        ]
        if shut:
            self.opened |= dict(shut)
            self._form.show_section()

    def add(self, repeat: str) -> None:
        """Add a row and go into it."""
        self._form.leave()
        self._add(repeat, None)

    def remove(self, row: str) -> None:
        """Remove a row; it can be brought back until the person dismisses the offer."""
        session = self._form.session
        if session is None:
            return
        self._form.leave()
        label = next((entry.label for entry in self._form.entries if entry.path == row), "")
        name = laying.row_name(session, row, label)
        if self._form.take(lambda: self._remove(session, row), laying.repeat_of(row)):
            self._removed.append((row, name))
        self._offer_back()

    def undo_remove(self) -> None:
        """Bring the row removed last back, with its answers."""
        if not self._removed:
            return
        if self.bring_back(self._removed[-1][0]):
            self._removed.pop()
        self._offer_back()

    def bring_back(self, row: str) -> bool:
        """Put a removed row back with its answers; False when the form refuses."""
        repeat = laying.repeat_of(row)
        return self._add(repeat, row[len(repeat) + 1 : -1])

    def forget_removed(self) -> None:
        """Offer no removed row any more."""
        self._removed = []
        self._offer_back()

    def _remove(self, session: Session, row: str) -> Changed:
        changed = session.remove_row(row)
        return replace(changed, fields=self._form.restoring.removed(changed.fields))

    def _add(self, repeat: str, identity: str | None) -> bool:
        session = self._form.session
        if session is None:
            return False

        def add() -> Changed:
            changed = session.add_row(repeat, identity)
            self.opened[repeat] = next(iter(changed.fields))
            return changed

        if not self._form.take(add, repeat):
            return False
        inside = f"{self.opened[repeat]}/"
        self._view.go_to(next((one.path for one in self._form.entries if one.path.startswith(inside)), ""))
        return True

    def _offer_back(self) -> None:
        name = self._removed[-1][1] if self._removed else ""
        self._view.show_removed(_("Removed: {row}").format(row=name) if name else "")
