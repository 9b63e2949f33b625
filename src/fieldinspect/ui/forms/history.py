"""The earlier versions of one answer: who gave it, when, what it said in words, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.forms import Session
from fieldinspect.i18n import _
from fieldinspect.ui.context import Context
from fieldinspect.ui.forms.lexical import to_words
from fieldinspect.ui.forms.moving import answered
from fieldinspect.ui.text import day_and_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fieldinspect.domain.views import Version
    from fieldinspect.services.ports import Vault


class Told(NamedTuple):
    """One version as a screen shows it."""

    change: str
    who: str
    answer: str
    reason: str


class View(Protocol):
    """The versions as the presenter sees them."""

    def show_history(self, path: str, versions: Sequence[Told]) -> None:
        """Show the versions of an answer at its question, oldest first; none when it was never answered."""
        ...


class History:
    """Owned by the form's presenter."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._record = ""
        self._session: Session | None = None

    def begin(self, record: str, session: Session) -> None:
        """Take up a record whose form was just opened."""
        self._record, self._session = record, session

    def ask(self, path: str, kind: str) -> None:
        """Read the versions of an answer, of a question of an XForms type."""
        record = self._record

        def show(found: list[tuple[Version, str]]) -> None:
            if record == self._record and self._session is not None:
                session = self._session
                self._view.show_history(path, [told(session, path, kind, *one) for one in found])

        self._context.jobs.on_vault(lambda vault: read(vault, record, path), show)


def read(vault: Vault, record: str, field: str) -> list[tuple[Version, str]]:
    """Return every version of a field with its author's name, oldest first."""
    roster = vault.roster()
    found = vault.history(record, field)
    return [(version, roster.name_of(version.author) if roster else "") for version in found]


def told(session: Session, path: str, kind: str, version: Version, name: str) -> Told:
    """Return a version in words: the labels of what was chosen, dates as people write them."""
    value = version.value or ""
    words = answered(session, path, to_words(kind, value)) if value else _("Answer cleared")
    who = ", ".join(filter(None, (name, day_and_time(version.happened))))
    return Told(version.change, who, words, version.reason)
