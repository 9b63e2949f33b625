"""Answers to the form of one record.

1. Typing is a draft after 400 ms and an answer on leaving the field, lock, quit or 30 idle seconds.
2. A choice is an answer at once.
3. An answer the vault refuses stays on screen and goes with the next one, or again in five seconds.
4. Nothing is called wrong while the person works, save what cannot be read at all; the rest is said when they say
   that the section is completed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Draft, DraftKey, RecordView
from fieldinspect.forms import Changed, Entry, Section, Session, load
from fieldinspect.i18n import _
from fieldinspect.services import capture, instruments, versions
from fieldinspect.ui.context import Context
from fieldinspect.ui.forms import moving
from fieldinspect.ui.forms.lexical import readable, to_lexical, to_words
from fieldinspect.ui.forms.questions import (
    ADD,
    GROUP,
    ROW,
    Part,
    Question,
    part,
    question,
    section_name,
)
from fieldinspect.ui.jobs.debounce import Debounce
from fieldinspect.ui.jobs.port import Problem
from fieldinspect.ui.text import clock_time, months

if TYPE_CHECKING:
    from fieldinspect.services.ports import Vault

PAUSE_MS, IDLE_MS, AGAIN_MS = 400, 30_000, 5_000
COMPLETED = "completed:"
"""A field of the record so named says that the person called a section completed."""

_load = lru_cache(maxsize=8)(load)


class View(moving.View, Protocol):
    """The form as the presenter sees it."""

    def show_nothing(self) -> None: ...

    def show_refused(self, sentence: str) -> None:
        """Say why there is no form."""
        ...

    def show_section(self, parts: Sequence[Part], questions: Sequence[Question]) -> None: ...

    def show_parts(self, parts: Sequence[Part], place: int, progress: tuple[int, int]) -> None: ...

    def update_question(self, question: Question) -> None: ...

    def show_typed(self, path: str, text: str) -> None:
        """Put recovered typing into a field."""
        ...

    def show_problems(self, problems: Sequence[tuple[str, str]]) -> None:
        """Say (path, sentence) at each field and in the summary; none takes them all away."""
        ...

    def show_field_problem(self, path: str, sentence: str) -> None: ...

    def show_recovered(self, sentence: str) -> None: ...

    def commit_input(self) -> None: ...


class _Found(NamedTuple):
    """What the vault has of a record and its form."""

    record: RecordView
    xml: bytes
    drafts: list[Draft]
    newer: bool


class _Ready(NamedTuple):
    found: _Found
    session: Session


class FormPresenter:
    """One record at a time; owned by a screen's presenter."""

    def __init__(self, view: View, context: Context, initiator: str) -> None:
        self._view = view
        self._context = context
        self._initiator = initiator
        self._record = ""
        self._kind = ""
        self._about = ""
        self._session: Session | None = None
        self._sections: tuple[Section, ...] = ()
        self._place = 0
        self._completed: frozenset[str] = frozenset()
        self._typing: dict[str, str] = {}
        """Text by path that is not an answer yet."""
        self._opening: dict[str, str | None] = {}
        """What the form fills in by itself when a record is new; goes with the first answer."""
        self._refused: dict[str, dict[str, str | None]] = {}
        """Answers by field that the vault has not taken, by record."""
        self._pause = Debounce(context.timers, PAUSE_MS, self._save_drafts)
        self._idle = Debounce(context.timers, IDLE_MS, self.leave)
        self._again = Debounce(context.timers, AGAIN_MS, self._write_again)
        self.moving = moving.Moving(view, context, initiator, self._read)

    # Opening

    def open(self, record: str, kind: str) -> None:
        """Show the form of a record, with what was being typed when the program last stopped."""
        if record == self._record:
            return
        self.leave()
        self._record, self._kind, self._session, self._place = record, kind, None, 0
        self._read()

    def reload(self) -> None:
        """Read the answers again, because somebody else's came in; typing under way goes on."""
        if self._record and not self._typing:
            self._read()

    def clear(self) -> None:
        self.leave()
        self._record, self._session = "", None
        self._view.show_nothing()

    def _read(self) -> None:
        record, kind, language = self._record, self._kind, self._context.language
        self._context.jobs.on_vault(
            lambda vault: _opened(vault, record, kind),
            lambda found: self._compile(found, language),
            self._not_opened,
        )

    def _compile(self, found: _Found | None, language: str) -> None:
        if found is None or found.record.id != self._record:
            return
        fields = {name: value for name, value in found.record.fields.items() if name.startswith("/")}

        def ready() -> _Ready:
            return _Ready(found, Session(_load(found.xml), fields, language=language))

        self._context.jobs.aside(ready, self._show, self._not_opened)

    def _show(self, ready: _Ready) -> None:
        view, session = ready.found.record, ready.session
        if view.id != self._record:
            return
        self._session = session
        self._about = view.id if view.kind == Kind.VISIT else view.parent
        names = (name for name, value in view.fields.items() if value == capture.TRUE)
        self._completed = frozenset(
            name.removeprefix(COMPLETED) for name in names if name.startswith(COMPLETED)
        )
        self._opening = dict(session.opening.fields)
        self._show_section()
        self._recover(ready.found.drafts)
        self.moving.begin(view.id, session, newer=ready.found.newer)

    def _recover(self, drafts: list[Draft]) -> None:
        for draft in drafts:
            self._typing[draft.key.field] = draft.value
            self._view.show_typed(draft.key.field, draft.value)
        begun = min((draft.begun for draft in drafts), default=None)
        words = _("Unfinished work from {time}").format(time=clock_time(begun)) if begun else ""
        self._view.show_recovered(words)

    def _not_opened(self, problem: Problem) -> None:
        self._view.show_refused(problem.sentence)

    # Sections

    def go_to_section(self, place: int) -> None:
        self.leave()
        if self._session is not None and 0 <= place < len(self._sections):
            self._place = place
            self._show_section()

    def step(self, by: int) -> None:
        """Go to the next section that applies, in one direction."""
        places = [place for place, part_ in enumerate(self._parts()) if part_.relevant]
        wanted = [place for place in places if (place - self._place) * by > 0]
        if wanted:
            self.go_to_section(min(wanted, key=lambda place: abs(place - self._place)))

    def say_completed(self, completed: bool) -> None:
        """Check the section and note that it is completed, or that it is not yet."""
        self.leave()
        session = self._session
        if session is None:
            return
        section = self._sections[self._place]
        here = {entry.path for entry in section.entries}
        found = (
            [(one.path, one.sentence) for one in session.problems() if one.path in here] if completed else []
        )
        self._view.show_problems(found)
        if found:
            return
        name = section_name(section.path, self._place)
        self._completed = self._completed | {name} if completed else self._completed - {name}
        values: dict[str, str | None] = {COMPLETED + name: capture.TRUE if completed else None}
        if completed:
            values.update({path: value or None for path, value in session.calculated().items()})
        self._write(values, [])
        self._show_parts()

    def _show_section(self) -> None:
        session = self._session
        if session is None:
            return
        self._sections = session.sections()
        self._place = min(self._place, max(0, len(self._sections) - 1))
        entries = self._sections[self._place].entries if self._sections else ()
        self._view.show_section(self._parts(), [self._line(entry) for entry in entries])
        self._show_parts()

    def _show_parts(self) -> None:
        if self._session is not None:
            self._view.show_parts(self._parts(), self._place, self._session.progress())

    def _parts(self) -> list[Part]:
        session = self._session
        return (
            [part(session, place, self._completed) for place in range(len(self._sections))] if session else []
        )

    def _line(self, entry: Entry) -> Question:
        session = self._session
        assert session is not None  # noqa: S101 - only called with one
        if entry.kind == "repeat":
            return Question(entry.path, ADD, entry.label, readonly=entry.element.fixed, depth=entry.depth)
        if entry.kind == "row":
            return Question(entry.path, ROW, entry.label, readonly=entry.element.fixed, depth=entry.depth)
        if entry.kind != "question":
            relevant = session.state(entry.path).relevant if entry.path else True
            return Question(entry.path, GROUP, entry.label, relevant=relevant, depth=entry.depth)
        return self._worded(question(entry, session.state(entry.path)))

    def _worded(self, asked: Question) -> Question:
        return asked._replace(value=to_words(asked.kind, asked.value))

    # Answers

    def typed(self, path: str, text: str) -> None:
        """Keep typing as a draft; it is checked when the person leaves the field."""
        self._typing[path] = text
        self._pause.ask()
        self._idle.ask()

    def left(self, path: str) -> None:
        """Take what was typed in a field as its answer, because the person left it."""
        if path in self._typing:
            self._answer_typed([path])

    def choose(self, path: str, value: str) -> None:
        """Take a choice, or several with a space between, or "" for none."""
        session = self._session
        if session is not None:
            self._answered(session.answer(path, value or None), [])

    def add_row(self, repeat: str) -> None:
        if self._session is not None:
            self._answered(self._session.add_row(repeat), [])

    def remove_row(self, row: str) -> None:
        if self._session is not None:
            self._answered(self._session.remove_row(row), [])

    def leave(self) -> None:
        """Make answers of everything typed."""
        self._view.commit_input()
        self._answer_typed(list(self._typing))

    def _answer_typed(self, paths: Sequence[str]) -> None:
        session = self._session
        if session is None or not paths:
            return
        kinds = {entry.path: entry.element.type for section in self._sections for entry in section.entries}
        for path in paths:
            text, kind = self._typing.pop(path), kinds.get(path, "string")
            changed = session.answer(path, to_lexical(kind, text, months()))
            self._answered(changed, [DraftKey(self._record, path)])
            problem = None if readable(kind, text, months()) else session.state(path).problem
            self._view.show_field_problem(path, problem.sentence if problem else "")
        if not self._typing:
            self._pause.drop()
            self._idle.drop()

    def _answered(self, changed: Changed, promote: Sequence[DraftKey]) -> None:
        self._write(changed.fields, promote)
        if changed.rows:
            self._show_section()
            return
        session = self._session
        assert session is not None  # noqa: S101 - it just answered
        here = {entry.path: entry for entry in self._sections[self._place].entries}
        for path in changed.nodes:
            entry = here.get(path)
            if entry is not None and path not in self._typing:
                self._view.update_question(self._line(entry))
        self._show_parts()

    def _save_drafts(self) -> None:
        now, key = self._context.clock(), self._record
        drafts = [
            Draft(DraftKey(key, path), self._about, self._kind, text, now, now)
            for path, text in self._typing.items()
        ]
        if not drafts:
            return

        def save(vault: Vault) -> None:
            for draft in drafts:
                vault.save_draft(draft)

        self._context.saving.saving()
        self._context.jobs.on_vault(save, lambda _nothing: self._context.saving.saved(), self._draft_failed)

    def _draft_failed(self, problem: Problem) -> None:
        self._context.saving.failed(problem)
        self._pause.ask()

    def _write(self, fields: Mapping[str, str | None], promote: Sequence[DraftKey]) -> None:
        values = self._opening | dict(fields)
        self._opening = {}
        if values:
            self._write_for(self._record, values, promote)

    def _write_for(self, record: str, fields: Mapping[str, str | None], promote: Sequence[DraftKey]) -> None:
        values = self._refused.pop(record, {}) | dict(fields)
        now, who, keys = self._context.clock(), self._initiator, list(promote)

        def failed(problem: Problem) -> None:
            self._refused[record] = values | self._refused.get(record, {})
            self._again.ask()
            self._context.saving.failed(problem)

        self._context.saving.saving()
        self._context.jobs.on_vault(
            lambda vault: capture.answer(vault, record, values, happened=now, promote=keys, initiator=who),
            lambda _changes: self._context.saving.saved(),
            failed,
        )

    def _write_again(self) -> None:
        for record in list(self._refused):
            self._write_for(record, {}, [])


def _opened(vault: Vault, record: str, kind: str) -> _Found | None:
    view = vault.record(record)
    if view is None:
        return None
    named = view.get("form")
    xml = instruments.form_of(vault, view) if named else instruments.form_xml(vault, view.inspection, kind)
    drafts = [one for one in vault.drafts() if one.key.record == record and one.key.field.startswith("/")]
    return _Found(view, xml, drafts, newer=bool(named and versions.newer_form(vault, view)))
