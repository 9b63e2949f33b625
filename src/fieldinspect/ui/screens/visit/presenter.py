"""One visit: its timeline, the composer, the records under it, and the form beside them."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from fieldinspect.domain.kinds import FORM_OF, Kind, Role
from fieldinspect.domain.views import (
    AttachmentCard,
    Changes,
    Draft,
    RecordView,
    TimelineItem,
    Version,
)
from fieldinspect.files import world_failures
from fieldinspect.i18n import _
from fieldinspect.services import capture, concerns, reading, visits
from fieldinspect.services.streams import STREAMS
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.forms.presenter import FormPresenter
from fieldinspect.ui.forms.presenter import View as FormView
from fieldinspect.ui.jobs.port import Problem
from fieldinspect.ui.screens.visit.composer import Composer
from fieldinspect.ui.screens.visit.composer import View as ComposerView
from fieldinspect.ui.text import kind_name

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault, Vault

T = TypeVar("T")

NAME = "visit"
ADDABLE = (Kind.CONTACT, Kind.OBSERVATION, Kind.DOCUMENT, Kind.TEST)
RELOAD_ABOVE = 200
"""Changes of more records than this are read as a whole timeline."""


class View(ComposerView, Protocol):
    """The workspace as the presenter sees it."""

    def show_visit(self, station: str, force: str, *, closed: bool, linked: int = 1) -> None:
        """Name the visit; `linked` is how many visits are shown as this one."""
        ...

    def show_timeline(self, items: Sequence[TimelineItem]) -> None: ...

    def merge_timeline(self, items: Sequence[TimelineItem]) -> None: ...

    def show_contacts(self, items: Sequence[TimelineItem]) -> None: ...

    def show_attachments(self, cards: Sequence[AttachmentCard]) -> None: ...

    def show_conduct(self, matters: Sequence[tuple[str, datetime]]) -> None:
        """List the conduct matters that this vault holds: record and when."""
        ...

    def show_erasable(self, erasable: bool) -> None:
        """Offer to ask for the erasure of the visit."""
        ...

    def show_no_record(self) -> None:
        """Show the details of nothing."""
        ...

    def show_concerns(self, concerns: Sequence[str]) -> None:
        """Say for as long as they last that these safeguarding concerns are open."""
        ...

    def show_record(self, item: TimelineItem, *, has_form: bool) -> None:
        """Show the details of one record beside the timeline."""
        ...

    def show_versions(self, versions: Sequence[tuple[Version, str]]) -> None:
        """Show what the text was, with the author's name for each version, oldest first."""
        ...

    def show_missing(self) -> None:
        """Say that this visit is not in the vault."""
        ...


_DESTROYING = (Kind.ERASURE, Kind.WORKING_COPY, Kind.VISIT_LINK)
"""Kinds of record with which others come or go; those are not among the records that a commit touched."""


class _Opened(NamedTuple):
    visit: RecordView | None
    items: list[TimelineItem]
    contacts: list[TimelineItem]
    attachments: list[AttachmentCard]
    drafts: list[Draft]
    conduct: list[tuple[str, datetime]]
    concerns: list[str]
    """The safeguarding concerns still open."""
    parts: tuple[str, ...] = ()
    """The visits that are shown as this one."""


class _Again(NamedTuple):
    """What to show after a commit; `gone` names what was shown and is here no more."""

    found: _Opened
    gone: frozenset[str]
    whole: bool


class VisitPresenter:
    """Owns the composer and two forms: that of the visit and that of the record in hand."""

    def __init__(self, view: View, visit_form: FormView, record_form: FormView, context: Context) -> None:
        self._view = view
        self._context = context
        self.composer = Composer(view, context, NAME)
        self.visit_form = FormPresenter(visit_form, context, NAME)
        self.record_form = FormPresenter(record_form, context, NAME)
        self._visit = ""
        self._record = ""
        self._parts: tuple[str, ...] = ()
        self._form_of = ""

    @property
    def visit(self) -> str:
        return self._visit

    @property
    def record(self) -> str:
        """The record beside the timeline, or "" ."""
        return self._record

    def enter(self, place: Place) -> None:
        if place.record == self._visit:
            return
        self._visit, self._record = place.record, ""
        visit = place.record
        self._context.jobs.on_vault(lambda vault: _read(vault, visits.own_part(vault, visit)), self._opened)
        self._context.jobs.on_vault(_leads, self._view.show_erasable)

    def leave(self) -> None:
        self.composer.leave()
        self.visit_form.leave()
        self.record_form.leave()

    def changed(self, changes: Changes) -> None:
        visit = self._visit
        if not visit:
            return
        self.visit_form.changed(changes)
        self.record_form.changed(changes)
        records, shown = changes.records, (visit, self._record)
        self._context.jobs.on_vault(lambda vault: _read_again(vault, shown, records), self._merged)

    # The person's acts

    def add(self, kind: str) -> None:
        """Add a record of a kind that has a small form, and open it."""
        visit, now = self._visit, self._context.clock()
        self._write(
            lambda vault: capture.add_record(vault, kind, visit, happened=now, initiator=NAME), self._added
        )

    def open_record(self, record: str) -> None:
        self._context.read(record)
        self._context.jobs.on_vault(lambda vault: reading.timeline_item(vault, record), self._show_record)

    def correct(self, record: str) -> None:
        """Take a note back into the composer, to correct it."""
        self._context.jobs.on_vault(lambda vault: reading.timeline_item(vault, record), self._correct)

    def withdraw_record(self, reason: str) -> None:
        record, now = self._record, self._context.clock()
        self._write(
            lambda vault: capture.withdraw(vault, record, reason, happened=now, initiator=NAME),
            lambda _changes: self.open_record(record),
        )

    def ask_versions(self) -> None:
        """Show every version of the text of the record in hand."""
        record = self._record
        if record:
            self._context.jobs.on_vault(lambda vault: _versions(vault, record), self._view.show_versions)

    def attach(self, paths: Sequence[Path]) -> None:
        """Copy files into the vault, one job each, so that typing is never behind them all."""
        visit = self._visit
        for path in paths:
            work = partial(_attach, visit=visit, path=path, happened=self._context.clock())
            self._write(work, lambda _record: None)

    def ask_erasure(self) -> None:
        self._context.go(Place("erase", self._visit))

    def see_links(self) -> None:
        self._context.go(Place("links"))

    def close_visit(self) -> None:
        visit, now = self._visit, self._context.clock()
        self.leave()
        self._write(
            lambda vault: capture.close_visit(vault, visit, happened=now),
            lambda _changes: self._context.tell(
                _("The visit is closed. It can still be read and corrected.")
            ),
        )

    def preview(self) -> None:
        self._context.go(Place("preview", self._visit))

    def interview(self) -> None:
        """Begin an officer interview under this visit, on its own screen."""
        visit, now = self._visit, self._context.clock()
        self._write(
            lambda vault: capture.add_record(vault, Kind.INTERVIEW, visit, happened=now, initiator=NAME),
            lambda record: self._context.go(Place("interview", record)),
        )

    # What comes back

    def _opened(self, opened: _Opened) -> None:
        if opened.visit is None:
            self._visit = ""
            self._view.show_missing()
            return
        self._visit = self._form_of = opened.visit.id
        self.composer.open(self._visit, [draft for draft in opened.drafts if draft.about == self._visit])
        self.visit_form.open(self._visit, Kind.VISIT)
        self.record_form.clear()
        self._refreshed(opened)

    def _refreshed(self, opened: _Opened) -> None:
        visit = opened.visit
        if visit is None or visit.id != self._visit:
            return
        self._show_heading(opened, visit)
        self._view.show_timeline(opened.items)
        self._view.show_contacts(opened.contacts)
        self._view.show_attachments(opened.attachments)

    def next_form(self) -> None:
        """Show the form of the next of the linked visits; the first again after the last."""
        if self._form_of in self._parts:
            self._form_of = self._parts[(self._parts.index(self._form_of) + 1) % len(self._parts)]
            self.visit_form.leave()
            self.visit_form.open(self._form_of, Kind.VISIT)
            shown = self._form_of
            self._context.jobs.on_vault(lambda vault: _whose(vault, shown), self._context.tell)

    def _show_heading(self, opened: _Opened, visit: RecordView) -> None:
        self._parts = opened.parts
        self._view.show_conduct(opened.conduct)
        self._view.show_concerns(opened.concerns)
        closed = visit.get("closed") == "true"
        self._view.show_visit(
            visit.get("station"), visit.get("force"), closed=closed, linked=len(opened.parts)
        )

    def _forget(self, gone: frozenset[str]) -> None:
        """Take what was erased, or is no longer held here, off the screen too."""
        if self._visit in gone:
            self._visit = self._record = ""
            self.composer.open("", [])
            self.visit_form.clear()
            self.record_form.clear()
            self._view.show_missing()
        elif self._record in gone:
            self._record = ""
            self.record_form.clear()
            self._view.show_no_record()

    def _merged(self, answer: _Again) -> None:
        found = answer.found
        self._forget(answer.gone)
        if found.visit is None or found.visit.id != self._visit:
            return
        if answer.whole:
            self._refreshed(found)
            return
        self._show_heading(found, found.visit)
        if found.items:
            self._view.merge_timeline(found.items)
        if any(item.kind == Kind.CONTACT for item in found.items):
            self._view.show_contacts(found.contacts)
        if any(item.kind == Kind.ATTACHMENT for item in found.items):
            self._view.show_attachments(found.attachments)

    def _added(self, record: str) -> None:
        self.open_record(record)

    def _show_record(self, item: TimelineItem | None) -> None:
        if item is None:
            return
        self.record_form.leave()
        if item.kind == Kind.INTERVIEW or item.kind in STREAMS:
            self._context.go(Place("interview" if item.kind == Kind.INTERVIEW else "record", item.id))
            return
        self._record = item.id
        has_form = item.kind in FORM_OF
        self._view.show_record(item, has_form=has_form)
        if has_form:
            self.record_form.open(item.id, item.kind)
        else:
            self.record_form.clear()

    def _correct(self, item: TimelineItem | None) -> None:
        if item is None:
            return
        if item.kind != Kind.NOTE:
            self._context.tell(_("Correct a {kind} in its form.").format(kind=kind_name(item.kind).lower()))
            return
        self.composer.correct(item)

    def _write(self, work: Callable[[OpenVault], T], done: Callable[[T], None]) -> None:
        self._context.saving.saving()

        def written(result: T) -> None:
            self._context.saving.saved()
            done(result)

        def failed(problem: Problem) -> None:
            self._context.saving.failed(problem)
            self._context.tell(problem.sentence)

        self._context.jobs.on_vault(work, written, failed)


def _read(vault: Vault, visit: str) -> _Opened:
    view = vault.record(visit)
    if view is None or visits.is_waiting(view):
        return _Opened(None, [], [], [], [], [], [])
    return _Opened(
        view,
        reading.timeline(vault, visit),
        reading.contacts(vault, visit),
        reading.attachments(vault, visit),
        vault.drafts(visit),
        _conduct(vault, visit),
        [view.id for view in concerns.open_concerns(vault, visit)],
        visits.parts(vault, visit),
    )


def _whose(vault: Vault, visit: str) -> str:
    view, roster = vault.record(visit), vault.roster()
    people = sorted(visits.starters(view)) if view is not None else []
    names = ", ".join(roster.name_of(person) if roster else "" for person in people)
    return _("This is the form of the visit that {people} began").format(people=names)


def _leads(vault: Vault) -> bool:
    roster = vault.roster()
    return roster is not None and Role.LEAD in roster.roles_of(vault.identity.person)


def _read_again(vault: Vault, shown: tuple[str, str], records: frozenset[str]) -> _Again:
    """Read what a commit touched; all of the visit when that was much, or something was destroyed."""
    visit = shown[0]
    gone = frozenset(record for record in shown if record and vault.record(record) is None)
    whole = len(records) > RELOAD_ABOVE or any(
        view.kind in _DESTROYING for view in map(vault.record, records) if view is not None
    )
    return _Again(_read(vault, visit) if whole else _under(vault, visit, records), gone, whole)


def _conduct(vault: Vault, visit: str) -> list[tuple[str, datetime]]:
    return [(view.id, view.happened) for view in concerns.conduct_matters(vault, visit)]


def _under(vault: Vault, visit: str, records: frozenset[str]) -> _Opened:
    """Read again only what a commit touched, and only if it belongs to this visit."""
    parts = visits.parts(vault, visit)
    views = [view for view in map(vault.record, sorted(records)) if view is not None and view.parent in parts]
    shown = [view.id for view in views if view.kind in reading.TIMELINE_KINDS]
    items = [item for item in (reading.timeline_item(vault, record) for record in shown) if item is not None]
    kinds = {view.kind for view in views}
    return _Opened(
        vault.record(visit),
        items,
        reading.contacts(vault, visit) if Kind.CONTACT in kinds else [],
        reading.attachments(vault, visit) if Kind.ATTACHMENT in kinds else [],
        [],
        _conduct(vault, visit),
        [view.id for view in concerns.open_concerns(vault, visit)],
        parts,
    )


def _versions(vault: Vault, record: str) -> list[tuple[Version, str]]:
    roster = vault.roster()
    found = vault.history(record, "text")
    return [(version, roster.name_of(version.author) if roster else "") for version in found]


def _attach(vault: Vault, visit: str, path: Path, happened: datetime) -> str:
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    with world_failures(), path.open("rb") as source:
        return capture.attach(
            vault,
            visit,
            name=path.name,
            media_type=media_type,
            source=source,
            happened=happened,
            initiator=NAME,
        )
