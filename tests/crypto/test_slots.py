"""The slot file of docs/formats/slots.md, tried by its owner and by somebody who wants in."""

import hmac
import json

import msgspec
import pytest

from fieldinspect.crypto import argon
from fieldinspect.crypto import slots as module
from fieldinspect.crypto.argon import FLOOR_COST, Cost, calibrate
from fieldinspect.crypto.keys import MasterKey
from fieldinspect.crypto.recovery import MistypedRecoveryCode
from fieldinspect.crypto.slots import (
    NewerVault,
    PassphraseTooLong,
    SlotsDamaged,
    WrongPassphrase,
    WrongRecoveryCode,
    new_slots,
    read_slots,
    repaired,
    unlock,
    unlock_with_recovery_code,
    with_passphrase,
    with_recovery_code,
)
from fieldinspect.domain.errors import BadInput, WorldFailed

VAULT = "0123456789abcdef" * 2
OLD, NEW = "old passphrase", "new passphrase"


@pytest.fixture(scope="module")
def master() -> MasterKey:
    return MasterKey.generate()


@pytest.fixture(scope="module")
def raw(master: MasterKey) -> bytes:
    return new_slots(VAULT, master, OLD, FLOOR_COST)


def resealed(raw: bytes, master: MasterKey, change) -> bytes:
    """The file as an insider who holds the master key could rewrite it: changed, with a MAC that fits."""
    document = json.loads(raw.split(b"\n")[0])
    change(document)
    line = json.dumps(document, separators=(",", ":")).encode()
    return module._file(line, module._mac(master, line + b"\n"))


def test_the_passphrase_opens_the_vault(raw: bytes, master: MasterKey) -> None:
    slots = read_slots(raw, raw)
    assert unlock(slots, OLD).secret() == master.secret()
    assert slots.vault == VAULT
    assert slots.types() == ("passphrase",)
    assert repaired(slots, master, raw, raw) is None


def test_another_passphrase_is_refused_with_the_sentence(raw: bytes) -> None:
    with pytest.raises(WrongPassphrase, match=r"^The passphrase does not open this vault$"):
        unlock(read_slots(raw, raw), "old passphrase ")


def test_letters_with_marks_open_however_they_were_typed(master: MasterKey) -> None:
    raw = new_slots(VAULT, master, "t\u0177 gwyn", FLOOR_COST)
    assert unlock(read_slots(raw, None), "ty\u0302 gwyn").secret() == master.secret()


@pytest.mark.parametrize("passphrase", ["", "x" * 1025])
def test_length_is_bounded(raw: bytes, passphrase: str) -> None:
    with pytest.raises(PassphraseTooLong):
        unlock(read_slots(raw, raw), passphrase)


def test_a_new_passphrase_replaces_the_old_one(raw: bytes, master: MasterKey) -> None:
    changed = with_passphrase(read_slots(raw, raw), master, NEW, FLOOR_COST)
    slots = read_slots(changed, changed)
    assert unlock(slots, NEW).secret() == master.secret()
    with pytest.raises(WrongPassphrase):
        unlock(slots, OLD)


def test_a_stale_copy_never_brings_the_old_passphrase_back(raw: bytes, master: MasterKey) -> None:
    changed = with_passphrase(read_slots(raw, raw), master, NEW, FLOOR_COST)
    slots = read_slots(changed, raw)  # the power failed between the two copies
    assert unlock(slots, NEW).secret() == master.secret()
    with pytest.raises(WrongPassphrase):
        unlock(slots, OLD)
    assert repaired(slots, master, changed, raw) == changed


@pytest.mark.parametrize("bad", [None, b"", b"{}\n", b"\xff" * 200, b"[" * 60_000])
def test_one_good_copy_is_enough(raw: bytes, master: MasterKey, bad: bytes | None) -> None:
    for pair in ((raw, bad), (bad, raw)):
        slots = read_slots(*pair)
        assert unlock(slots, OLD).secret() == master.secret()
        assert repaired(slots, master, *pair) == raw


def test_a_damaged_newer_copy_gives_way_to_the_older(raw: bytes, master: MasterKey) -> None:
    newer, _code = with_recovery_code(read_slots(raw, raw), master)
    torn = newer.replace(b'"generation":2', b'"generation":3')
    slots = read_slots(torn, raw)
    assert unlock(slots, OLD).secret() == master.secret()
    assert repaired(slots, master, torn, raw) == raw


def test_two_damaged_copies_say_so() -> None:
    with pytest.raises(SlotsDamaged):
        read_slots(b"{}", None)


def test_a_file_whose_mac_fits_no_copy_says_so(raw: bytes) -> None:
    broken = raw[:-2] + (b"0" if raw[-2:-1] != b"0" else b"1") + b"\n"
    with pytest.raises(SlotsDamaged):
        unlock(read_slots(broken, broken), OLD)


def test_a_newer_format_says_so(raw: bytes) -> None:
    with pytest.raises(NewerVault, match="newer version"):
        read_slots(raw.replace(b"fieldinspect-slots/1", b"fieldinspect-slots/2"), None)


def test_the_recovery_code_opens_the_vault(raw: bytes, master: MasterKey) -> None:
    written, code = with_recovery_code(read_slots(raw, raw), master)
    slots = read_slots(written, written)
    assert slots.types() == ("passphrase", "recovery")
    assert unlock(slots, OLD).secret() == master.secret()
    as_typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    for typed in (code, as_typed):
        assert unlock_with_recovery_code(slots, typed).secret() == master.secret()


def test_a_new_recovery_code_replaces_the_old_one(raw: bytes, master: MasterKey) -> None:
    first, old_code = with_recovery_code(read_slots(raw, raw), master)
    second, new_code = with_recovery_code(read_slots(first, first), master)
    slots = read_slots(second, second)
    assert unlock_with_recovery_code(slots, new_code).secret() == master.secret()
    with pytest.raises(WrongRecoveryCode):
        unlock_with_recovery_code(slots, old_code)


def test_a_mistyped_recovery_code_is_told_apart_from_a_wrong_one(raw: bytes, master: MasterKey) -> None:
    written, code = with_recovery_code(read_slots(raw, raw), master)
    slots = read_slots(written, written)
    mistyped = ("1" if code[0] != "1" else "2") + code[1:]
    for typed in (mistyped, code[:-1], code + "0", "", "U" * 36):
        with pytest.raises(MistypedRecoveryCode):
            unlock_with_recovery_code(slots, typed)


def test_unknown_slots_survive_a_rewrite_byte_for_byte(raw: bytes, master: MasterKey) -> None:
    unknown = {"type": "smartcard", "index": 7, "blob": "\u00e9", "n": 1e3}
    with_unknown = resealed(raw, master, lambda d: d["slots"].append(unknown))
    written, _code = with_recovery_code(read_slots(with_unknown, None), master)
    rewritten = with_passphrase(read_slots(written, None), master, NEW, FLOOR_COST)
    assert json.dumps(unknown, separators=(",", ":")).encode() in rewritten
    slots = read_slots(rewritten, rewritten)
    assert sorted(slots.types()) == ["passphrase", "recovery", "smartcard"]
    assert unlock(slots, NEW).secret() == master.secret()


def test_a_full_file_says_so_and_still_changes_its_passphrase(raw: bytes, master: MasterKey) -> None:
    def fill(document) -> None:
        document["slots"] += [{"type": "other", "index": index} for index in range(1, 16)]

    full = resealed(raw, master, fill)
    slots = read_slots(full, full)
    changed = with_passphrase(slots, master, NEW, FLOOR_COST)
    assert unlock(read_slots(changed, changed), NEW).secret() == master.secret()
    with pytest.raises(BadInput, match="as many keys"):
        with_recovery_code(slots, master)


COSTS = [
    ("memory", 65535),
    ("memory", 4194305),
    ("memory", 1 << 40),
    ("memory", -1),
    ("passes", 2),
    ("passes", 17),
    ("lanes", 0),
    ("lanes", 17),
    ("index", 16),
    ("salt", "AAAA"),
    ("wrapped", "AAAA"),
]


@pytest.mark.parametrize(("name", "value"), COSTS)
def test_out_of_bounds_is_refused_before_any_work(raw: bytes, master: MasterKey, name: str, value) -> None:
    bad = resealed(raw, master, lambda d: d["slots"][0].__setitem__(name, value))
    with pytest.raises(SlotsDamaged):
        read_slots(bad, bad)


@pytest.mark.parametrize(("name", "value"), [("index", 3), ("memory", 65537), ("passes", 4), ("lanes", 5)])
def test_a_wrap_is_bound_to_its_parameters(raw: bytes, master: MasterKey, name: str, value: int) -> None:
    moved = resealed(raw, master, lambda d: d["slots"][0].__setitem__(name, value))
    with pytest.raises(WrongPassphrase):
        unlock(read_slots(moved, moved), OLD)


def test_a_wrap_is_bound_to_its_vault(raw: bytes, master: MasterKey) -> None:
    moved = resealed(raw, master, lambda d: d.__setitem__("vault", "f" * 32))
    with pytest.raises(WrongPassphrase):
        unlock(read_slots(moved, moved), OLD)


def test_a_master_key_that_is_not_the_vaults_is_not_used(raw: bytes) -> None:
    other = MasterKey.generate()
    foreign = new_slots(VAULT, other, OLD, FLOOR_COST)
    check = json.loads(raw.split(b"\n")[0])["check"]
    mixed = resealed(foreign, other, lambda d: d.__setitem__("check", check))
    with pytest.raises(WrongPassphrase):
        unlock(read_slots(mixed, mixed), OLD)


@pytest.mark.parametrize(
    "where", ['"slots":[', '"slots":[{"type":"other","index":0,"deep":', '"format":"x","deep":']
)
def test_bottomless_nesting_is_refused(raw: bytes, where: str) -> None:
    bottomless = b"{" + where.encode() + b"[" * 60_000
    whole = raw[: raw.index(b'"slots"')] + where.encode() + b"[" * 50_000 + b"]" * 9_000 + raw[-67:]
    for bad in (bottomless, bottomless + b"\n" + b"0" * 64 + b"\n", whole):
        with pytest.raises(SlotsDamaged):
            read_slots(bad, bad)


def test_every_flipped_bit_and_every_cut_of_both_copies_is_refused(raw: bytes, monkeypatch) -> None:
    # Argon2id is replaced by something quick: what is tried here is the reading, 2,000 times.
    quick = lambda passphrase, salt, cost: (passphrase.encode() + salt + str(cost).encode())[:32].ljust(32)  # noqa: E731
    monkeypatch.setattr(module, "derive_slot_key", quick)
    master = MasterKey.generate()
    good = new_slots(VAULT, master, OLD, FLOOR_COST)
    assert unlock(read_slots(good, good), OLD).secret() == master.secret()
    flips = [
        good[:i] + bytes([good[i] ^ 1 << bit]) + good[i + 1 :] for i in range(len(good)) for bit in range(8)
    ]
    cuts = [good[:end] for end in range(len(good))]
    for bad in [*flips, *cuts, good + b"\n", good + good]:
        with pytest.raises(BadInput):
            unlock(read_slots(bad, bad), OLD)


@pytest.mark.parametrize("digits", ["9" * 5_000, "9" * 20, "²", "-2", ""])
def test_a_version_that_is_no_number_of_ours_is_damage(digits: str) -> None:
    raw = b'{"format":"fieldinspect-slots/%b"}\n%b\n' % (digits.encode(), b"0" * 64)
    with pytest.raises(SlotsDamaged):
        read_slots(raw, raw)


def test_a_file_with_two_passphrase_slots_is_refused_before_either_is_tried(
    raw: bytes, master: MasterKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = msgspec.json.decode(raw.partition(b"\n")[0])
    document["slots"].append(document["slots"][0] | {"index": 1})
    line = msgspec.json.encode(document) + b"\n"
    bad = line + hmac.digest(master.slots_mac(), line, "sha256").hex().encode() + b"\n"
    monkeypatch.setattr(module, "derive_slot_key", lambda *_cost: pytest.fail("it was tried"))
    with pytest.raises(SlotsDamaged):
        read_slots(bad, bad)


def test_more_memory_than_the_machine_has_is_told_and_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(argon, "_physical_memory", lambda: FLOOR_COST.memory)
    monkeypatch.setattr(argon, "Argon2id", lambda **_cost: pytest.fail("it was tried"))
    with pytest.raises(WorldFailed, match="not enough memory"):
        argon.derive_slot_key(OLD, bytes(16), Cost(2 * FLOOR_COST.memory))


def test_subkeys_differ_and_never_change() -> None:
    master = MasterKey(bytes(range(32)))
    key, salt = master.database()
    assert (len(key), len(salt), len(master.check_value())) == (32, 16, 16)
    others = [master.slots_mac(), master.anchor(), master.device_keys(), master.backup()]
    assert len({bytes(subkey) for subkey in (key, *others)}) == 5
    assert bytes(key).hex() == "8a6a0df27127e28691fe433628b92df44fe61616717b94f807b1cb1b2c9bc0ec"
    assert master.check_value().hex() == "aa5c03ec20776659cb99c75dec0fe421"


def test_a_wiped_key_is_zeros() -> None:
    master = MasterKey(b"\x01" * 32)
    master.wipe()
    assert master.secret() == bytes(32)


# seconds that 64, 128, ... MiB take -> the MiB chosen
CALIBRATIONS = [
    ([0.1, 0.2, 0.4, 0.8, 1.6], 1 << 30, 512),
    ([0.05, 0.1, 0.2, 0.4, 0.8], 1 << 30, 1024),
    ([5.0], 1 << 30, 64),
    ([0.8, 1.6], 1 << 30, 64),
    ([0.1, 0.2, 0.4], 1024 * 1024, 256),
]


@pytest.mark.parametrize(("seconds", "memory", "chosen"), CALIBRATIONS)
def test_calibration_takes_the_largest_under_a_second_and_a_half(seconds, memory: int, chosen: int) -> None:
    now = 0.0

    def derive(_passphrase: str, _salt: bytes, cost: Cost) -> bytes:
        nonlocal now
        now += seconds[(cost.memory // 65536).bit_length() - 1]
        return b""

    assert calibrate(lambda: now, derive, memory) == Cost(chosen * 1024)


def test_costs_below_the_floor_cannot_be_named() -> None:
    with pytest.raises(ValueError, match="out of bounds"):
        Cost(1024)
