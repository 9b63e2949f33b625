"""Argon2id replaced by something quick, for tests that open vaults hundreds of times to try something else."""

from collections.abc import Iterator

import pytest

from fieldinspect.crypto import slots
from fieldinspect.crypto.argon import Cost


def quickly(passphrase: str, salt: bytes, _cost: Cost) -> bytes:
    """Return a slot key that two passphrases share only when their first 16 bytes are the same."""
    return (passphrase.encode()[:16] + salt).ljust(32)


@pytest.fixture
def quick_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "derive_slot_key", quickly)


@pytest.fixture(scope="module")
def quick_module() -> Iterator[None]:
    """The same, for fixtures that live as long as their module."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(slots, "derive_slot_key", quickly)
        yield
