"""The keys of a vault, for people: what opens it, who else can open it, and what is said about it.

The work is done behind two ports: services.ports.VaultDoor opens a vault by each secret and gives it a new master key,
services.key_ports.VaultKeys changes what opens it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from fieldinspect.crypto.age.recipients import generate_identity, parse_identity
from fieldinspect.crypto.escrow import open_share as open_sealed_share
from fieldinspect.crypto.slots import read_slots
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.domain.roster import Roster
from fieldinspect.domain.vault_keys import EscrowHolder, KeysState, RecoveryPaper, SlotState
from fieldinspect.i18n import _, ngettext
from fieldinspect.services.key_ports import VaultKeys
from fieldinspect.services.ports import Reader

_SHOWN: Final = 12


class TooSoon(WorldFailed):
    """Too many wrong secrets were given; `seconds` is how long to wait, 300 at the most."""

    def __init__(self, seconds: int) -> None:
        sentence = ngettext(
            "Too many wrong tries. Wait {seconds} second, then try again",
            "Too many wrong tries. Wait {seconds} seconds, then try again",
            seconds,
        )
        super().__init__(sentence.format(seconds=seconds))
        self.seconds = seconds


class ChangeUncertain(WorldFailed):
    """The disk failed while a key file was being replaced."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The disk failed during the change, so either the old or the new one opens the vault. "
                "Try the new one first, then change it again"
            )
        )


def keys_state(vault: Reader, keys: VaultKeys) -> KeysState:
    """Return what opens this vault, with the names of the holders."""
    slots, roster = keys.state(), vault.roster()
    named = roster.escrow if roster is not None else ()
    awaited = None if set(named) == set(slots.recipients) else _holders(named, roster)
    return KeysState(slots.recovery, _holders(slots.recipients, roster), awaited)


def escrow_sentences(state: KeysState) -> list[str]:
    """Return what to say, openly, about who else can open the vault: one or two sentences."""
    said = [_who(state.holders)]
    if state.awaited is not None:
        said.append(
            _("From the next time the vault is opened: {sentence}").format(sentence=_who(state.awaited))
        )
    return said


def make_holder_key() -> tuple[str, str]:
    """Make a key for an escrow holder: the identity to keep secret, as age-keygen writes it, and the recipient."""
    identity, recipient = generate_identity("hybrid")
    return f"# public key: {recipient}\n{identity}\n", recipient


def open_share(copies: Sequence[bytes], identity_file: str) -> str:
    """Open a holder's share of a vault, from one or both copies of its key file; return it as text to hand over.

    `identity_file` is what age-keygen wrote. Raises `NoEscrow`, `NotAHolder`, `ShareDamaged`, or `BadInput`.
    """
    lines = [line.strip() for line in identity_file.splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    if len(keys) != 1:
        raise BadInput(_("This file holds no single age key. Choose the file that age-keygen made"))
    try:
        identity = parse_identity(keys[0])
    except ValueError:
        raise BadInput(_("This file holds no single age key. Choose the file that age-keygen made")) from None
    slots = read_slots(copies[0], copies[1] if len(copies) > 1 else None)
    return open_sealed_share(slots, identity).text


def recovery_paper(code: str, nickname: str, slots: SlotState, today: date) -> RecoveryPaper:
    """Return what report.recovery_paper prints."""
    return RecoveryPaper(code, nickname, slots.vault, today.isoformat())


def _holders(recipients: Sequence[str], roster: Roster | None) -> tuple[EscrowHolder, ...]:
    devices = roster.devices if roster is not None else ()
    names = {key: roster.name_of(device.person) for device in devices for key in device.receiving if roster}
    return tuple(EscrowHolder(recipient, names.get(recipient, "")) for recipient in recipients)


def _who(holders: Sequence[EscrowHolder]) -> str:
    if not holders:
        return _("Nobody but you can open this vault: its team list names no organisation keys")
    named = ", ".join(holder.name or _shortened(holder.recipient) for holder in holders)
    return _("Any two of these three can open this vault: {holders}").format(holders=named)


def _shortened(recipient: str) -> str:
    return f"{recipient[:_SHOWN]}…{recipient[-_SHOWN:]}"
