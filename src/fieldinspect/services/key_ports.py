"""The port to the keys of a vault: the store package behind it."""

from typing import Protocol

from fieldinspect.domain.vault_keys import SlotState


class VaultKeys(Protocol):
    """The key file of a vault that is open here, or locked by whoever asks."""

    def state(self) -> SlotState:
        """Raise `SlotsDamaged` or `NewerVault`."""
        ...

    def wait(self) -> int:
        """Return the seconds until a secret may be tried again, 0 for at once."""
        ...

    def change_passphrase(self, old: str, new: str) -> None:
        """Put a new passphrase in the place of the old one.

        Raises `WrongPassphrase`, `TooSoon`, `WeakPassphrase`, `PassphraseTooLong`, or `ChangeUncertain`.
        """
        ...

    def new_recovery_code(self, passphrase: str) -> str:
        """Make a recovery code; the one before stops working. Raises what `change_passphrase` does."""
        ...
