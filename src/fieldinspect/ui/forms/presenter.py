"""Answers to the form of one record.

1. Typing is a draft after 400 ms and an answer on leaving the field, lock, quit or 30 idle seconds.
2. A choice is an answer at once.
3. An answer the vault refuses stays on screen and goes again (see writing).
4. Nothing is called wrong while the person works, save what cannot be read at all; the rest is said when they say
   that the section is completed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Changes, Draft, DraftKey
from fieldinspect.forms import Changed, Entry, Section, Session
from fieldinspect.i18n import _
from fieldinspect.ui.context import Context
from fieldinspect.ui.forms import (
    attaching,
    completing,
    history,
    laying,
    moving,
    repeating,
    restoring,
    reviewing,
)
from fieldinspect.ui.forms.counting import Count
from fieldinspect.ui.forms.drafting import Drafts
from fieldinspect.ui.forms.lexical import readable, to_lexical
from fieldinspect.ui.forms.opening import Found, Ready, find, make_ready, remember_digits
from fieldinspect.ui.forms.questions import (
    FIND_MANY,
    FIND_ONE,
    MOST_LETTERS,
    Part,
    Question,
    out_of_range,
    too_long,
)
from fieldinspect.ui.forms.writing import Writer
from fieldinspect.ui.jobs.port import Jobs, Problem
from fieldinspect.ui.text import clock_time, months


class View(
    moving.View,
    reviewing.View,
    history.View,
    repeating.View,
    restoring.View,
    completing.View,
    Protocol,
):
    """The form as the presenter sees it."""

    def show_nothing(self) -> None: ...

    def show_refused(self, sentence: str) -> None:
        """Say why there is no form."""
        ...

    def take_pictures(self, files: Mapping[str, bytes], jobs: Jobs) -> None:
        """Have the pictures of the form; `jobs` is where they are decoded."""
        ...

    def show_section(self, parts: Sequence[Part], lines: laying.Lines) -> None: ...

    def show_parts(self, parts: Sequence[Part], place: int, progress: tuple[int, int]) -> None: ...

    def update_question(self, question: Question) -> None: ...

    def show_typed(self, path: str, text: str) -> None:
        """Put recovered typing into a field."""
        ...

    def show_digits(self, on: bool) -> None:
        """Let digits answer, or not, as the person chose last."""
        ...

    def show_field_problem(self, path: str, sentence: str) -> None: ...

    def show_recovered(self, sentence: str, path: str) -> None:
        """Say that work is unfinished, and offer the way to it."""
        ...

    def commit_input(self) -> None: ...


class FormPresenter:
    """One record at a time; owned by a screen's presenter."""

    def __init__(
        self, view: View, context: Context, initiator: str, find: Callable[..., Found | None] = find
    ) -> None:
        """`find` reads a record with its form; a preview has its own."""
        self._view = view
        self._context = context
        self._initiator = initiator
        self._find = find
        self._record = ""
        self._kind = ""
        self._about = ""
        self._version = ""
        """The form's, as the record names it."""
        self._session: Session | None = None
        self._count: Count | None = None
        self._lines: laying.Lines | None = None
        """The section in front."""
        self._place = 0
        self._opening: dict[str, str | None] = {}
        """What the form fills in by itself when a record is new; goes with the first answer."""
        self._writer = Writer(context, initiator)
        self._drafts = Drafts(context, self.leave)
        self._behind = False
        """Something came in from elsewhere while the person typed."""
        self.repeats = repeating.Repeats(view, self)
        self.restoring = restoring.Restoring(view, self)
        self.completing = completing.Completing(view, self, self._drafts)
        self.moving = moving.Moving(view, context, initiator, self._moved)
        self.reviewing = reviewing.Reviewing(view, context, initiator)
        self.history = history.History(view, context)

    # Opening

    def open(self, record: str, kind: str) -> None:
        """Show the form of a record, with what was being typed when the program last stopped."""
        if record == self._record:
            return
        self.leave()
        self._record, self._kind, self._session, self._place = record, kind, None, 0
        self._count, self._lines = None, None
        self._drafts.forget()
        self._behind = False
        self.repeats.forget()
        self.completing.forget()
        self._read()

    def changed(self, changes: Changes) -> None:
        """Take in what was committed elsewhere: answers to this record, or comments, which are records of their own."""
        if not self._record or changes.initiator == self._initiator:
            return
        if self._record in changes.records:
            self.reload()
        elif self._session is not None:
            self.reviewing.reload()

    def reload(self) -> None:
        """Read answers and comments again, because somebody else's came in.

        Typing under way goes on: comments are shown beside it, the answers once it is an answer itself.
        """
        if self._drafts.under_way:
            self._behind = True
            self.reviewing.reload()
        elif self._record:
            self._read()

    def speak(self, language: str) -> None:
        """Ask in another of the form's languages, given by its name or code."""
        self.leave()
        if self._session is not None:
            self._session.set_language(language)
            self._count = None
            self.show_section()

    def clear(self) -> None:
        self.leave()
        self._record, self._session, self._count, self._lines = "", None, None, None
        self._view.show_nothing()

    def _moved(self) -> None:
        self._context.tell(_("This record now has the newer version of its form."))
        self._read()

    def _read(self) -> None:
        record, kind, language, read = self._record, self._kind, self._context.language, self._find
        self._context.jobs.on_vault(
            lambda vault: read(vault, record, kind),
            lambda found: self._compile(found, language),
            self._not_opened,
        )

    def _compile(self, found: Found | None, language: str) -> None:
        if found is None or found.record.id != self._record:
            return
        self._context.jobs.aside(lambda: make_ready(found, language), self._show, self._not_opened)

    def _show(self, ready: Ready) -> None:
        view, session = ready.found.record, ready.session
        if view.id != self._record:
            return
        if self._session is not None and self._drafts.under_way:  # it began while the answers were read
            self._behind = True
            self.reviewing.reload()
            return
        self._session, self._count = session, None
        self._about = view.id if view.kind == Kind.VISIT else view.parent
        self.completing.begin(view.fields)
        if view.get("form") != self._version:  # what the form refused, a newer one may take
            self._version = view.get("form")
            self._drafts.refused.clear()
        self._opening = dict(session.opening.fields)
        self._view.take_pictures(ready.found.pictures, self._context.jobs)
        self._drafts.begin(view.id, self._kind, self._about)
        self._count = Count(session)
        self._drafts.recover(ready.found.drafts, self._is_list)
        self._view.show_digits(ready.found.digits)
        self.show_section()
        self._tell_recovered(ready.found.drafts)
        self.restoring.begin(view.fields)
        self.history.begin(view.id, session)
        self.moving.begin(view.id, session, newer=ready.found.newer)
        self.reviewing.begin(view.id, session, ready.found.comments, view.get("returned"))

    def _is_list(self, path: str) -> bool:
        """Tell whether a question is answered by finding a choice in a long list."""
        entry = self._entry(path)
        if entry is None or self._session is None:
            return False
        return laying.line(self._session, entry).control in (FIND_ONE, FIND_MANY)

    def _entry(self, path: str) -> Entry | None:
        return self._count.entries.get(path) if self._count is not None else None

    def _tell_recovered(self, drafts: list[Draft]) -> None:
        begun = min((draft.begun for draft in drafts), default=None)
        fields = {draft.key.field for draft in drafts}
        first = next((path for path in self._count.entries if path in fields), "") if self._count else ""
        words = _("Unfinished work from {time}").format(time=clock_time(begun)) if begun and first else ""
        self._view.show_recovered(words, first)

    def _not_opened(self, problem: Problem) -> None:
        self._view.show_refused(problem.sentence)

    # Sections

    def go_to_section(self, place: int) -> None:
        self.leave()
        if self._session is not None and 0 <= place < len(self.sections):
            self._place = place
            self.show_section()

    def step(self, by: int) -> None:
        """Go to the next section that applies, in one direction."""
        places = [place for place, part_ in enumerate(self._parts()) if part_.relevant]
        wanted = [place for place in places if (place - self._place) * by > 0]
        if wanted:
            self.go_to_section(min(wanted, key=lambda place: abs(place - self._place)))

    def show_section(self) -> None:
        """Show the section in front afresh: other lines may be there now."""
        session = self._session
        if session is None:
            return
        if self._count is None:
            self._count = Count(session)
        self._place = min(self._place, max(0, len(self.sections) - 1))
        self._lines = laying.Lines(session, self.entries, self.repeats.opened)
        self._view.show_section(self._parts(), self._lines)
        for path, text in self._drafts.all.items():
            self._view.show_typed(path, text)
        for path, sentence in self._drafts.refused.items():
            self._view.show_field_problem(path, sentence)
        self.show_parts()

    def show_parts(self) -> None:
        """Show where in the form the person is, and how far it has come."""
        if self._count is not None:
            self._view.show_parts(self._parts(), self._place, self._count.progress())

    def _parts(self) -> list[Part]:
        return self._count.parts(self.completing.names) if self._count is not None else []

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The lines of the section in front, those of closed rows too."""
        sections = self.sections
        return sections[self._place].entries if self._place < len(sections) else ()

    @property
    def place(self) -> int:
        """Which section is in front."""
        return self._place

    @property
    def session(self) -> Session | None:
        """The form in hand, None while it is read."""
        return self._session

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections of the form in order."""
        return self._count.sections if self._count is not None else ()

    def go_to(self, path: str) -> None:
        """Show the question of a path, wherever it is in the form."""
        for place, section in enumerate(self.sections):
            if any(entry.path == path for entry in section.entries):
                if place != self._place:
                    self.go_to_section(place)
                self.repeats.open_above(path)
                self._view.go_to(path)
                return

    # Answers

    def typed(self, path: str, text: str) -> None:
        """Keep typing as a draft; it is checked when the person leaves the field."""
        self._drafts.typed(path, text)

    def sought(self, path: str, text: str) -> None:
        """Keep what was typed into a long list as a draft until something of it is chosen."""
        self._drafts.sought(path, text)

    def say_digits(self, on: bool) -> None:
        """Remember whether digits answer, for this person on this laptop."""
        self._context.jobs.on_vault(
            partial(remember_digits, on=on, now=self._context.clock()), lambda _nothing: None
        )

    def ask_history(self, path: str) -> None:
        """Show the earlier versions of an answer."""
        entry = self._entry(path)
        if entry is not None:
            self.leave()
            self.history.ask(path, entry.element.type)

    def left(self, path: str) -> None:
        """Take what was typed in a field as its answer, because the person left it."""
        if path in self._drafts.typing:
            self._answer_typed([path])

    def choose(self, path: str, value: str) -> None:
        """Take a choice, or several with a space between, or "" for none."""
        session = self._session
        if session is None or self.take(lambda: session.answer(path, value or None), path):
            return
        self._update({path})  # what the record has is shown, or a choice would look as if it had been kept

    def attach(self, path: str, file: str) -> None:
        """Copy a file into the vault under this record; its name is the answer."""
        record, now, who = self._record, self._context.clock(), self._initiator

        def taken(name: str) -> None:
            if record == self._record:
                self.choose(path, name)

        self._context.jobs.on_vault(
            lambda vault: attaching.attach(vault, record, Path(file), happened=now, initiator=who), taken
        )

    def leave(self) -> None:
        """Make answers of everything typed."""
        self._view.commit_input()
        self._answer_typed(list(self._drafts.typing))
        self._drafts.put_away()
        self._writer.flush()

    def _answer_typed(self, paths: Sequence[str]) -> None:
        session = self._session
        if session is None or not paths:
            return
        for path in paths:
            text = self._drafts.typing[path]
            entry = self._entry(path)
            kind = entry.element.type if entry is not None else "string"
            if not self.take(partial(_answer, session, path, text, kind), path):
                continue
            problem = None if readable(kind, text, months()) else session.state(path).problem
            sentence = problem.sentence if problem else out_of_range(session, entry)
            self._view.show_field_problem(path, sentence)
        if self._behind and not self._drafts.under_way:
            self._behind = False
            self._read()

    def take(self, act: Callable[[], Changed], path: str) -> bool:
        """Do what changes the form; False when it refuses, which is said at `path`, where typing then stays."""
        try:
            changed = act()
        except BadInput as refusal:
            self._drafts.refuse(path, str(refusal))
            self._view.show_field_problem(path, str(refusal))
            return False
        if self._drafts.refused.pop(path, ""):
            self._view.show_field_problem(path, "")
        self._answered(changed, self._drafts.take(path))
        return True

    def _answered(self, changed: Changed, promote: Sequence[DraftKey]) -> None:
        self._write(changed.fields, promote)
        if changed.rows:
            self._count = None
            self.show_section()
            return
        assert self._count is not None  # noqa: S101 - a section is shown
        self._count.again(changed.nodes)
        lists = {laying.repeat_of(row) for path in changed.nodes for row in laying.rows_above(path)}
        touched = (changed.nodes | lists) - self._drafts.typing.keys()
        self._update(touched)
        self.show_parts()

    def _update(self, paths: Iterable[str]) -> None:
        for asked in self._lines.at(paths) if self._lines is not None else ():
            self._view.update_question(asked)
            if asked.path in self._drafts.unchosen:
                self._view.show_typed(asked.path, self._drafts.unchosen[asked.path])

    def bring_back(self, row: str) -> bool:
        """Put a removed row back."""
        return self.repeats.bring_back(row)

    def write(self, fields: Mapping[str, str | None]) -> None:
        """Keep fields of the record that are no answers."""
        self._write(fields, [])

    def _write(self, fields: Mapping[str, str | None], promote: Sequence[DraftKey]) -> None:
        values = self._opening | dict(fields)
        self._opening = {}
        if values:
            self._writer.write(self._record, values, promote)


def _answer(session: Session, path: str, text: str, kind: str) -> Changed:
    if len(text) > MOST_LETTERS:
        raise BadInput(too_long())
    return session.answer(path, to_lexical(kind, text, months()))
