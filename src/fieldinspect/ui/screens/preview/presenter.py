"""The summary of a visit: first to look at, then issued as a numbered copy."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.analysis.identifiers import Kind
from fieldinspect.domain.summary import Recipient
from fieldinspect.domain.views import Changes
from fieldinspect.files import atomic_write
from fieldinspect.i18n import _
from fieldinspect.services import printing
from fieldinspect.services.reference import forces
from fieldinspect.ui.context import Context, PageImage, Place
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.analysis.summary import Refusal
    from fieldinspect.services.ports import Vault

ENGLISH, BILINGUAL = ("en",), ("en", "cy")
"""The languages that a force is written to in."""
_SCALE = 1.5
"""Pixels for each 72nd of an inch: a page is then about 890 pixels wide."""


class ToConfirm(NamedTuple):
    """A text that was refused: why, and which of its words might be names."""

    text: str
    sentences: tuple[str, ...]
    words: tuple[str, ...]


class View(Protocol):
    """What the presenter says to the screen."""

    def show_working(self, working: bool) -> None: ...

    def show_pages(self, pages: Sequence[PageImage], copy: int) -> None: ...

    def show_refused(self, sentence: str) -> None: ...

    def show_to_reword(self, texts: Sequence[ToConfirm]) -> None:
        """Show what could tell who is meant, with the words that may be said to be nobody's name."""
        ...

    def show_saved(self, sentence: str) -> None: ...

    def offer(self, languages: Sequence[str], language: str) -> None:
        """Offer these languages and choose one."""
        ...


class PreviewPresenter:
    """Looking issues nothing; saving issues one copy and logs it in the vault."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._visit = ""
        self._language = "en"
        self._recipient = Recipient.FORCE_CONTACT
        self._confirmed: frozenset[str] = frozenset()
        self._asked = 0

    def enter(self, place: Place) -> None:
        if place.record and place.record != self._visit:
            self._visit, self._confirmed = place.record, frozenset()
        visit = self._visit
        self._context.jobs.on_vault(lambda vault: _is_bilingual(vault, visit), self._begin)

    def leave(self) -> None:
        """Leave nothing behind."""

    def changed(self, _changes: Changes) -> None:
        """Keep showing what was made; the person looks again when they want to."""

    def _begin(self, bilingual: bool) -> None:
        """Look at the page in the person's language, if the force is one that is written to in it."""
        languages = BILINGUAL if bilingual else ENGLISH
        self._language = self._context.language if self._context.language in languages else "en"
        self._recipient = Recipient.FORCE_CONTACT
        self._view.offer(languages, self._language)
        self._preview()

    def choose_language(self, language: str) -> None:
        self._language = language
        self._preview()

    def choose_recipient(self, recipient: str) -> None:
        self._recipient = Recipient(recipient)
        self._preview()

    def confirm(self, words: Collection[str]) -> None:
        """Say that these capitalised words are nobody's name; kept as long as this visit's summary is in hand."""
        self._confirmed |= frozenset(words)
        self._preview()

    def back(self) -> None:
        self._context.go(Place("visit", self._visit))

    def issue(self, path: Path) -> None:
        """Issue one copy into a file: logged first, so that no copy is out that the vault does not know."""
        visit, make = self._visit, self._copy()
        now, render = self._context.clock(), self._context.render

        def work(vault: Vault) -> int:
            copy = make(printing.next_copy(vault, visit))
            printed = printing.issue_summary(vault, render, visit, copy, happened=now)
            atomic_write(path, printed.pdf)
            return copy.number

        self._view.show_working(True)
        self._context.jobs.on_vault(work, self._issued, self._refused)

    def _preview(self) -> None:
        visit, make, render = self._visit, self._copy(), self._context.render
        self._asked += 1
        asked = self._asked

        def work(vault: Vault) -> tuple[bytes, int] | printing.ToReword:
            copy = make(printing.next_copy(vault, visit))
            try:
                return printing.preview_summary(vault, render, visit, copy).pdf, copy.number
            except printing.ToReword as refused:
                return refused

        self._view.show_working(True)
        self._context.jobs.on_vault(work, lambda made: self._made(asked, made), self._refused)

    def _copy(self) -> Callable[[int], printing.Copy]:
        """Return how a copy of this number is made with the choices of now."""
        today, language = self._context.clock().date(), self._language
        recipient, confirmed = self._recipient, self._confirmed
        return lambda number: printing.Copy(today, number, language, recipient, confirmed)

    def _made(self, asked: int, made: tuple[bytes, int] | printing.ToReword) -> None:
        if isinstance(made, printing.ToReword):
            if asked == self._asked:
                self._view.show_working(False)
                self._view.show_to_reword([_to_confirm(refusal) for refusal in made.refusals])
            return
        pdf, copy = made
        images = self._context.page_images
        self._context.jobs.aside(
            lambda: images(pdf, _SCALE), lambda pages: self._show(asked, pages, copy), self._refused
        )

    def _show(self, asked: int, pages: Sequence[PageImage], copy: int) -> None:
        if asked == self._asked:  # a choice made meanwhile asked again
            self._view.show_working(False)
            self._view.show_pages(pages, copy)

    def _issued(self, copy: int) -> None:
        self._view.show_working(False)
        self._view.show_saved(_("Copy {number} is saved and logged").format(number=copy))
        self._preview()

    def _refused(self, problem: Problem) -> None:
        self._view.show_working(False)
        self._view.show_refused(problem.sentence)


def _to_confirm(refusal: Refusal) -> ToConfirm:
    words = [
        refusal.text[found.start : found.end].removesuffix("'s").removesuffix("’s")
        for found in refusal.findings
        if found.kind is Kind.POSSIBLE_NAME
    ]
    sentences = tuple(found.sentence for found in refusal.findings)
    return ToConfirm(refusal.text, sentences, tuple(dict.fromkeys(words)))


def _is_bilingual(vault: Vault, visit: str) -> bool:
    view = vault.record(visit)
    force = forces().get(view.get("force")) if view else None
    return force is not None and force.bilingual
