"""Instant capture: what is typed is a draft within half a second and an entry when the person moves on.

1. The time of a note is the time of its first character.
2. 400 ms after the last key the draft is written; leaving, lock, quit or 30 idle seconds make it an entry.
3. Leaving makes room for the next note; what is typed on after 30 idle seconds goes on as changes of that entry.
   A note is never in the composer and in the timeline at once.
4. Text leaves the composer when the note is ended; if the vault then refuses it, it comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Draft, DraftKey, TimelineItem
from fieldinspect.i18n import _
from fieldinspect.services import capture, reading
from fieldinspect.ui.context import Context
from fieldinspect.ui.jobs.debounce import Debounce
from fieldinspect.ui.jobs.port import Problem
from fieldinspect.ui.screens.visit.grammar import KINDS, Written, parse
from fieldinspect.ui.text import clock_time

if TYPE_CHECKING:
    from fieldinspect.services.ports import Vault

PAUSE_MS = 400
IDLE_MS = 30_000
AGAIN_MS = 5_000
FIELD = "text"
CORRECTION = "correction"
"""Kind of a draft that changes a note which is in the journal already."""


class View(Protocol):
    """The composer as the presenter sees it."""

    def show_text(self, text: str) -> None: ...

    def show_kind(self, kind: str) -> None: ...

    def hold_back(self, record: str) -> None:
        """Leave a note out of the timeline while it stands in the composer, or none for ""."""
        ...

    def show_recovered(self, sentence: str) -> None:
        """Say that unfinished work came back, or "" when there is none."""
        ...

    def show_correcting(self, sentence: str) -> None:
        """Say which note is being corrected and ask why, or "" to go back to a new note."""
        ...

    def ask_reason(self, sentence: str) -> None:
        """Say that a correction needs its reason."""
        ...


@dataclass
class _Note:
    record: str
    begun: datetime
    written: str | None = None
    """The typed text as it stands in the journal; None while there is no entry."""
    kind: str = ""
    correcting: bool = False
    on_its_way: int = 0
    waiting: list[Callable[[], None]] = field(default_factory=list)
    """Who wants to know when what is on its way has arrived."""

    @property
    def key(self) -> DraftKey:
        return DraftKey(self.record, FIELD)


class Composer:
    """One note at a time; owned by the visit's presenter."""

    def __init__(self, view: View, context: Context, initiator: str) -> None:
        self._view = view
        self._context = context
        self._initiator = initiator
        self._visit = ""
        self._note: _Note | None = None
        self._text = ""
        self._kind = KINDS[0]
        self._pause = Debounce(context.timers, PAUSE_MS, self._save_draft)
        self._idle = Debounce(context.timers, IDLE_MS, self.promote)
        self._again = Debounce(context.timers, AGAIN_MS, self._save_draft)

    @property
    def record(self) -> str:
        """The id of the note in the composer, or "" ."""
        return self._note.record if self._note else ""

    @property
    def text(self) -> str:
        """What is in the composer, as typed."""
        return self._text

    def open(self, visit: str, drafts: list[Draft]) -> None:
        """Begin on a visit, with the note that was unfinished when the program last stopped, if there is one."""
        self._visit = visit
        self._note, self._text = None, ""
        kinds = (Kind.NOTE, CORRECTION)
        notes = [draft for draft in drafts if draft.kind in kinds and draft.key.field == FIELD]
        self._view.show_correcting("")
        self._view.hold_back("")
        if not notes:
            self._view.show_text("")
            self._view.show_recovered("")
            return
        draft = max(notes, key=lambda found: found.saved)
        self._text = draft.value
        self._note = _Note(draft.key.record, draft.begun, correcting=draft.kind == CORRECTION)
        self._view.show_text(draft.value)
        if self._note.correcting:
            self._say_correcting(draft.begun)
        self._view.show_recovered(_("Unfinished work from {time}").format(time=clock_time(draft.begun)))

    def resume(self, record: str, text: str) -> None:
        """Go on with a note that locking made an entry, unless it was changed since or another is begun."""
        self._context.jobs.on_vault(
            lambda vault: reading.timeline_item(vault, record), lambda item: self._resumed(item, text)
        )

    def _resumed(self, item: TimelineItem | None, text: str) -> None:
        gone = item is None or item.withdrawn or parse(text).text != item.text
        if item is None or gone or self._note is not None:
            return
        kind = item.written_kind or KINDS[0]
        self._note = _Note(item.id, item.happened, written=text, kind=kind)
        self._text = text
        self._view.hold_back(item.id)
        self._view.show_text(text)
        self.choose_kind(kind)

    def typed(self, text: str) -> None:
        if text == self._text:
            return
        self._text = text
        if self._note is None:
            if not text.strip():
                return
            self._note = _Note(self._context.new_record(), self._context.clock())
        self._view.show_recovered("")
        if text.strip():
            self._pause.ask()
            self._idle.ask()
        elif self._note.correcting:
            self._stop_waiting()  # the old words stand until there are new ones
        else:
            self._emptied()

    def choose_kind(self, kind: str) -> None:
        self._kind = kind
        self._view.show_kind(kind)

    def next_kind(self) -> None:
        self.choose_kind(KINDS[(KINDS.index(self._kind) + 1) % len(KINDS)])

    def end(self, reason: str = "") -> None:
        """End the note: it becomes an entry and the composer is empty for the next."""
        note, text = self._note, self._text
        if note is None or not parse(text).text:
            return
        if note.correcting and not reason.strip():
            self._view.ask_reason(_("Enter why you are correcting it"))
            return
        self._stop_waiting()
        self._note, self._text = None, ""
        kind = self._kind
        self._make_room()
        self._view.show_correcting("")
        self._write(note, text, kind, reason, lambda: None, lambda: self._bring_back(note, text, kind))

    def promote(self) -> None:
        """Make an entry of what is in the composer and keep it there; a correction waits for its reason."""
        self._promote(lambda: None)

    def leave(self) -> None:
        """Make an entry and, once it is safe, make room for the next; a correction waits for its reason."""
        note, text = self._note, self._text

        def safe() -> None:
            if note is not None and note is self._note and text == self._text:  # nobody typed on meanwhile
                self._note, self._text = None, ""
                self._make_room()

        self._promote(safe)

    def _promote(self, safe: Callable[[], None]) -> None:
        note, text = self._note, self._text
        if note is None:
            return
        if note.correcting or not parse(text).text:
            self._pause.flush()
            self._again.flush()
            return
        self._stop_waiting()
        self._view.hold_back(note.record)
        self._write(note, text, self._kind, "", safe, self._again.ask)

    def _make_room(self) -> None:
        self._view.show_text("")
        self._view.hold_back("")
        self.choose_kind(KINDS[0])

    def correct(self, item: TimelineItem) -> None:
        """Take a note back into the composer, to correct it."""
        if self._note is not None:
            self.end()
        self._note = _Note(item.id, item.happened, item.text, correcting=True)
        self._text = item.text
        self._view.show_text(item.text)
        self._say_correcting(item.happened)

    def give_up_correction(self) -> None:
        """Leave the note as it was."""
        if self._note is not None and self._note.correcting:
            self._emptied()
            self._view.show_text("")
            self._view.show_correcting("")

    def _say_correcting(self, begun: datetime) -> None:
        self._view.show_correcting(_("Correcting the note of {time}").format(time=clock_time(begun)))

    def _save_draft(self) -> None:
        note, text = self._note, self._text
        if note is None or not text.strip():
            return
        kind = CORRECTION if note.correcting else Kind.NOTE
        draft = Draft(note.key, self._visit, kind, text, note.begun, self._context.clock())
        self._context.saving.saving()
        self._context.jobs.on_vault(
            lambda vault: vault.save_draft(draft),
            lambda _nothing: self._context.saving.saved(),
            self._draft_failed,
        )

    def _draft_failed(self, problem: Problem) -> None:
        self._context.saving.failed(problem)
        self._again.ask()

    def _emptied(self) -> None:
        """Nothing is left of the note: forget its draft. What became an entry stays in the journal."""
        note, self._note, self._text = self._note, None, ""
        self._stop_waiting()
        self._view.hold_back("")
        if note is not None:
            key = note.key
            self._context.jobs.on_vault(lambda vault: vault.drop_draft(key), lambda _nothing: None)

    def _write(
        self,
        note: _Note,
        text: str,
        kind: str,
        reason: str,
        done: Callable[[], None],
        failed: Callable[[], None],
    ) -> None:
        if text == note.written:
            note.waiting.append(done)
            if not note.on_its_way:
                _arrived(note)
            return
        before, note.written = note.written, text
        note.on_its_way += 1
        work = self._work(note, parse(text), kind, reason, before)

        def told(problem: Problem) -> None:
            note.written = before
            note.on_its_way -= 1
            note.waiting.clear()
            self._context.saving.failed(problem)
            failed()

        def written(_result: object) -> None:
            note.on_its_way -= 1
            self._context.saving.saved()
            done()
            _arrived(note)

        self._context.saving.saving()
        self._context.jobs.on_vault(work, written, told)

    def _work(
        self, note: _Note, said: Written, kind: str, reason: str, before: str | None
    ) -> Callable[[Vault], object]:
        visit, who, now = self._visit, self._initiator, self._context.clock()
        key, kind = note.key, said.kind or kind
        if note.correcting:
            return lambda vault: capture.correct(
                vault, key.record, FIELD, said.text, reason=reason, happened=now, promote=[key], initiator=who
            )
        if before is None:
            note.kind = kind
            return lambda vault: capture.add_note(
                vault,
                visit,
                said.text,
                happened=note.begun,
                written_kind=kind,
                verbatim=said.verbatim,
                flagged=said.flagged,
                promote=key,
                record=key.record,
                initiator=who,
            )
        values = {FIELD: said.text} | ({"written_kind": kind} if kind != note.kind else {})
        note.kind = kind
        return lambda vault: capture.answer(
            vault, key.record, values, happened=now, promote=[key], initiator=who
        )

    def _bring_back(self, note: _Note, text: str, kind: str) -> None:
        """Put refused text back, in front of whatever has been typed since."""
        later = self._note
        if later is not None:
            text = f"{text}\n{self._text}"
            key = later.key
            self._context.jobs.on_vault(lambda vault: vault.drop_draft(key), lambda _nothing: None)
        self._note, self._text = note, text
        self._view.show_text(text)
        self.choose_kind(kind)
        self._again.ask()

    def _stop_waiting(self) -> None:
        for wait in (self._pause, self._idle, self._again):
            wait.drop()


def _arrived(note: _Note) -> None:
    waiting, note.waiting = note.waiting, []
    for done in waiting:
        done()
