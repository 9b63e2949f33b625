"""The summary of a visit: first to look at, then issued as a numbered copy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from fieldinspect.domain.summary import Recipient
from fieldinspect.domain.views import Changes
from fieldinspect.files import atomic_write
from fieldinspect.i18n import _
from fieldinspect.services import printing
from fieldinspect.services.reference import forces
from fieldinspect.ui.context import Context, PageImage, Place
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import Vault

_SCALE = 1.5
"""Pixels for each 72nd of an inch: a page is then about 890 pixels wide."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_working(self, working: bool) -> None: ...

    def show_pages(self, pages: Sequence[PageImage], copy: int) -> None: ...

    def show_refused(self, sentence: str) -> None: ...

    def show_saved(self, sentence: str) -> None: ...

    def suggest(self, language: str) -> None: ...


class PreviewPresenter:
    """Looking issues nothing; saving issues one copy and logs it in the vault."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._visit = ""
        self._language = "en"
        self._recipient = Recipient.FORCE_CONTACT
        self._asked = 0

    def enter(self, place: Place) -> None:
        self._visit = visit = place.record or self._visit
        self._context.jobs.on_vault(lambda vault: _is_bilingual(vault, visit), self._begin)

    def leave(self) -> None:
        """Leave nothing behind."""

    def changed(self, _changes: Changes) -> None:
        """Keep showing what was made; the person looks again when they want to."""

    def _begin(self, bilingual: bool) -> None:
        """Look at the page in the person's language, if the force is one that is written to in it."""
        self._language = self._context.language if bilingual else "en"
        self._recipient = Recipient.FORCE_CONTACT
        self._view.suggest(self._language)
        self._preview()

    def choose_language(self, language: str) -> None:
        self._language = language
        self._preview()

    def choose_recipient(self, recipient: str) -> None:
        self._recipient = Recipient(recipient)
        self._preview()

    def back(self) -> None:
        self._context.go(Place("visit", self._visit))

    def issue(self, path: Path) -> None:
        """Issue one copy into a file: logged first, so that no copy is out that the vault does not know."""
        visit, language, recipient = self._visit, self._language, self._recipient
        now, render = self._context.clock(), self._context.render

        def work(vault: Vault) -> int:
            copy = printing.Copy(now.date(), printing.next_copy(vault, visit), language, recipient)
            printed = printing.issue_summary(vault, render, visit, copy, happened=now)
            atomic_write(path, printed.pdf)
            return copy.number

        self._view.show_working(True)
        self._context.jobs.on_vault(work, self._issued, self._refused)

    def _preview(self) -> None:
        visit, language, recipient = self._visit, self._language, self._recipient
        now, render = self._context.clock(), self._context.render
        self._asked += 1
        asked = self._asked

        def work(vault: Vault) -> tuple[bytes, int]:
            copy = printing.Copy(now.date(), printing.next_copy(vault, visit), language, recipient)
            return printing.preview_summary(vault, render, visit, copy).pdf, copy.number

        self._view.show_working(True)
        self._context.jobs.on_vault(work, lambda made: self._made(asked, *made), self._refused)

    def _made(self, asked: int, pdf: bytes, copy: int) -> None:
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


def _is_bilingual(vault: Vault, visit: str) -> bool:
    view = vault.record(visit)
    force = forces().get(view.get("force")) if view else None
    return force is not None and force.bilingual
