"""A proposal for the next team list: what it changes, signing it with a root key from its file, publishing it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fieldinspect.domain.views import Changes
from fieldinspect.i18n import _
from fieldinspect.journal.roster import root_fingerprint
from fieldinspect.services import programme, proposals, root_files, team_list, team_words
from fieldinspect.services.proposals import Proposal
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import OpenVault


class Shown(NamedTuple):
    """A proposal as shown."""

    file: str
    version: int
    digits: str
    """Of the team list in force, which the proposal follows; "" at a founding."""
    sentences: Sequence[str]
    standing: str
    complete: bool


class View(Protocol):
    """What the presenter says to the screen."""

    def show_proposal(self, shown: Shown | None) -> None: ...

    def show_key(self, name: str) -> None:
        """Name the root key file that was chosen, or ""."""
        ...

    def show_problem(self, sentence: str) -> None: ...

    def show_working(self, sentence: str) -> None: ...

    def show_done(self, sentence: str) -> None: ...

    def forget(self) -> None:
        """Empty the passphrase, and untick what was ticked."""
        ...


class ProposalPresenter:
    """Reading and signing need no vault; publishing does."""

    def __init__(self, view: View, context: Context) -> None:
        self._view = view
        self._context = context
        self._path: Path | None = None
        self._read: Proposal | None = None
        """The proposal as it was shown: this text is signed, and no other."""
        self._key: Path | None = None
        self._busy = False

    def enter(self, _place: Place) -> None:
        self._path = self._read = self._key = None
        self._view.show_proposal(None)
        self._view.show_key("")
        self._view.show_problem("")
        self._view.show_done("")
        self._view.forget()

    def leave(self) -> None:
        """Forget the passphrase; files are chosen again."""
        self._view.forget()

    def changed(self, _changes: Changes) -> None:
        """Keep showing it: a proposal is a file."""

    def back(self) -> None:
        self._context.go(Place("team"))

    def open(self, path: Path) -> None:
        """Read a proposal and say what it changes."""
        self._view.show_problem("")
        self._view.show_done("")

        def opened(proposal: Proposal) -> None:
            self._path, self._read = path, proposal
            self._view.show_proposal(_shown(path, proposal))

        self._context.jobs.aside(lambda: root_files.proposal_of(path), opened, self._failed)

    def choose_key(self, path: Path) -> None:
        self._key = path
        self._view.show_key(path.name)

    def sign(self, passphrase: str, *, instead: bool) -> None:
        """Sign the proposal in its file."""
        path, shown, key = self._path, self._read, self._key
        if path is None or shown is None or key is None:
            self._view.show_problem(_("Choose the root key file first"))
            return
        if not passphrase:
            self._view.show_problem(_("Enter the passphrase of the root key"))
            return
        if self._begin(_("Signing…")):
            self._context.jobs.aside(
                lambda: _shown(path, root_files.sign_file(path, shown, key, passphrase, instead=instead)),
                self._signed,
                self._failed,
            )

    def publish(self, target: Path) -> None:
        """Put the proposal into force here, and save the team list."""
        path, shown, now = self._path, self._read, self._context.clock()
        forms = self._context.instruments
        if path is None or shown is None or not self._begin(_("Publishing…")):
            return

        def publish(vault: OpenVault) -> bytes:
            proposal = root_files.proposal_of(path)
            root_files.check_shown(proposal, shown)
            if proposal.before is None:
                return programme.begin_inspection(vault, proposal, now=now, forms=forms())
            return team_list.publish(vault, proposal, now=now)

        def work(vault: OpenVault) -> bytes:
            return root_files.publish_to(target, lambda: publish(vault))

        self._context.jobs.on_vault(work, lambda _raw: self._published(target.name), self._failed)

    def _begin(self, sentence: str) -> bool:
        if self._busy:
            return False
        self._busy = True
        self._view.show_problem("")
        self._view.show_working(sentence)
        return True

    def _signed(self, shown: Shown) -> None:
        self._end()
        self._view.forget()
        self._view.show_proposal(shown)
        self._view.show_done(_("Signed. {standing}").format(standing=shown.standing))

    def _published(self, file: str) -> None:
        self._end()
        self._view.show_done(
            _(
                "The new version is in force here. It goes to the others with your next bundle; give {file} to "
                "whoever joins, and read them the digits"
            ).format(file=file)
        )

    def _end(self) -> None:
        self._busy = False
        self._view.show_working("")

    def _failed(self, problem: Problem) -> None:
        self._end()
        self._view.show_problem(problem.sentence)


def _shown(path: Path, proposal: Proposal) -> Shown:
    before = proposal.before
    return Shown(
        path.name,
        proposal.after.version,
        root_fingerprint(before) if before else "",
        team_words.proposal_sentences(proposal),
        proposals.what_is_missing(proposal),
        proposal.is_complete,
    )
