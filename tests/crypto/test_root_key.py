"""A root key in a file: sealed, bound to what it says in the open, and with a ledger of what it signed."""

import pytest

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.passphrase import WeakPassphrase
from fieldinspect.crypto.root_key import (
    RootKey,
    RootKeyDamaged,
    WrongRootPassphrase,
    make_root_key,
    open_root_key,
    public_part,
)
from fieldinspect.domain.errors import BadInput
from tests.team import PASSPHRASE


@pytest.fixture(scope="module")
def key() -> RootKey:
    return make_root_key(PASSPHRASE, FLOOR_COST)


def test_a_key_comes_back_with_its_ledger_and_another_nonce(key: RootKey) -> None:
    file = key.remember("1" * 32, 7, "a" * 64).file()
    again = open_root_key(file, PASSPHRASE)
    assert again.signing.secret_bytes() == key.signing.secret_bytes()
    assert again.signed == {"1" * 32: (7, "a" * 64)}
    assert key.signing.secret_bytes() not in file
    assert again.file() != file
    assert public_part(file) == key.signing.public


def test_only_its_passphrase_opens_it(key: RootKey) -> None:
    with pytest.raises(WrongRootPassphrase):
        open_root_key(key.file(), PASSPHRASE + "x")
    with pytest.raises(WeakPassphrase):
        make_root_key("password1", FLOOR_COST)


def test_another_public_key_cost_or_sealed_part_opens_nothing(key: RootKey) -> None:
    file, other = key.file(), make_root_key(PASSPHRASE, FLOOR_COST)
    swapped = file.replace(key.signing.public.line.encode(), other.signing.public.line.encode())
    with pytest.raises(WrongRootPassphrase):
        open_root_key(swapped, PASSPHRASE)
    with pytest.raises(WrongRootPassphrase):
        open_root_key(file.replace(b'"passes":3', b'"passes":4'), PASSPHRASE)
    with pytest.raises(RootKeyDamaged):
        open_root_key(file.replace(b'"memory":65536', b'"memory":99999999999'), PASSPHRASE)
    for cut in range(len(file)):
        with pytest.raises(RootKeyDamaged):
            public_part(file[:cut])


def test_no_flipped_bit_opens(key: RootKey) -> None:
    file = key.file()
    for place in range(0, len(file), len(file) // 24):
        broken = bytearray(file)
        broken[place] ^= 1
        with pytest.raises(BadInput):
            open_root_key(bytes(broken), PASSPHRASE)
