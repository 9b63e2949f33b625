"""Every reader of bytes that somebody else may have written, with a valid input to start from."""

import hashlib
import io
from pathlib import Path

import msgspec

from fieldinspect.crypto.age.recipients import generate_identity, parse_identity
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.escrow import open_share, read_share, with_escrow
from fieldinspect.crypto.keys import MasterKey
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.crypto.slots import new_slots, read_slots
from fieldinspect.domain.durability import Heads
from fieldinspect.domain.errors import BadInput
from fieldinspect.exchange.manifest import ManifestMalformed, read_manifest
from fieldinspect.exchange.reader import verify_bundle
from fieldinspect.exchange.record_keys import RecordKeysMalformed, read_record_keys, write_record_keys
from fieldinspect.files import temporary_folder
from fieldinspect.forms import Session, load
from fieldinspect.journal.entry import Entry, from_line, open_body, to_line
from fieldinspect.journal.roster import read_history
from fieldinspect.resources import forms_folder
from fieldinspect.store import anchor as anchors
from fieldinspect.store.anchor import Anchor
from fieldinspect.store.backup import Still, unpack
from tests.exchange.making import NOW, World, archive_of
from tests.fuzz.outer import age_targets, document_targets, form_targets
from tests.fuzz.target import Target
from tests.journal.test_roster import history
from tests.journal.writers import KEY, Writer


def targets(folder: Path) -> list[Target]:
    world = World(folder)
    world.seal()
    bundle = world.path.read_bytes()
    archive = archive_of(bundle, world.identity)
    manifest = archive[512:].split(b"\0", 1)[0]
    entry = Writer("a" * 32).write("f" * 32, {"text": "x", "/contact/minutes": "12"})
    master = MasterKey.generate()
    slots = new_slots("0" * 32, master, "orchid-lantern-gravel-teapot-bison", FLOOR_COST)
    holders = [generate_identity("x25519") for _each in range(3)]
    escrowed = with_escrow(read_slots(slots, None), master, [recipient for _secret, recipient in holders])
    share = open_share(read_slots(escrowed, None), parse_identity(holders[0][0])).text.encode()
    form = (forms_folder() / "contact" / "form.xml").read_bytes()

    def bundle_reader(raw: bytes) -> object:
        path = folder / "fuzzed.fib"
        path.write_bytes(raw)
        return verify_bundle(path, identities=[world.identity], resolve_signer=world.knows, now=NOW)

    return [
        Target("entry line", from_line, (BadInput,), (to_line(entry), to_line(entry, withhold=True))),
        Target("entry body", lambda raw: _body(raw, entry), (BadInput,), (_plain(entry),)),
        Target("team list", read_history, (BadInput,), (history(SigningKey.generate()),)),
        Target("slots", lambda raw: read_slots(raw, None), (BadInput,), (slots, escrowed)),
        Target("escrow share", lambda raw: read_share(raw.decode("latin-1")), (BadInput,), (share,)),
        Target("anchor", lambda raw: _anchor(folder, raw), (), (_anchor_file(folder),)),
        Target(
            "backup",
            lambda raw: _unpacked(folder, raw, master),
            (BadInput,),
            (_backup(folder, slots, master),),
        ),
        Target("manifest", read_manifest, (ManifestMalformed,), (manifest,)),
        Target("record keys", read_record_keys, (RecordKeysMalformed,), (write_record_keys(world.keys),)),
        Target("bundle", bundle_reader, (BadInput,), (bundle,)),
        Target("form", lambda raw: Session(load(raw)).problems(), (BadInput,), (form,)),
        *age_targets(folder, world),
        *document_targets(),
        *form_targets(folder),
    ]


def _plain(entry: Entry) -> bytes:
    return msgspec.json.encode(open_body(entry, KEY))


def _body(raw: bytes, entry: Entry) -> object:
    """Open a body whose bytes are these, sealed with the right key in the right place."""
    header = entry.header
    place = (
        f"fieldinspect-body-v1\n{header.device}\n{header.incarnation}\n{header.sequence}\n{header.record}\n"
    )
    sealed = KEY.seal(raw, place.encode())
    named = msgspec.structs.replace(header, body=hashlib.sha256(sealed).hexdigest())
    return open_body(msgspec.structs.replace(entry, header=named, sealed=sealed), KEY)


def _anchor_file(folder: Path) -> bytes:
    anchor = Anchor(bytes(32), "0" * 32, folder, None, "1" * 32)
    anchor.keep(Heads("SHA256:device", "1" * 32, 3, "e" * 64, 7, 3, 3, 0, 0, 1))
    return (folder / anchors.NAME).read_bytes()


def _anchor(folder: Path, raw: bytes) -> object:
    """Read a copy of an anchor: whatever is in it is an answer, never a failure."""
    (folder / anchors.NAME).write_bytes(raw)
    return Anchor(bytes(32), "0" * 32, folder, None, "1" * 32).expectations()


def _backup(folder: Path, slots: bytes, master: MasterKey) -> bytes:
    blob = folder / hashlib.sha256(b"sealed").hexdigest()
    blob.write_bytes(b"sealed")
    database = io.BytesIO(b"encrypted" * 300)
    key, path = bytes(master.backup()), folder / "backup"
    Still(database, 2700, slots, ("0" * 32, "own"), [(blob, 6)], key, NOW).write(path)
    return path.read_bytes()


def _unpacked(folder: Path, raw: bytes, master: MasterKey) -> object:
    (folder / "backup").write_bytes(raw)
    with temporary_folder(folder) as into:
        return unpack(folder / "backup", into, lambda _slots: MasterKey(master.secret()))[0]
