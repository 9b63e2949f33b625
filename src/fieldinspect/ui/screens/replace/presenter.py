"""One guided act for whoever leads: which laptop is lost, who asks, the digits, and a folder for what they get."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.files import atomic_write, check_place, world_failures
from fieldinspect.i18n import _
from fieldinspect.services import planning, programme, replacing, root_files
from fieldinspect.services.replacing import Replaced
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.acting import Acting
from fieldinspect.ui.jobs.port import Problem
from fieldinspect.ui.text import read_day

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault

MOST_BYTES = 4 * 1024 * 1024
"""No request is longer."""


class Lost(NamedTuple):
    """A laptop that may be replaced."""

    device: str
    owner: str


class Done(NamedTuple):
    """What was made: to give to the owner, and to read aloud."""

    person: str
    in_force: bool
    digits: str
    told: Sequence[str]
    team_list: str
    bundle: str
    """Names of files; no bundle while root keys have to sign first."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_laptops(self, laptops: Sequence[Lost], *, leads: bool) -> None: ...

    def show_request(self, name: str) -> None:
        """Name who asks; "" before a request was opened."""
        ...

    def show_done(self, done: Done | None) -> None: ...

    def show_working(self, working: bool) -> None: ...

    def show_problem(self, sentence: str, about: str = "") -> None:
        """Say what is wrong; `about` is "reason", "since", "request", "digits" or "" for the page."""
        ...


class ReplacePresenter:
    """Nothing happens before the folder is chosen; then all of it in one act."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._acting = Acting(view, context.jobs, self._read)
        self._request, self._digits = b"", ""

    def enter(self, _place: Place) -> None:
        self._request, self._digits = b"", ""
        self._view.show_request("")
        self._view.show_done(None)
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        """Keep nothing: a request is opened again."""

    def changed(self, _changes: Changes) -> None:
        """Keep showing what there is: only a new team list changes it."""

    def open_request(self, path: Path) -> None:
        self._view.show_problem("")
        self._context.jobs.aside(lambda: _asked(path), self._opened, self._failed)

    def check(self, reason: str, since: str, digits: str) -> bool:
        """Tell whether everything is there that a replacement needs; say what is not."""
        for wrong, sentence, about in (
            (not reason, _("Enter what happened to the laptop"), "reason"),
            (bool(since) and read_day(since) is None, _("Enter the day as 2014-02-03 or 3/2/2014"), "since"),
            (not self._request, _("Open the request of the new laptop first"), "request"),
            (
                not programme.are_said(digits, self._digits),
                _("The digits are not those of this request. Ask for them again, by voice"),
                "digits",
            ),
        ):
            if wrong:
                self._view.show_problem(sentence, about)
                return False
        self._view.show_problem("")
        return True

    def replace(self, device: str, reason: str, since: str, folder: Path) -> None:
        """Revoke the lost laptop, admit the other, and seal all that its owner may hold; after `check`."""
        request, envelope, now = self._request, self._context.envelope, self._context.clock()
        day = read_day(since)
        lost = datetime.combine(day, time()).astimezone() if day is not None else None

        def work(vault: OpenVault) -> Done:
            check_place(folder / replacing.TEAM_LIST)
            done = replacing.replace_laptop(
                vault, envelope, request, device, folder, reason=reason, now=now, since=lost
            )
            return _written(done, folder)

        self._acting.act(work, self._view.show_done)

    def _opened(self, found: tuple[bytes, str, str]) -> None:
        self._request, name, self._digits = found
        self._view.show_request(name)

    def _failed(self, problem: Problem) -> None:
        self._view.show_problem(problem.sentence, "request")

    def _read(self) -> None:
        self._context.jobs.on_vault(_laptops, lambda found: self._view.show_laptops(found[0], leads=found[1]))


def _asked(path: Path) -> tuple[bytes, str, str]:
    with world_failures(), path.open("rb") as source:
        raw = source.read(MOST_BYTES)
    return raw, programme.read_request(raw).name, programme.request_digits(raw)


def _written(done: Replaced, folder: Path) -> Done:
    name = replacing.TEAM_LIST if done.outcome.in_force else replacing.PROPOSAL
    (root_files.save_list if done.outcome.in_force else atomic_write)(folder / name, done.outcome.raw)
    return Done(
        done.person,
        done.outcome.in_force,
        programme.fingerprint(done.outcome.raw) if done.outcome.in_force else "",
        replacing.told(done.loss),
        name,
        Path(done.sealed.path).name if done.sealed else "",
    )


def _laptops(vault: OpenVault) -> tuple[list[Lost], bool]:
    if vault.roster() is None:
        return [], False
    return [Lost(one.id, name) for one, name in replacing.laptops(vault)], planning.may_plan(vault)
