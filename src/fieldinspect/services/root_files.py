"""Root keys and proposals as files: what their holders do, with a screen or by commands, and with no vault."""

from collections.abc import Callable
from pathlib import Path

from fieldinspect.crypto.argon import Cost, calibrate
from fieldinspect.crypto.root_key import MAX_FILE, make_root_key, open_root_key, public_part
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.files import WriteRefused, atomic_write, check_place, world_failures, write_new
from fieldinspect.i18n import _
from fieldinspect.services import proposals
from fieldinspect.services.proposals import Proposal


def make_file(path: Path, passphrase: str, cost: Cost | None = None) -> str:
    """Make a root key in a new file; return its public part. Raises `WeakPassphrase`, or `BadInput` where a file is."""
    if path.exists():
        raise BadInput(_("{file} is there already. Choose another name").format(file=path.name))
    key = make_root_key(passphrase, cost or calibrate())
    write_new(path, key.file())
    return key.signing.public.line


def public_of(path: Path) -> str:
    """Return the public part of a root key: from its file, or from a text file that holds it."""
    raw = read_file(path, MAX_FILE)
    if raw.startswith(b"ssh-"):
        return raw.decode("ascii", "replace").strip()
    return public_part(raw).line


def proposal_of(path: Path) -> Proposal:
    """Read a proposal, everything in it verified; raise `BadInput`."""
    return proposals.read_proposal(read_file(path, proposals.MAX_FILE))


def sign_file(
    path: Path, shown: Proposal, key_path: Path, passphrase: str, *, instead: bool = False
) -> Proposal:
    """Sign the proposal that was shown, in its file, with a root key from its own; return what it is now.

    Raises `BadInput`, also where the file says something else by now: nobody signs what they did not read.
    """
    proposal, raw = proposal_of(path), read_file(key_path, MAX_FILE)
    check_shown(proposal, shown)
    if public_part(raw).line not in proposal.may_sign:
        raise BadInput(_("This key is none of the root keys of this team list. Take the right key file"))
    signed, key = proposals.sign_with_file(proposal, open_root_key(raw, passphrase), instead=instead)
    # The ledger first: a cut between the two leaves a key that remembers, never a signature it forgot.
    atomic_write(key_path, key.file())
    atomic_write(path, signed.raw)
    return signed


def check_shown(proposal: Proposal, shown: Proposal) -> None:
    """Raise `BadInput` where the file says something else than what was put into words for whoever decides."""
    if proposal.digest != shown.digest:
        raise BadInput(_("This file holds another proposal than the one that was shown. Open it again"))


class InForceNotSaved(WorldFailed):
    """The team list is in force; what is missing is only its file."""

    def __init__(self, trouble: WorldFailed) -> None:
        super().__init__(
            _(
                "The new version IS in force here, but its file was not saved. {why}. Save the team list again"
            ).format(why=str(trouble).rstrip("."))
        )


def publish_to(path: Path, publish: Callable[[], bytes]) -> bytes:
    """Put a team list into force, once its file can be written; save it there, and return it."""
    check_place(path)
    raw = publish()
    save_list(path, raw)
    return raw


def save_list(path: Path, raw: bytes) -> None:
    """Save a team list that is in force; raise `InForceNotSaved`."""
    try:
        atomic_write(path, raw)
    except WorldFailed as trouble:
        raise InForceNotSaved(trouble) from trouble


def read_file(path: Path, most: int) -> bytes:
    """Return the content of a file, one byte more than `most` where it is longer: no reader accepts that."""
    try:
        with world_failures(), path.open("rb") as source:
            return source.read(most + 1)
    except WriteRefused as refusal:  # nothing was to be written here
        reason = refusal.__cause__.strerror if isinstance(refusal.__cause__, OSError) else ""
        raise BadInput(
            _("{file} cannot be read: {reason}").format(file=path.name, reason=reason)
        ) from refusal
