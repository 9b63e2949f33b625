"""Two of three: the escrow slot, tried by its holders and by everybody else."""

import itertools
import json
import os

import pytest

from fieldinspect.crypto import slots as module
from fieldinspect.crypto.age.recipients import generate_identity, parse_identity
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.escrow import (
    MistypedShare,
    NoEscrow,
    NotAHolder,
    OpenShare,
    ShareDamaged,
    SharesDoNotFit,
    WrongShares,
    open_share,
    read_share,
    unlock_with_shares,
    with_escrow,
)
from fieldinspect.crypto.keys import MasterKey
from fieldinspect.crypto.slots import (
    SlotsDamaged,
    escrow_recipients,
    new_slots,
    read_slots,
    unlock,
    with_passphrase,
    with_recovery_code,
)
from fieldinspect.domain.errors import BadInput
from tests.crypto.test_slots import NEW, OLD, VAULT, resealed

KEYS = [generate_identity("hybrid"), generate_identity("x25519"), generate_identity("x25519")]
HOLDERS = [parse_identity(secret) for secret, _recipient in KEYS]
RECIPIENTS = tuple(recipient for _secret, recipient in KEYS)


@pytest.fixture
def quick(monkeypatch) -> None:
    # Argon2id is replaced by something quick: what is tried here is the reading, thousands of times.
    monkeypatch.setattr(
        module, "derive_slot_key", lambda word, salt, cost: (word.encode() + salt)[:32].ljust(32)
    )


@pytest.fixture
def master() -> MasterKey:
    return MasterKey.generate()


@pytest.fixture
def raw(master: MasterKey, quick) -> bytes:
    plain = new_slots(VAULT, master, OLD, FLOOR_COST)
    return with_escrow(read_slots(plain, plain), master, RECIPIENTS)


def test_any_two_of_three_open_the_vault(raw: bytes, master: MasterKey) -> None:
    slots = read_slots(raw, raw)
    assert len(raw) < 32 * 1024
    assert slots.types() == ("passphrase", "escrow")
    assert escrow_recipients(slots, master) == RECIPIENTS
    shares = [read_share(open_share(slots, holder).text) for holder in HOLDERS]
    for one, other in itertools.permutations(shares, 2):
        assert unlock_with_shares(slots, one, other).secret() == master.secret()
    assert unlock(slots, OLD).secret() == master.secret()


def test_a_share_may_be_given_with_spaces_line_ends_and_in_capitals(raw: bytes) -> None:
    share = open_share(read_slots(raw, None), HOLDERS[0])
    assert read_share(f" {share.text[:30]}\n{share.text[30:]} \r\n".upper()) == share


def test_shares_go_on_opening_after_the_passphrase_and_the_code_changed(
    raw: bytes, master: MasterKey
) -> None:
    shares = [open_share(read_slots(raw, raw), holder) for holder in HOLDERS[:2]]
    changed = with_passphrase(read_slots(raw, raw), master, NEW, FLOOR_COST)
    changed, _code = with_recovery_code(read_slots(changed, None), master)
    assert unlock_with_shares(read_slots(changed, None), *shares).secret() == master.secret()


def test_sealing_anew_makes_the_old_shares_useless(raw: bytes, master: MasterKey) -> None:
    shares = [open_share(read_slots(raw, raw), holder) for holder in HOLDERS[:2]]
    again = with_escrow(read_slots(raw, raw), master, RECIPIENTS)
    with pytest.raises(SharesDoNotFit):
        unlock_with_shares(read_slots(again, again), *shares)
    with pytest.raises(WrongShares):  # the older copy knows them, but is not the current one
        unlock_with_shares(read_slots(again, raw), *shares)
    none = with_escrow(read_slots(again, again), master, ())
    slots = read_slots(none, none)
    assert (slots.types(), escrow_recipients(slots, master), slots.escrows()) == (("passphrase",), (), ())
    for refused in (lambda: open_share(slots, HOLDERS[0]), lambda: unlock_with_shares(slots, *shares)):
        with pytest.raises(NoEscrow):
            refused()


def test_a_stale_copy_does_not_bring_old_shares_back(raw: bytes, master: MasterKey) -> None:
    shares = [open_share(read_slots(raw, raw), holder) for holder in HOLDERS[:2]]
    newer = with_passphrase(read_slots(raw, raw), master, NEW, FLOOR_COST)
    without = with_escrow(read_slots(newer, newer), master, ())
    with pytest.raises(WrongShares):
        unlock_with_shares(read_slots(without, raw), *shares)


def test_one_share_twice_or_of_another_vault_is_told(raw: bytes, master: MasterKey) -> None:
    slots = read_slots(raw, raw)
    one, other = (open_share(slots, holder) for holder in HOLDERS[:2])
    foreign = OpenShare(other.number, other.points, "f" * 32, other.salt)
    for pair in ((one, one), (one, foreign), (foreign, one)):
        with pytest.raises(SharesDoNotFit):
            unlock_with_shares(slots, *pair)
    with pytest.raises(WrongShares):
        unlock_with_shares(slots, one, OpenShare(other.number, bytes(32), other.vault, other.salt))


def test_somebody_elses_key_opens_no_share(raw: bytes) -> None:
    for kind in ("hybrid", "x25519"):
        with pytest.raises(NotAHolder):
            open_share(read_slots(raw, raw), parse_identity(generate_identity(kind)[0]))


def test_every_mistyped_character_of_a_share_is_noticed(raw: bytes) -> None:
    text = open_share(read_slots(raw, raw), HOLDERS[0]).text
    for place, letter in enumerate(text):
        other = "q" if letter != "q" else "p"
        with pytest.raises(MistypedShare):
            read_share(text[:place] + other + text[place + 1 :])
    for bad in ("", text[:-1], text + "q", text + text, KEYS[1][1], KEYS[1][0], "1", "\u00e9"):
        with pytest.raises(MistypedShare):
            read_share(bad)


BAD_SLOTS = [
    ("threshold", 1),
    ("threshold", 3),
    ("shares", []),
    ("salt", "AAAA"),
    ("wrapped", "AAAA"),
    ("memory", 65536),
]


@pytest.mark.parametrize(("name", "value"), BAD_SLOTS)
def test_a_malformed_escrow_slot_is_refused(raw: bytes, master: MasterKey, name: str, value) -> None:
    bad = resealed(raw, master, lambda d: d["slots"][1].__setitem__(name, value))
    with pytest.raises(SlotsDamaged):
        read_slots(bad, bad)


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 0, 1), (0, 1), (0, 1, 2, 2)])
def test_shares_stand_in_order_once_each(raw: bytes, master: MasterKey, order) -> None:
    def mix(document) -> None:
        shares = document["slots"][1]["shares"]
        document["slots"][1]["shares"] = [shares[place] for place in order]

    bad = resealed(raw, master, mix)
    with pytest.raises(SlotsDamaged):
        read_slots(bad, bad)


@pytest.mark.parametrize("name", ["recipient", "sealed"])
def test_shares_that_were_exchanged_do_not_open_the_vault(raw: bytes, master: MasterKey, name: str) -> None:
    shares = [open_share(read_slots(raw, raw), holder) for holder in HOLDERS[:2]]

    def exchange(document) -> None:
        one, _two, three = document["slots"][1]["shares"]
        one[name], three[name] = three[name], one[name]

    bad = read_slots(resealed(raw, master, exchange), None)
    with pytest.raises(WrongShares):
        unlock_with_shares(bad, *shares)


def test_a_damaged_share_is_told_apart_from_somebody_elses(raw: bytes, master: MasterKey) -> None:
    sealed = json.loads(raw.split(b"\n")[0])["slots"][1]["shares"][0]["sealed"]

    def damage(document) -> None:
        document["slots"][1]["shares"][0]["sealed"] = sealed[:-8] + "AAAAAAAA"

    with pytest.raises(ShareDamaged):
        open_share(read_slots(resealed(raw, master, damage), None), HOLDERS[0])


def test_every_flipped_bit_of_a_file_with_escrow_is_refused(raw: bytes, master: MasterKey) -> None:
    shares = [open_share(read_slots(raw, raw), holder) for holder in HOLDERS[1:]]
    # Every bit with `make faults`, a sample here; the passphrase slot has its own full sweep.
    stride = 1 if os.environ.get("EVERY_STEP") else 61
    for place, bit in list(itertools.product(range(len(raw)), range(8)))[::stride]:
        bad = raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]
        with pytest.raises(BadInput):
            unlock_with_shares(read_slots(bad, bad), *shares)
        assert unlock_with_shares(read_slots(bad, raw), *shares).secret() == master.secret()
