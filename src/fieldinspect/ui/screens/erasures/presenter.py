"""The requests to erase; one of them withdrawn, confirmed or certified."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.custody import DestructionCertificate, EraseState, ErasureView, Member
from fieldinspect.domain.kinds import Role
from fieldinspect.domain.views import Changes
from fieldinspect.files import atomic_write
from fieldinspect.i18n import _
from fieldinspect.services import audit, erasure
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault

NAME = "erasures"
CERTIFICATE = "destruction_certificate"
_WAITING = (EraseState.ASKED, EraseState.POWERLESS)
_DECIDING = frozenset({Role.LEAD, Role.CENTRAL})


class Requests(NamedTuple):
    """What the screen shows, the newest request first."""

    erasures: Sequence[ErasureView] = ()
    leads: bool = False
    central: bool = False
    left: Sequence[Member] = ()
    """What hangs beneath an erased record, though nobody named it."""
    me: str = ""
    """The person's name."""
    others: bool = False
    """Somebody else in the team is a lead or the centre."""


class Chosen(NamedTuple):
    """One request, and what this person may do about it."""

    erasure: ErasureView
    may_withdraw: bool
    may_confirm: bool
    alone: bool
    """This person asked for it too, and there is nobody else to confirm it."""
    not_oneself: bool
    """This person asked for it, so that somebody else has to confirm it."""

    @property
    def number(self) -> int:
        """Return how many records it names."""
        return len(self.erasure.records)


class View(Protocol):
    """What the presenter says to the screen."""

    def show_requests(self, requests: Requests) -> None: ...

    def show_chosen(self, chosen: Chosen | None) -> None: ...

    def show_working(self, working: bool) -> None: ...

    def forget(self) -> None:
        """Empty the fields."""
        ...

    def show_problem(self, sentence: str, about: str = "") -> None:
        """Say what is wrong; `about` is "count", "withdrawal" or "" for the page."""
        ...


class ErasuresPresenter:
    """One act at a time. What is confirmed is confirmed by the number of records, typed."""

    def __init__(
        self, view: View, context: Context, certify: Callable[[DestructionCertificate, str], bytes]
    ) -> None:
        self._view = view
        self._context = context
        self._certify = certify
        self._in_front = False
        self._acting = Acting(view, context.jobs, self._acted)
        self._requests = Requests()
        self._chosen = ""

    def enter(self, _place: Place) -> None:
        self._in_front = True
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        self._in_front = False

    def changed(self, _changes: Changes) -> None:
        if self._in_front:
            self._read()

    def choose(self, request: str) -> None:
        self._chosen = request
        self._view.show_problem("")
        self._show_chosen()

    def withdraw(self, why: str) -> None:
        """Take the request back, with a reason."""
        if not why:
            self._view.show_problem(_("Enter why this is withdrawn"), "withdrawal")
            return
        asked, now = self._chosen, self._context.clock()
        self._acting.act(
            lambda vault: erasure.withdraw(vault, asked, why, happened=now, initiator=NAME),
            lambda _changes: self._context.tell(_("The request is withdrawn")),
        )

    def confirm(self, typed: str) -> None:
        """Destroy what is named, once the number of records was typed."""
        chosen = self._find()
        if chosen is None:
            return
        if typed != str(chosen.number):
            sentence = _("To confirm, type the number {count}").format(count=chosen.number)
            self._view.show_problem(sentence, "count")
            return
        asked, now = self._chosen, self._context.clock()
        self._acting.act(
            lambda vault: erasure.confirm(vault, asked, happened=now, initiator=NAME),
            lambda _entry: self._context.tell(
                _("Confirmed and erased here. Every laptop erases it when this reaches it")
            ),
        )

    def certify(self, path: Path, language: str) -> None:
        """Write the certificate into a file, and log that it was given out."""
        asked, now, render = self._chosen, self._context.clock(), self._certify

        def work(vault: OpenVault) -> int:
            facts = erasure.certificate(vault, asked, now.date())
            pdf = render(facts, language)
            atomic_write(path, pdf)
            roster = vault.roster()
            audit.disclosed(
                vault,
                CERTIFICATE,
                roster.inspection if roster else "",
                {"digest": hashlib.sha256(pdf).hexdigest(), "request": asked},
                happened=now,
            )
            return len(facts.erasure.outstanding)

        self._acting.act(
            work,
            lambda _outstanding: self._context.tell(
                _("The certificate {file} is saved").format(file=path.name)
            ),
        )

    def ask_about(self, record: str) -> None:
        """Ask for the erasure of something that was left beneath."""
        self._context.go(Place("erase", record))

    def _acted(self) -> None:
        self._view.forget()
        self._read()

    def _read(self) -> None:
        self._context.jobs.on_vault(_requests, self._show)

    def _show(self, requests: Requests) -> None:
        self._requests = requests
        self._view.show_requests(requests)
        if self._chosen not in {one.request for one in requests.erasures}:
            self._chosen = requests.erasures[0].request if requests.erasures else ""
        self._show_chosen()

    def _show_chosen(self) -> None:
        self._view.show_chosen(self._find())

    def _find(self) -> Chosen | None:
        found = next((one for one in self._requests.erasures if one.request == self._chosen), None)
        if found is None:
            return None
        waits = found.state in _WAITING
        mine = found.asked_by == self._requests.me
        others, central = self._requests.others, waits and self._requests.central
        return Chosen(
            found,
            waits and self._requests.leads,
            central and not (mine and others),
            mine and not others,
            central and mine and others,
        )


def _requests(vault: OpenVault) -> Requests:
    roster = vault.roster()
    if roster is None:
        return Requests()
    roles = roster.roles_of(vault.identity.person)
    return Requests(
        erasure.erasures(vault)[::-1],
        Role.LEAD in roles,
        Role.CENTRAL in roles,
        erasure.left_beneath(vault),
        roster.name_of(vault.identity.person),
        any(
            not _DECIDING.isdisjoint(roster.roles_of(person.id))
            for person in roster.people
            if person.id != vault.identity.person
        ),
    )
