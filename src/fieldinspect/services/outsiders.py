"""What outsiders check our signatures with: files for OpenSSH, derived from the team list and believed for its sake.

What they cannot say is in docs/formats/roster.md, section 9: above all, OpenSSH revokes a key as a whole, and we
revoke a laptop from an entry on.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from fieldinspect.crypto import sshsig
from fieldinspect.crypto.krl import write_krl
from fieldinspect.crypto.signing import PublicKey
from fieldinspect.domain.roster import Device, Roster, moment
from fieldinspect.journal.roster import read_history
from fieldinspect.services.ports import Replica

_PLAIN: Final = frozenset(" .-")
_STAMP: Final = "%Y%m%d%H%M%SZ"


def signers_file(vault: Replica) -> bytes:
    """Return the allowed_signers file of a vault's team list."""
    return allowed_signers(read_history(vault.roster_bytes())[-1][0]).encode()


def revocations_file(vault: Replica) -> bytes:
    """Return the KRL of a vault's team list."""
    return revocation_list(read_history(vault.roster_bytes())[-1][0])


def allowed_signers(roster: Roster) -> str:
    """Return an OpenSSH allowed_signers file: the roots of this version, then each laptop.

    Roots that were replaced are not in it: whoever found one could sign a next version that looks good.
    A principal is `root`, or a device id: nothing that somebody chose reaches what OpenSSH reads as a pattern, an
    option or a line. Names stand in comments, in letters, digits, spaces, dots and hyphens alone.
    """
    signs = (sshsig.ROSTER, sshsig.FORM_SET)
    lines = [
        f"# {roster.inspection}, version {roster.version}\n",
        *(_line("root", PublicKey.from_line(line), signs) for line in roster.roots),
    ]
    for device in roster.devices:
        lines.append(f"# {_comment(roster.name_of(device.person))}\n")
        lines.append(_device_line(roster, device))
    return "".join(lines)


def revocation_list(roster: Roster) -> bytes:
    """Return an OpenSSH KRL of every laptop that is revoked, at whatever place in its chain."""
    revoked = {one.device for one in roster.revocations}
    revoked |= {device.id for device in roster.devices if device.status == "revoked"}
    keys = [PublicKey.from_line(device.signing) for device in roster.devices if device.id in revoked]
    issued = moment(roster.issued) or datetime.now(UTC)
    return write_krl(keys, roster.version, issued, f"{roster.inspection} version {roster.version}")


def _device_line(roster: Roster, device: Device) -> str:
    person = roster.person(device.person)
    key = PublicKey.from_line(device.signing)
    forms = (sshsig.FORM_SET,) if device.signing in roster.form_signers else ()
    namespaces = (sshsig.BUNDLE, sshsig.ENROLMENT, *forms)
    limits = {
        "valid-after": moment(person.valid_from) if person else None,
        "valid-before": moment(person.valid_until) if person else None,
    }
    options = [
        f'{name}="{when.astimezone(UTC).strftime(_STAMP)}"'
        for name, when in limits.items()
        if when is not None
    ]
    return _line(key.fingerprint, key, namespaces, options)


def _line(principal: str, key: PublicKey, namespaces: Sequence[str], options: Sequence[str] = ()) -> str:
    chosen = ",".join((f'namespaces="{",".join(namespaces)}"', *options))
    return f"{principal} {chosen} {key.line}\n"


def _comment(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in _PLAIN else "_" for letter in name)
