"""Bundles that were refused, and entries that do not count: why, and what to do next.

1. A refused bundle is kept as it came, and never deleted unasked. Whoever receives, by hand or from a depot, goes
   through `receive`.
2. What is no bundle, or is for somebody else, is not kept: it is none of ours, and may be readable.
3. What cannot be kept for want of room stays where it lay, and that is said. So does what this laptop may not take
   in now, as while its team list has lapsed: a depot is asked for it again.
4. What a newer team list or program may let in is tried again with each, by itself.
5. Entries that do not count are stored all the same, and judged again with every team list; nobody decides over them
   by hand.
"""

from contextlib import suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

from fieldinspect.domain.audit import Trace
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.quarantine import OTHER, BundleRefused, RefusedBundle
from fieldinspect.domain.views import Received, RecordView
from fieldinspect.files import atomic_writer, world_failures
from fieldinspect.i18n import _
from fieldinspect.services import audit, exchange, standing
from fieldinspect.services.ports import Envelope, Reader, Replica

NOT_NOW: Final = "not-now"
"""The reason while nothing is wrong with a bundle and this laptop may not take it in."""
MOST_BYTES: Final = 4 << 30
"""Refused bundles together are no more than this."""
REFUSED: Final = "refused-bundle"
"""The product under which a copy that left the vault is logged."""
_MAGIC: Final = b"age-encryption.org/v1\n"
_PIECE: Final = 1 << 20
_CURABLE: Final = frozenset({"unknown-signer", "too-new", NOT_NOW, OTHER})
"""Reasons that a newer team list or program may do away with."""
_KNOWN: Final = frozenset(str(kind) for kind in Kind)


class NotReceived(BadInput):
    """A bundle was refused. The sentence says why, and what became of the file."""

    def __init__(self, refusal: BadInput, became: str, *, kept: str = "", stays: bool = False) -> None:
        super().__init__(_("{why}. {became}").format(why=str(refusal).rstrip("."), became=became))
        self.reason = _reason(refusal)
        self.sentence = str(refusal)
        """Why it was refused, alone."""
        self.kept = kept
        """The id of the refused bundle; "" when it was not kept."""
        self.stays = stays
        """It is to be received later: whoever brought it must leave it where it lay."""


def receive(vault: Replica, envelope: Envelope, path: Path, *, now: datetime, source: str = "") -> Received:
    """Verify, open and merge a bundle file; keep it when it is refused.

    `source` is the destination it was fetched from, "" when a person opened a file. The file at `path` is left as it
    is, whatever happens: after `NotReceived` with `stays` false a depot need not offer it again, and whoever fetched
    it may delete their temporary file. Raises `NotReceived` (a `BadInput`), and `WorldFailed` for what is not the
    bundle's fault, such as a full disk: then nothing was decided.
    """
    if vault.roster() is None:
        return exchange.receive_bundle(vault, envelope, path, now=now)  # it says what to do first
    try:
        return exchange.receive_bundle(vault, envelope, path, now=now)
    except BadInput as refusal:
        raise _set_aside(vault, path, refusal, now, source) from refusal


def try_again(vault: Replica, envelope: Envelope, bundle: str, *, now: datetime) -> Received:
    """Receive a refused bundle after all, as after a new team list; raise `NotReceived` when it is refused again."""
    path = vault.refused_file(bundle)
    try:
        received = exchange.receive_bundle(vault, envelope, path, now=now)
    except BadInput as refusal:
        vault.note_refused(bundle, _reason(refusal), str(refusal), now, judged_by(vault))
        raise NotReceived(refusal, _("It stays among the refused bundles"), kept=bundle) from refusal
    vault.forget_refused(bundle)
    return received


def reconsider(vault: Replica, envelope: Envelope, *, now: datetime) -> bool:
    """Try one refused bundle again that a newer team list or program may let in; tell whether there was one.

    One at a time, so that nobody waits behind them; each is tried once by every team list and program.
    """
    roster, judge = vault.roster(), judged_by(vault)
    waiting = [
        one
        for one in vault.refused_bundles()
        if one.present and one.reason in _CURABLE and one.judged != judge
    ]
    if roster is None or not waiting:
        return False
    try:
        standing.may_receive(roster, vault.identity, now)
    except standing.NotNow:
        return False
    with suppress(NotReceived):
        try_again(vault, envelope, waiting[-1].id, now=now)
    return True


def refused(vault: Replica) -> list[RefusedBundle]:
    """Return the refused bundles, latest first; those that somebody deleted come last."""
    return sorted(vault.refused_bundles(), key=lambda one: one.deleted is not None)


def save_copy(vault: Replica, bundle: str, folder: Path, *, happened: datetime) -> Path:
    """Copy a refused bundle, sealed as it is, into a folder; log that; return the file."""
    roster = vault.roster()
    source, target = vault.refused_file(bundle), folder / f"{bundle}.fib"
    if target.exists():
        raise BadInput(_("There is a file of this name already. Choose another folder"))
    if roster is not None:
        audit.disclosed(vault, REFUSED, roster.inspection, {"digest": bundle}, happened=happened)
    with world_failures(), source.open("rb") as content, atomic_writer(target) as out:
        while piece := content.read(_PIECE):
            out.write(piece)
    return target


def delete(vault: Replica, bundle: str, *, now: datetime) -> None:
    """Delete the file of a refused bundle; that it was here, why it was refused and when it was deleted stays."""
    vault.forget_refused(bundle, now)


class Reason(NamedTuple):
    """Why something was not taken over, and what to do next; both are sentences."""

    name: str
    why: str
    next_step: str


class Group(NamedTuple):
    """The entries set aside for one reason."""

    reason: Reason
    number: int


def groups(vault: Reader) -> list[Group]:
    """Return the entries set aside, by reason, most first."""
    found = [Group(entry_reason(reason), count) for reason, count in vault.quarantined().items()]
    return sorted(found, key=lambda group: (-group.number, group.reason.name))


def entries(vault: Replica, reason: str, limit: int = 500) -> list[Trace]:
    """Return the newest entries set aside for this reason: who, when, where; never what they say."""
    return vault.set_aside(reason, limit)


def of_newer_kinds(vault: Replica) -> list[RecordView]:
    """Return the records of kinds this version does not know: they are kept, sent on, and need a newer version."""
    return vault.of_newer_kinds(_KNOWN)


def entry_reason(name: str) -> Reason:
    """Return why entries are set aside for a reason of the journal, as sentences."""
    known = _entry_reasons()
    why, step = known.get(name, known[OTHER])
    return Reason(name, why, step)


def bundle_reason(name: str, sentence: str = "") -> Reason:
    """Return why a bundle was refused, and what to do next; `sentence` is what was said then."""
    steps = _bundle_steps()
    return Reason(name, sentence, steps.get(name, steps[OTHER]))


def _reason(refusal: BadInput) -> str:
    if isinstance(refusal, standing.NotNow):
        return NOT_NOW
    return refusal.reason if isinstance(refusal, BundleRefused) else OTHER


def judged_by(vault: Replica) -> str:
    """Return what is another after a newer team list or program, by which bundles would be judged anew."""
    roster = vault.roster()
    return f"{roster.version if roster else 0} {version('fieldinspect')}"


def _set_aside(vault: Replica, path: Path, refusal: BadInput, now: datetime, source: str) -> NotReceived:
    if isinstance(refusal, BundleRefused) and not refusal.worth_keeping:
        return NotReceived(refusal, _("It was not kept"))
    if isinstance(refusal, standing.NotNow):
        return NotReceived(refusal, _("It stays where it lay: receive it again then"), stays=True)
    try:
        if not _looks_like_one(path):
            return NotReceived(refusal, _("It was not kept"))
        kept = vault.keep_refused(
            path,
            lambda bundle, size: RefusedBundle(
                bundle,
                path.name if not source else "",
                source,
                _reason(refusal),
                str(refusal),
                size,
                now,
                now,
                judged=judged_by(vault),
            ),
            most=MOST_BYTES,
        )
    except WorldFailed as trouble:
        became = _("It could not be kept here and stays where it lay: {trouble}").format(trouble=trouble)
        return NotReceived(refusal, became, stays=True)
    return NotReceived(refusal, _("It is kept as it is, among the refused bundles"), kept=kept.id)


def _looks_like_one(path: Path) -> bool:
    """Tell whether a file is sealed at all: what is readable is never copied into the vault's folder."""
    with world_failures(), path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _bundle_steps() -> dict[str, str]:
    ask_again = _("Ask the sender to copy it again, or to seal it again for you")
    team_list = _("Ask your team lead for the newest team list, open it, then try again")
    return {
        "changed": ask_again,
        "cut-short": ask_again,
        "forwarded": _(
            "Ask the sender for one of your own, and tell your team lead where this one came from"
        ),
        "too-late": _("Ask the sender to seal it again"),
        "too-new": _("Update this program, then try again"),
        "unknown-signer": team_list,
        OTHER: _(
            "Try again after the next team list or update. If it is refused again, show it to your team lead"
        ),
    }


def _entry_reasons() -> dict[str, tuple[str, str]]:
    team_list = _("Ask your team lead for the newest team list: entries are judged again with each")
    return {
        "unknown-device": (_("Written on a laptop that is not in your team list"), team_list),
        "wrong-author": (
            _("Written on one person's laptop in the name of another"),
            _("Tell your team lead at once: somebody may have used a laptop that is not theirs"),
        ),
        "revoked": (
            _("Written on a laptop after it was taken off the team"),
            _("Ask your team lead whether the laptop was lost. What was written before that still counts"),
        ),
        "role": (
            _("Written by somebody whose role does not allow it"),
            _("Ask your team lead to write it, or to publish a team list that gives the role"),
        ),
        "unreadable": (
            _("Damaged, or written so that nobody can read it"),
            _("Ask the writer to check their vault, and to write it again"),
        ),
        "kind": (
            _("Says of a record that it is something else than its founder said"),
            _("Tell your team lead: this does not happen by accident"),
        ),
        "erased": (
            _("Written on a record after it was erased"),
            _("Nothing to do. The record was destroyed and nobody can write on it again"),
        ),
        "conflict": (
            _("Written by somebody who has a conflict of interest with the force"),
            _("Ask your team lead for a signed override, or let somebody else do the work again"),
        ),
        "expired": (
            _("Written outside the time for which its writer is on the team"),
            _("Ask your team lead whether the time should be longer, and for the team list that says so"),
        ),
        "fork": (
            _("Written on a copy of a laptop that was taken off the team"),
            _("Tell your team lead: two copies of one laptop were in use"),
        ),
        OTHER: (
            _("Does not count, for a reason that this version does not know"),
            _("Update this program"),
        ),
    }
