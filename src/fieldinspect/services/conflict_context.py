"""What somebody needs who settles a conflict: where it is, what is asked there, what stood before, who wrote what."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.views import Conflict, RecordView, Version
from fieldinspect.forms import Session, load
from fieldinspect.i18n import _
from fieldinspect.services import reading
from fieldinspect.services.comparing import is_words, shown
from fieldinspect.services.instruments import form_of
from fieldinspect.services.ports import Reader

_FREE_TEXT: Final = frozenset({"text", "caption", "title", "contact", "handling"})
_FLAGS: Final = frozenset({"withdrawn", "closed", "flagged", "verbatim", "asks", "done"})


class Side(NamedTuple):
    """One of the values in conflict."""

    version: Version
    shown: str
    """The value as a person reads it: the words of a choice, not its code."""
    name: str
    """Who wrote it."""
    mine: bool
    put_back_by: str = ""
    """Who undid a settlement that had replaced it; `version` is then as its writer first gave it."""


class ConflictContext(NamedTuple):
    """A conflict with everything around it."""

    conflict: Conflict
    label: str
    """What the record is called: C1, the name of a file; "" for most."""
    text: str
    """A short account of the record."""
    station: str
    visited: datetime | None
    question: str
    """What the form asks there; "" when the field is no question of a form."""
    before: str
    """What stood there before either was written, as a person reads it; "" for nothing."""
    sides: tuple[Side, ...]
    """In the order of the conflict's versions."""
    words: bool
    """Free text: the values may stand one under the other."""


def context(vault: Reader, conflict: Conflict, *, language: str = "en") -> ConflictContext | None:
    """Return the context, in a language of the form; None when the record is not here any more."""
    view = vault.record(conflict.record)
    if view is None:
        return None
    item = reading.timeline_item(vault, view.id)
    visit = vault.record(conflict.visit) if conflict.visit else None
    form = _Form(vault, view, conflict.field, language)
    history = vault.history(view.id, conflict.field)
    heads = {one.change for one in conflict.versions}
    earlier = [one for one in history if one.change not in heads]
    put_back = Counter((one.author, one.happened) for one in conflict.versions)  # by one act, at one moment
    sides = tuple(
        _side(vault, one, earlier if put_back[one.author, one.happened] > 1 else [], form.read)
        for one in conflict.versions
    )
    originals = {side.version.change for side in sides}
    begun = min(side.version.written for side in sides)
    before = [one for one in earlier if one.change not in originals and one.written < begun]
    return ConflictContext(
        conflict,
        item.label if item else "",
        item.text if item else "",
        visit.get("station") if visit else "",
        visit.happened if visit else None,
        form.question,
        form.read(before[-1].value) if before and before[-1].value is not None else "",
        sides,
        form.words,
    )


def _side(vault: Reader, head: Version, earlier: list[Version], read: Callable[[str | None], str]) -> Side:
    """Return a head; one that an undoing put back as whoever wrote it first."""
    roster = vault.roster()
    first = next((one for one in reversed(earlier) if one.value == head.value), head)
    name = roster.name_of(first.author) if roster else ""
    mine = first.author == vault.identity.person
    putter = roster.name_of(head.author) if roster and first is not head else ""
    return Side(first, read(head.value), name, mine, putter)


class _Form:
    """What the record's form says of one field, if it has one and it is a question there."""

    def __init__(self, vault: Reader, view: RecordView, field: str, language: str) -> None:
        self._field = field
        self._session = _session(vault, view, language) if field.startswith("/") else None
        self.question = self._session.label(field) if self._session else ""
        self.words = self._is_words()

    def read(self, value: str | None) -> str:
        if value is None:
            return ""
        if self._session is not None and self._field in self._session.paths():
            return shown(self._session, self._field, value)
        if self._field in _FLAGS:
            return _("Yes") if value == "true" else _("No")
        return value

    def _is_words(self) -> bool:
        if self._session is None:
            return self._field in _FREE_TEXT
        entries = (entry for section in self._session.sections() for entry in section.entries)
        return next((is_words(one) for one in entries if one.path == self._field), False)


def _session(vault: Reader, view: RecordView, language: str) -> Session | None:
    try:
        form = load(form_of(vault, view))
    except BadInput:
        return None  # its form is not trusted here, or it has none: the field's own name must do
    answers = {name: value for name, value in view.fields.items() if name.startswith("/")}
    return Session(form, answers, language=language)
