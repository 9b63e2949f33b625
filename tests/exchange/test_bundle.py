"""Bundles between people who mean well: what goes in comes out, with our reader and with stock tools."""

import hashlib
import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldinspect.crypto import sshsig
from fieldinspect.crypto.age.recipients import generate_identity
from fieldinspect.crypto.blobs import BlobChanged, open_blob
from fieldinspect.domain.errors import Bug
from fieldinspect.exchange.manifest import recipient_fingerprint
from fieldinspect.exchange.reader import inspect_bundle, verify_bundle
from fieldinspect.files import DiskFull, world_failures
from tests.exchange.making import ENTRIES, NOW, RECORD, World, archive_of, members_of


@pytest.fixture(params=["x25519", "hybrid"])
def world(request, tmp_path: Path) -> World:
    return World(tmp_path, request.param)


def test_what_goes_in_comes_out(world: World) -> None:
    sealed = world.seal()
    file = world.path.read_bytes()
    assert (sealed.sha256, sealed.size) == (hashlib.sha256(file).hexdigest(), len(file))
    for identity in (world.identity, world.second_identity):
        with world.open(identities=[identity]) as opened:
            assert opened.facts == sealed.facts
            assert list(opened.entries()) == list(opened.entries()) == ENTRIES
            assert opened.keys == world.keys
            assert opened.roster == world.roster
            assert (opened.sha256, opened.size) == (sealed.sha256, sealed.size)
            ((digest, path),) = opened.blobs.items()
            assert digest in world.blobs
            with path.open("rb") as sealed_blob:
                assert open_blob(sealed_blob, opened.keys[RECORD][0]).read() == world.attachment
        assert world.leftovers() == []


def test_the_facts_say_where_it_came_from_and_for_whom(world: World) -> None:
    facts = world.seal(
        sequence=7, previous="0e" * 16, purpose="visit-pack", not_after="2026-04-01T00:00:00Z"
    ).facts
    assert (facts.sequence, facts.previous, facts.purpose) == (7, "0e" * 16, "visit-pack")
    assert facts.to == (recipient_fingerprint(world.recipient), recipient_fingerprint(world.second))
    assert facts.entries == len(ENTRIES)
    with world.open() as opened:
        assert opened.facts == facts


def test_two_bundles_have_two_ids(world: World) -> None:
    assert world.seal().facts.bundle != world.seal().facts.bundle


def test_an_empty_bundle_is_a_bundle(world: World) -> None:
    world.entries, world.blobs, world.keys = (), {}, {}
    world.seal()
    with world.open() as opened:
        assert list(opened.entries()) == []
        assert (opened.keys, dict(opened.blobs)) == ({}, {})


def test_an_outsider_learns_size_and_stanza_types_only(world: World) -> None:
    sealed = world.seal()
    outline = inspect_bundle(world.path)
    kind = "X25519" if world.kind == "x25519" else "mlkem768x25519"
    assert (outline.size, outline.stanzas, outline.env) == (sealed.size, (kind, kind), sealed.facts.env)


def test_verify_makes_the_checks_and_keeps_nothing(world: World) -> None:
    sealed = world.seal()
    told = verify_bundle(world.path, identities=[world.identity], resolve_signer=world.knows, now=NOW)
    assert (told.facts, told.sha256, told.keys) == (sealed.facts, sealed.sha256, world.keys)
    assert world.leftovers() == []


def test_any_of_several_identities_opens(world: World) -> None:
    world.seal()
    other, _recipient = generate_identity("hybrid")
    with world.open(identities=[other, generate_identity("x25519")[0], world.second_identity]) as opened:
        assert list(opened.entries()) == ENTRIES


def test_nothing_readable_lies_in_staging(world: World) -> None:
    world.seal()
    with world.open() as opened:
        assert list(opened.entries()) == ENTRIES
        for path in world.staging.rglob("*"):
            if path.is_file():
                assert path.stat().st_mode & 0o777 == 0o600
                assert b"header" not in path.read_bytes()
                assert path.name in world.blobs


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    entries=st.lists(st.binary(min_size=1, max_size=300).filter(lambda line: b"\n" not in line), max_size=30),
    keys=st.dictionaries(
        st.uuids().map(lambda u: u.hex),
        st.sets(st.binary(min_size=32, max_size=32), min_size=1, max_size=3).map(
            lambda one: tuple(sorted(one))
        ),
        max_size=5,
    ),
    blobs=st.lists(st.integers(0, 70_000), max_size=3),
)
def test_any_content_round_trips(tmp_path: Path, entries, keys, blobs) -> None:
    world = World(tmp_path, entries=entries, attachment=b"")
    for size in blobs:
        world.add_blob(bytes(size))
    world.keys = keys
    world.seal()
    with world.open() as opened:
        assert list(opened.entries()) == entries
        assert opened.keys == keys
        for digest, path in world.blobs.items():
            assert opened.blobs[digest].read_bytes() == path.read_bytes()


@pytest.mark.skipif(
    not all(map(shutil.which, ("age", "tar", "ssh-keygen", "sha256sum"))),
    reason="a stock tool is not installed",
)
def test_stock_tools_open_and_check_it(tmp_path: Path) -> None:
    """The sceptic's recipe of docs/formats/bundle.md, section 8."""
    world = World(tmp_path, "x25519")
    facts = world.seal().facts
    (tmp_path / "identity.txt").write_text(world.identity + "\n")
    allowed = sshsig.allowed_signers_line(facts.device, world.signer.public, (sshsig.BUNDLE,))
    (tmp_path / "allowed_signers").write_text(allowed)
    out = tmp_path / "out"
    out.mkdir()

    def run(*command: str, stdin: bytes = b"") -> str:
        done = subprocess.run(command, cwd=out, input=stdin, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        assert done.stderr == b""
        return done.stdout.decode()

    run("age", "-d", "-i", "../identity.txt", "-o", "bundle.tar", "../bundle.fib")
    run("tar", "-xf", "bundle.tar")
    manifest = (out / "MANIFEST").read_bytes()
    who = (
        "-f",
        "../allowed_signers",
        "-I",
        facts.device,
        "-n",
        "fieldinspect-bundle@1",
        "-s",
        "MANIFEST.sig",
    )
    assert facts.device in run("ssh-keygen", "-Y", "verify", *who, stdin=manifest)
    checked = run("sha256sum", "--strict", "-c", "MANIFEST").splitlines()
    assert checked == [
        f"{name}: OK"
        for name in ("entries.jsonl", "keys.json", "roster.json", f"blobs/{next(iter(world.blobs))}")
    ]
    assert (out / "entries.jsonl").read_bytes() == b"".join(line + b"\n" for line in ENTRIES)


# --- what the writer refuses to send


@pytest.mark.parametrize("line", [b"", b"two\nlines", b"x" * (8 << 20)], ids=["empty", "two", "long"])
def test_what_is_not_a_line_is_not_sent(tmp_path: Path, line: bytes) -> None:
    world = World(tmp_path, entries=[line])
    with pytest.raises(Bug):
        world.seal()


def test_an_attachment_that_rotted_or_went_is_found_before_it_is_sent(tmp_path: Path) -> None:
    world = World(tmp_path)
    path = next(iter(world.blobs.values()))
    content = path.read_bytes()
    for bad in (content[:-1] + b"\0", content + b"\0", content[:-1]):
        path.write_bytes(bad)
        with pytest.raises(BlobChanged):
            world.seal()
    path.unlink()
    with pytest.raises(BlobChanged):
        world.seal()


def test_facts_that_no_reader_would_take_are_a_mistake_of_ours(tmp_path: Path) -> None:
    world = World(tmp_path)
    for facts in (
        {"sequence": 2},
        {"previous": "0e" * 16},
        {"purpose": "Upper"},
        {"created": "yesterday"},
        {"roster": 0},
    ):
        with pytest.raises(Bug):
            world.seal(**facts)


# --- bounds


PROGRAM = """
import sys
from pathlib import Path
from tests.exchange.making import World
from tests.peak import peak_kib
world = World(Path(sys.argv[1]), attachment=b"")
from fieldinspect.crypto.blobs import seal_blob
class Zeros:
    left = int(sys.argv[2])
    def read(self, size):
        taken = min(size, self.left); self.left -= taken; return bytes(taken)
path = world.folder / "blob"
before = peak_kib()
with path.open("wb") as sink:
    world.blobs = {seal_blob(Zeros(), sink, bytes(32)).digest: path}
world.seal()
with world.open() as opened:
    assert list(opened.entries())
print(peak_kib() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read as Linux reports it")
def test_a_large_attachment_streams_in_bounded_memory(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), str(192 << 20)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 32 * 1024  # KiB


class Narrow(io.BytesIO):
    """A disk that is full after N bytes."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, data) -> int:
        if self.tell() + memoryview(data).nbytes > self.room:
            raise OSError(28, "No space left on device")
        return super().write(data)


def test_a_full_disk_while_sealing_is_told(tmp_path: Path) -> None:
    world = World(tmp_path)
    size = world.seal().size

    def seal_into(room: int) -> None:
        with world_failures():
            world.seal_into(Narrow(room))

    seal_into(size)
    for room in (0, 100, 300, size - 1):
        with pytest.raises(DiskFull):
            seal_into(room)
    assert world.leftovers() == []


def test_the_archive_holds_the_members_in_their_order(tmp_path: Path) -> None:
    world = World(tmp_path)
    for number in range(3):
        world.add_blob(bytes([number]))
    world.seal()
    names = [name for name, _content in members_of(archive_of(world.path.read_bytes(), world.identity))]
    assert names[:5] == ["MANIFEST", "MANIFEST.sig", "entries.jsonl", "keys.json", "roster.json"]
    assert names[5:] == sorted(f"blobs/{digest}" for digest in world.blobs)
