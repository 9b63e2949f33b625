"""What came in and was not taken over: by reason, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.audit import Trace
from fieldinspect.domain.quarantine import RefusedBundle
from fieldinspect.domain.views import Received, RecordView
from fieldinspect.i18n import _
from fieldinspect.services import quarantine
from fieldinspect.services.quarantine import Group
from fieldinspect.ui.jobs.acting import Acting

if TYPE_CHECKING:
    from pathlib import Path

    from fieldinspect.domain.views import Changes
    from fieldinspect.services.ports import OpenVault
    from fieldinspect.ui.context import Context, Place


class SetAside(NamedTuple):
    """Everything that was not taken over."""

    groups: Sequence[Group]
    newer: Sequence[RecordView]
    """Records of kinds this version does not know."""
    refused: Sequence[RefusedBundle]
    names: Mapping[str, str]
    """Person's name by author id."""


class View(Protocol):
    """What the presenter says to the screen."""

    def show_set_aside(self, found: SetAside) -> None: ...

    def show_entries(self, entries: Sequence[Trace], titles: Mapping[str, str]) -> None:
        """Show the entries of the group in hand; `titles` says what their records are, as far as they are shown."""
        ...

    def show_working(self, working: bool) -> None: ...

    def show_problem(self, sentence: str) -> None: ...


class QuarantinePresenter:
    """Entries are judged again with every team list: here they are only looked at."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._in_front = False
        self._reason = ""
        self._acting = Acting(view, context.jobs, self._read)

    def enter(self, _place: Place) -> None:
        self._in_front = True
        self._view.show_problem("")
        self._read()

    def leave(self) -> None:
        self._in_front = False

    def changed(self, _changes: Changes) -> None:
        if self._in_front and not self._acting.running:
            self._read()

    def choose_reason(self, reason: str) -> None:
        """Bring the entries that were set aside for this reason."""
        self._reason = reason
        if not reason:
            self._view.show_entries([], {})
            return

        def show(found: tuple[list[Trace], dict[str, str]]) -> None:
            if self._reason == reason:
                self._view.show_entries(*found)

        self._context.jobs.on_vault(lambda vault: _entries(vault, reason), show)

    def try_again(self, bundle: str) -> None:
        envelope, now = self._context.envelope, self._context.clock()
        self._acting.act(lambda vault: quarantine.try_again(vault, envelope, bundle, now=now), self._received)

    def save_copy(self, bundle: str, folder: Path) -> None:
        now = self._context.clock()

        def saved(path: Path) -> None:
            self._context.tell(_("Saved as {file}").format(file=path.name))

        self._acting.act(lambda vault: quarantine.save_copy(vault, bundle, folder, happened=now), saved)

    def delete(self, bundle: str) -> None:
        now = self._context.clock()
        self._acting.act(lambda vault: quarantine.delete(vault, bundle, now=now), lambda _nothing: None)

    def _received(self, received: Received) -> None:
        words = _("Received from {name} after all. Entries that are new: {count}")
        self._context.tell(words.format(name=received.sender, count=received.new_entries))

    def _read(self) -> None:
        self._context.jobs.on_vault(_set_aside, self._view.show_set_aside)


def _set_aside(vault: OpenVault) -> SetAside:
    roster = vault.roster()
    names = {person.id: person.name for person in roster.people} if roster else {}
    return SetAside(
        quarantine.groups(vault), quarantine.of_newer_kinds(vault), quarantine.refused(vault), names
    )


def _entries(vault: OpenVault, reason: str) -> tuple[list[Trace], dict[str, str]]:
    """Return the entries, and for their records that are shown here where they belong."""
    found = quarantine.entries(vault, reason)
    titles = {}
    for record in dict.fromkeys(one.record for one in found):
        view = vault.record(record)
        above = vault.record(view.parent) if view is not None and view.parent else None
        station = next((one.get("station") for one in (view, above) if one and one.get("station")), "")
        if station:
            titles[record] = station
    return found, titles
