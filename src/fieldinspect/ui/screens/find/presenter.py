"""Words, and where they were written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Changes, SearchHit
from fieldinspect.services.audit import ConsultationLog
from fieldinspect.services.finding import find
from fieldinspect.services.streams import STREAMS
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.debounce import Debounce

_PAUSE_MS = 150
LIMIT = 100


class View(Protocol):
    """What the presenter says to the screen."""

    def show_hits(self, hits: Sequence[SearchHit], words: str) -> None: ...


class FindPresenter:
    """Searches as the person types; an answer that comes too late is dropped."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._log = ConsultationLog()
        self._words = ""
        self._hits: dict[str, SearchHit] = {}
        self._pause = Debounce(context.timers, _PAUSE_MS, self._search)

    def enter(self, _place: Place) -> None:
        self._search()

    def leave(self) -> None:
        self._pause.drop()

    def changed(self, _changes: Changes) -> None:
        """Leave the hits as they are; the person searches again when they want to."""

    def typed(self, words: str) -> None:
        self._words = words
        self._pause.ask()

    def open_hit(self, record: str) -> None:
        hit = self._hits.get(record)
        if hit is None:
            return
        if hit.kind == Kind.INTERVIEW:
            self._context.go(Place("interview", hit.record))
        elif hit.kind in STREAMS:
            self._context.go(Place("record", hit.record))
        elif hit.visit:
            self._context.go(Place("visit", hit.visit))

    def _search(self) -> None:
        words = self._words.strip()
        if not words:
            self._found(words, [])
            return
        log, now = self._log, self._context.clock()
        self._context.jobs.on_vault(
            lambda vault: find(vault, words, log, happened=now, limit=LIMIT),
            lambda hits: self._found(words, hits),
        )

    def _found(self, words: str, hits: Sequence[SearchHit]) -> None:
        if words == self._words.strip():
            self._hits = {hit.record: hit for hit in hits}
            self._view.show_hits(hits, words)
