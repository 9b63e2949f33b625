"""What a person is shown of the keys of their vault."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SlotState:
    """Which secrets open a vault, as its key file says."""

    vault: str
    """The vault's random number, as hex digits."""
    recovery: bool
    """There is a recovery code."""
    recipients: tuple[str, ...] = ()
    """The age recipients any two of which open the vault; none without escrow."""


@dataclass(frozen=True)
class EscrowHolder:
    """Somebody who holds a share: their age recipient, and their name where the team list knows it."""

    recipient: str
    name: str = ""


@dataclass(frozen=True)
class KeysState:
    """Which secrets open a vault, for a screen."""

    recovery: bool
    holders: tuple[EscrowHolder, ...]
    awaited: tuple[EscrowHolder, ...] | None = None
    """Who the team list names instead: the shares are sealed anew when the vault is opened next."""


@dataclass(frozen=True)
class RecoveryPaper:
    """What is printed of a recovery code."""

    code: str
    nickname: str
    vault: str
    made: str
    """The day, as an ISO 8601 date."""


@dataclass(frozen=True)
class Rotated:
    """A new master key was made: the recovery code that goes with it, shown once."""

    recovery_code: str
