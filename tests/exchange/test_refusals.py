"""Bundles between people who mean harm, or were unlucky: each refused by its name, with its sentence."""

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from fieldinspect.crypto import sshsig
from fieldinspect.crypto.age.recipients import generate_identity
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.exchange import refusals
from fieldinspect.exchange.manifest import Facts, recipient_fingerprint
from fieldinspect.exchange.reader import inspect_bundle
from tests.exchange.making import (
    NOW,
    Forged,
    World,
    archive_of,
    archived,
    members_of,
    resealed,
    rewrapped,
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def refused(world: World, kind: type[Exception], path: Path | None = None, **changes) -> str:
    """Open and expect this refusal, by exactly this type; nothing may be left behind, the file untouched."""
    path = path or world.path
    before = path.read_bytes()
    with pytest.raises(kind) as caught:
        world.open(path, **changes)
    assert type(caught.value) is kind
    assert world.leftovers() == []
    assert path.read_bytes() == before
    assert str(world.folder) not in str(caught.value)
    return str(caught.value)


def written(world: World, content: bytes) -> Path:
    path = world.folder / "other.fib"
    path.write_bytes(content)
    return path


# --- not a bundle

NOT_BUNDLES = {
    "empty": b"",
    "a PDF": b"%PDF-1.7\n",
    "a zip": b"PK\x03\x04" + bytes(100),
    "zeros": bytes(100_000),
    "one endless line": b"x" * 1_000_000,
    "age armour": b"-----BEGIN AGE ENCRYPTED FILE-----\n",
    "another program's": b"age-encryption.org/\n",
}


@pytest.mark.parametrize("content", NOT_BUNDLES.values(), ids=NOT_BUNDLES.keys())
def test_not_a_bundle(world: World, content: bytes) -> None:
    path = written(world, content)
    assert "not a bundle" in refused(world, refusals.NotABundle, path)
    with pytest.raises(refusals.NotABundle):
        inspect_bundle(path)


def test_an_age_file_of_something_else_is_not_a_bundle(world: World) -> None:
    for content in (b"", b"a letter", bytes(4096), archived([("letter.txt", b"x")])):
        refused(world, refusals.NotABundle, written(world, rewrapped(content, [world.recipient])))


def test_an_age_file_for_a_passphrase_is_not_a_bundle(world: World) -> None:
    header = (
        b"age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 20\n"
        + b"A" * 43
        + b"\n--- "
        + b"A" * 43
        + b"\n"
    )
    refused(world, refusals.NotABundle, written(world, header + bytes(100)))


def test_a_file_that_is_not_there_is_the_worlds_fault(world: World) -> None:
    with pytest.raises(WorldFailed):
        world.open(world.folder / "missing.fib")


# --- newer


def test_a_newer_envelope_or_manifest_says_so(world: World) -> None:
    refused(world, refusals.BundleTooNew, written(world, b"age-encryption.org/v2\n"))
    newer = Forged(world, manifest=lambda raw: raw.replace(b"fib/1\n", b"fib/2\n", 1)).write(world.path)
    assert "newer version" in refused(world, refusals.BundleTooNew, newer)


# --- for somebody else


def test_for_somebody_else(world: World) -> None:
    world.seal()
    stranger, _recipient = generate_identity("x25519")
    assert "for somebody else" in refused(world, refusals.NotForYou, identities=[stranger])
    refused(world, refusals.NotForYou, identities=[])


# --- cut short, changed on the way


def test_cut_short(world: World) -> None:
    world.seal()
    file = world.path.read_bytes()
    payload = file.index(b"--- ") + 48
    for end in (
        5,
        22,
        30,
        payload - 30,
        payload - 1,
        payload,
        payload + 15,
        payload + 16,
        payload + 31,
        len(file) - 1,
    ):
        assert "cut short" in refused(world, refusals.BundleTruncated, written(world, file[:end]))


def test_cut_at_a_chunk_border(world: World) -> None:
    world.add_blob(bytes(300_000))
    world.seal()
    file = world.path.read_bytes()
    payload = file.index(b"--- ") + 48 + 16
    for chunks in (1, 2, 3):
        refused(world, refusals.BundleTruncated, written(world, file[: payload + chunks * 65552]))


def test_changed_in_the_middle(world: World) -> None:
    world.add_blob(bytes(300_000))
    world.seal()
    file = bytearray(world.path.read_bytes())
    file[len(file) // 2] ^= 1
    assert "was changed" in refused(world, refusals.BundleChanged, written(world, bytes(file)))


def test_bytes_after_the_end(world: World) -> None:
    world.seal()
    file = world.path.read_bytes()
    refused(world, refusals.BundleTruncated, written(world, file + b"\0"))
    refused(world, refusals.BundleTruncated, written(world, file + file))


def test_a_header_that_was_tampered_with(world: World) -> None:
    world.seal()
    file = world.path.read_bytes()
    first, second = re.findall(rb"-> X25519 [^-]*?\n[^-]*?\n", file)
    stripped, swapped = file.replace(second, b"", 1), file.replace(first + second, second + first, 1)
    doubled = file.replace(first, first + first, 1)
    for bad in (stripped, swapped, doubled, file.replace(b"X25519", b"X25519 x", 1)):
        refused(world, refusals.BundleChanged, written(world, bad))


def test_an_endless_header(world: World) -> None:
    header = b"age-encryption.org/v1\n" + b"-> X25519 x\n\n" * 100_000
    refused(world, refusals.BundleChanged, written(world, header))


# --- an insider: can open the bundle, knows its file key


def test_an_insider_passes_it_on(world: World) -> None:
    """Re-wrapped for somebody else, for fewer, for more, for the same again."""
    world.seal()
    archive = archive_of(world.path.read_bytes(), world.identity)
    stranger, third = generate_identity("x25519")
    for recipients in (
        [third],
        [third, world.second],
        [world.recipient, third],
        [world.recipient, world.second, third],
    ):
        path = written(world, rewrapped(archive, recipients))
        identity = stranger if world.recipient not in recipients else world.identity
        assert "passed on" in refused(world, refusals.BundleForwarded, path, identities=[identity])
    refused(world, refusals.BundleForwarded, written(world, rewrapped(archive, [world.recipient])))
    refused(
        world, refusals.BundleForwarded, written(world, rewrapped(archive, [world.recipient, world.second]))
    )


def test_an_insider_changes_any_member(world: World) -> None:
    world.seal()
    file = world.path.read_bytes()
    members = members_of(archive_of(file, world.identity))
    for place, (name, content) in enumerate(members):
        changed = [*members]
        changed[place] = (name, bytes([content[0] ^ 1]) + content[1:])
        refused(
            world, refusals.BundleChanged, written(world, resealed(file, world.identity, archived(changed)))
        )


def test_an_insider_drops_adds_renames_or_reorders_members(world: World) -> None:
    world.add_blob(b"second")
    world.seal()
    file = world.path.read_bytes()
    members = members_of(archive_of(file, world.identity))
    variants = [
        members[:-1],
        [*members, members[-1]],
        [*members, ("more", b"")],
        [*members[:-2], members[-1], members[-2]],
    ]
    variants += [
        [*members[:2], members[3], members[2], *members[4:]],
        [*members[:-1], ("../evil", members[-1][1])],
    ]
    for variant in variants:
        refused(
            world, refusals.BundleChanged, written(world, resealed(file, world.identity, archived(variant)))
        )
    for variant in ([], members[1:], [members[1], members[0], *members[2:]]):
        refused(world, refusals.NotABundle, written(world, resealed(file, world.identity, archived(variant))))
    for end in (b"", bytes(512), bytes(1536), bytes(10240), bytes(1023) + b"x"):
        refused(
            world,
            refusals.BundleChanged,
            written(world, resealed(file, world.identity, archived(members, end))),
        )


def test_an_insider_swaps_the_signature_for_his_own(world: World) -> None:
    mallory = SigningKey.generate()
    forged = Forged(world, signer=mallory).write(world.path)
    refused(world, refusals.BundleChanged, forged)  # the manifest names another device
    honest_name = Forged(world, facts={"device": mallory.public.fingerprint}, signer=mallory).write(
        world.path
    )
    assert "not in your team list" in refused(world, refusals.UnknownSigner, honest_name)


def test_a_signature_made_for_something_else(world: World) -> None:
    refused(world, refusals.BundleChanged, Forged(world, namespace=sshsig.ROSTER).write(world.path))


# --- a writer who does not follow the rules

ZERO = "SHA256:" + "A" * 43
BROKEN_FACTS = {
    "another format": ({"format": "fib/x"}, refusals.NotABundle),
    "an unknown fact": ({"extra": 1}, refusals.NotABundle),
    "bundle id": ({"bundle": "../../etc"}, refusals.NotABundle),
    "created": ({"created": "2026-03-14 21:40"}, refusals.NotABundle),
    "sequence 0": ({"sequence": 0}, refusals.NotABundle),
    "sequence as text": ({"sequence": "1"}, refusals.NotABundle),
    "sequence 2 after nothing": ({"sequence": 2}, refusals.NotABundle),
    "sequence 1 after something": ({"previous": "0e" * 16}, refusals.NotABundle),
    "purpose": ({"purpose": "<b>"}, refusals.NotABundle),
    "too few sizes": ({"sizes": [1, 2, 3]}, refusals.NotABundle),
    "no sizes": ({"sizes": []}, refusals.NotABundle),
    "negative size": ({"sizes": [-1, 1, 1, 1]}, refusals.NotABundle),
    "huge size": ({"sizes": [1 << 50, 1, 1, 1]}, refusals.NotABundle),
    "nobody": ({"to": []}, refusals.NotABundle),
    "env of another": ({"env": "0" * 64}, refusals.BundleForwarded),
    "to of others": ({"to": [ZERO, ZERO[:-1] + "B"]}, refusals.BundleForwarded),
    "not after": ({"not_after": "2026-13-99"}, refusals.NotABundle),
    "too many entries": ({"entries": 4}, refusals.BundleChanged),
    "too few entries": ({"entries": 2}, refusals.BundleChanged),
    "another device": ({"device": ZERO}, refusals.BundleChanged),
}


@pytest.mark.parametrize(("facts", "kind"), BROKEN_FACTS.values(), ids=BROKEN_FACTS.keys())
def test_facts(world: World, facts: dict, kind: type[Exception]) -> None:
    refused(world, kind, Forged(world, facts=facts).write(world.path))


def test_the_forger_of_these_tests_can_be_honest(world: World) -> None:
    with world.open(Forged(world).write(world.path)) as opened:
        assert len(list(opened.entries())) == 3


def test_to_must_name_us_at_the_stanza_that_opens(world: World) -> None:
    to = [recipient_fingerprint(world.second), recipient_fingerprint(world.recipient)]
    refused(world, refusals.BundleForwarded, Forged(world, facts={"to": to}).write(world.path))
    twice = [recipient_fingerprint(world.recipient)] * 2
    refused(world, refusals.BundleForwarded, Forged(world, facts={"to": twice}).write(world.path))


MANIFESTS = {
    "no last line feed": lambda raw: raw[:-1],
    "an empty line after": lambda raw: raw + b"\n",
    "carriage returns": lambda raw: raw.replace(b"\n", b"\r\n"),
    "upper-case digests": lambda raw: (
        raw[: raw.rindex(b"blobs") - 66] + raw[raw.rindex(b"blobs") - 66 :].upper()
    ),
    "a space before the facts": lambda raw: raw.replace(b"# {", b"#  {"),
    "one space": lambda raw: raw.replace(b"  keys.json", b" keys.json"),
    "binary mark": lambda raw: raw.replace(b"  keys.json", b" *keys.json"),
    "a comment more": lambda raw: raw + b"# more\n",
    "facts out of order": lambda raw: raw.replace(b'{"format":"fib/1",', b"{").replace(
        b"}\n", b',"format":"fib/1"}\n', 1
    ),
    "a member twice": lambda raw: raw.replace(b'"purpose"', b'"purpose":"x","purpose"'),
    "a name that climbs": lambda raw: raw.replace(b"  blobs/", b"  ../../"),
    "not UTF-8": lambda raw: raw.replace(b"entries.jsonl", b"entries.json\xff"),
    "deep facts": lambda raw: raw.replace(b"# {", b"# " + b"[" * 100_000),
    "deep unknown fact": lambda raw: raw.replace(b"# {", b'# {"x":' + b"[" * 100_000),
    "empty": lambda _raw: b"",
    "only line feeds": lambda _raw: b"\n\n\n",
}


@pytest.mark.parametrize("change", MANIFESTS.values(), ids=MANIFESTS.keys())
def test_a_manifest_has_one_encoding(world: World, change) -> None:
    refused(world, refusals.NotABundle, Forged(world, manifest=change).write(world.path))


MEMBERS = {
    "entries with an empty line": ("entries.jsonl", b"a\n\nb\n"),
    "entries beginning with an empty line": ("entries.jsonl", b"\na\nb\n"),
    "entries without an end": ("entries.jsonl", b"a\nb\nc"),
    "an entry too long": ("entries.jsonl", b"a\nb\n" + b"x" * (8 << 20) + b"\n"),
    "keys not JSON": ("keys.json", b"keys"),
    "keys with white space": ("keys.json", b"{ }"),
    "keys out of order": (
        "keys.json",
        b'{"%s":["%s="],"%s":["%s="]}' % (b"0b" * 16, b"A" * 43, b"0a" * 16, b"A" * 43),
    ),
    "a key too short": ("keys.json", b'{"%s":["AAAA"]}' % (b"0a" * 16)),
    "a record without keys": ("keys.json", b'{"%s":[]}' % (b"0a" * 16)),
    "a key twice": ("keys.json", b'{"%s":["%s=","%s="]}' % (b"0a" * 16, b"A" * 43, b"A" * 43)),
    "a record id that is none": ("keys.json", b'{"../x":["%s="]}' % (b"A" * 43)),
    "keys deep": ("keys.json", b'{"x":' + b"[" * 100_000),
    "an attachment under another's name": ("blobs/", b"something else"),
}


@pytest.mark.parametrize(("name", "content"), MEMBERS.values(), ids=MEMBERS.keys())
def test_members(world: World, name: str, content: bytes) -> None:
    def change(members: dict[str, bytes]) -> dict[str, bytes]:
        return {key: content if key.startswith(name) else value for key, value in members.items()}

    kind = refusals.NotABundle if name == "blobs/" else refusals.BundleChanged
    refused(world, kind, Forged(world, members=change).write(world.path))


def test_a_manifest_of_too_many_members_or_of_16_mib(world: World) -> None:
    padded = Forged(world, manifest=lambda raw: raw + b"#" * (17 << 20)).write(world.path)
    refused(world, refusals.NotABundle, padded)


# --- who, when, how often, how much


def test_unknown_signer(world: World) -> None:
    world.seal()
    assert "not in your team list" in refused(
        world, refusals.UnknownSigner, resolve_signer=lambda _device: None
    )
    other = SigningKey.generate().public
    refused(world, refusals.UnknownSigner, resolve_signer=lambda _device: other)


def test_a_newer_roster_in_the_bundle_may_introduce_the_signer(world: World) -> None:
    world.seal()
    offered: list[bytes] = []

    def accept(raw: bytes) -> bool:
        offered.append(raw)
        return True

    def knows(device: str):
        return world.knows(device) if offered else None

    with world.open(resolve_signer=knows, accept_roster=accept) as opened:
        assert len(list(opened.entries())) == 3
    assert offered == [world.roster]


def test_a_roster_that_is_not_accepted_or_does_not_help(world: World) -> None:
    world.seal()
    refused(world, refusals.UnknownSigner, resolve_signer=lambda _d: None, accept_roster=lambda _raw: True)
    refused(world, refusals.UnknownSigner, resolve_signer=lambda _d: None, accept_roster=lambda _raw: False)


def test_the_roster_is_offered_only_when_it_is_needed_and_whole(world: World) -> None:
    world.seal()
    with world.open(accept_roster=lambda _raw: pytest.fail("the signer is known")) as opened:
        assert opened.roster == world.roster
    file = world.path.read_bytes()
    members = members_of(archive_of(file, world.identity))
    members[4] = ("roster.json", b"x" * len(members[4][1]))
    path = written(world, resealed(file, world.identity, archived(members)))
    refused(
        world,
        refusals.BundleChanged,
        path,
        resolve_signer=lambda _d: None,
        accept_roster=lambda _raw: pytest.fail("not the roster that was signed"),
    )


def test_expired(world: World) -> None:
    world.seal(not_after="2026-03-14T21:40:00Z")
    with world.open(now=NOW):
        pass
    assert "2026-03-14" in refused(world, refusals.BundleExpired, now=NOW + timedelta(seconds=1))
    refused(world, refusals.BundleExpired, now=NOW + timedelta(days=3650))


def test_a_writer_whose_clock_is_wrong_is_heard(world: World) -> None:
    for created in ("1970-01-01T00:00:00Z", "2099-12-31T23:59:59Z"):
        world.seal(created=created)
        with world.open() as opened:
            assert opened.facts.created == created


def test_already_received(world: World) -> None:
    bundle = world.seal().facts.bundle
    assert "already received" in refused(world, refusals.AlreadyReceived, seen=lambda known: known == bundle)


def test_not_enough_space_is_the_laptops_fault(world: World) -> None:
    facts = world.seal().facts
    needed = sum(facts.sizes) + sum(facts.sizes) // 10
    refused(world, refusals.NoSpaceForBundle, free_space=lambda _folder: needed - 1)
    with world.open(free_space=lambda _folder: needed):
        pass
    assert not issubclass(refusals.NoSpaceForBundle, BadInput)


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from fieldinspect import files
from fieldinspect.domain.errors import WorldFailed
from tests.exchange.making import World
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
world = World(Path(sys.argv[1]), attachment=bytes(3000))
size = world.seal().size
world.path.unlink()

def within(budget, act):
    resource.setrlimit(resource.RLIMIT_FSIZE, (budget, resource.RLIM_INFINITY))
    try:
        act()
        return True
    except WorldFailed:
        return False
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)

def seal():
    with files.atomic_writer(world.path) as out:
        world.seal_into(out)

for budget in [*range(0, size, 97), size - 1]:
    assert not within(budget, seal), budget
    assert not world.path.exists() and not list(world.folder.glob(".*.part")), budget
assert within(size, seal)
needed = 3000 + 48 + 16
for budget in [*range(0, needed, 97), needed - 1]:
    assert not within(budget, lambda: world.open().close()), budget
    assert world.leftovers() == [], budget
assert within(needed, lambda: world.open().close())
"""


def test_a_disk_that_fills_up_while_sealing_or_receiving(tmp_path: Path) -> None:
    """Whatever the budget of bytes: told, nothing half written, nothing left over; and enough is enough."""
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


ARGUMENTS = {
    refusals.BundleExpired: "2026-03-14T00:00:00Z",
    refusals.AlreadyReceived: "0d" * 16,
    refusals.NoSpaceForBundle: 5_000_000,
}
REFUSALS = [kind for kind in vars(refusals).values() if getattr(kind, "__module__", "") == refusals.__name__]


@pytest.mark.parametrize("kind", [kind for kind in REFUSALS if kind is not refusals.BundleRefused])
def test_every_refusal_has_its_sentence(kind) -> None:
    error = kind(ARGUMENTS[kind]) if kind in ARGUMENTS else kind()
    assert isinstance(error, WorldFailed if kind is refusals.NoSpaceForBundle else refusals.BundleRefused)
    assert re.fullmatch(r"[A-Z].{30,}", str(error))


def test_the_facts_of_the_spec_are_the_facts_of_the_code() -> None:
    spec = (Path(__file__).parents[2] / "docs/formats/bundle.md").read_text()
    section = spec[spec.index("| fact | value |") : spec.index("A **recipient fingerprint**")]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(Facts.__struct_fields__)
