"""Readers of what comes before or around a vault: age files, signatures, documents, form sources, pictures, tables."""

import io
import struct
import zlib
from pathlib import Path

import msgspec

from fieldinspect.archive import TarMalformed, TarReader
from fieldinspect.crypto import sshsig
from fieldinspect.crypto.age.armor import unarmor
from fieldinspect.crypto.age.errors import AgeRefused
from fieldinspect.crypto.age.header import read_header
from fieldinspect.crypto.age.recipients import generate_identity, parse_identity, parse_recipient
from fieldinspect.crypto.age.stream import StreamReader, StreamWriter
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.blobs import open_blob, seal_blob
from fieldinspect.crypto.recovery import from_code, generate_recovery_secret, to_code
from fieldinspect.crypto.root_key import make_root_key, public_part
from fieldinspect.crypto.signed import sign_document, signers
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.exchange.depots.webdav import _listed
from fieldinspect.exchange.reader import verify_bundle
from fieldinspect.forms.media import check_picture
from fieldinspect.interchange.lint import expression_problem, lint
from fieldinspect.interchange.workbook import read_workbook, to_csv, to_xlsx
from fieldinspect.journal.roster import read_text, text_of
from fieldinspect.resources import forms_folder
from fieldinspect.services import proposals
from fieldinspect.services.depot_ports import DepotFailed
from fieldinspect.services.durability import _account
from fieldinspect.services.planning import read_window
from fieldinspect.services.programme import REQUEST_FORMAT, Request, read_request
from fieldinspect.services.schedule import _table
from fieldinspect.store.reading import search_expression
from fieldinspect.store.throttle import NAME, Throttle
from tests.exchange.making import NOW, World, archive_of, archived, resealed
from tests.fuzz.target import Target
from tests.journal.test_roster import roster_of_root

KEY = bytes(range(32))
_LISTING = (
    b'<multistatus xmlns="DAV:"><response><href>/folder/a.fib</href><propstat><prop><resourcetype/></prop>'
    b"</propstat></response></multistatus>"
)
PASSPHRASE = "orchid-lantern-gravel-teapot-bison"


def age_targets(folder: Path, world: World) -> list[Target]:
    """Readers of age files and of what is in a bundle; the archive is sealed anew, as an insider can."""
    bundle = world.path.read_bytes()
    archive = archive_of(bundle, world.identity)
    header = bundle[: bundle.index(b"--- ") + 48]
    payload, sealed = io.BytesIO(), io.BytesIO()
    writer = StreamWriter(payload, KEY)
    writer.write(bytes(70_000))
    writer.close()
    seal_blob(io.BytesIO(b"a photograph"), sealed, KEY)
    armoured = b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n"

    def inside(raw: bytes) -> object:
        file = io.BytesIO(resealed(bundle, world.identity, raw))
        return verify_bundle(file, identities=[world.identity], resolve_signer=world.knows, now=NOW)

    return [
        Target("age header", lambda raw: read_header(io.BytesIO(raw)), (AgeRefused,), (header,)),
        Target(
            "age payload",
            lambda raw: StreamReader(io.BytesIO(raw), KEY).readall(),
            (AgeRefused,),
            (payload.getvalue(),),
        ),
        Target("age armour", unarmor, (AgeRefused,), (armoured,)),
        Target(
            "attachment",
            lambda raw: open_blob(io.BytesIO(raw), KEY).read(),
            (BadInput,),
            (sealed.getvalue(),),
        ),
        Target("archive", _tar, (TarMalformed,), (archived([("MANIFEST", b"words")]),)),
        Target("inside of a bundle", inside, (BadInput,), (archive,)),
    ]


def _tar(raw: bytes) -> object:
    archive = TarReader(io.BytesIO(raw))
    content = archive.content(archive.begin("MANIFEST", 1 << 20))
    archive.end()
    return content


def document_targets() -> list[Target]:
    """Readers of keys, signatures and signed documents."""
    root = SigningKey.generate()
    identity, recipient = generate_identity("hybrid")
    roster = roster_of_root(root)
    proposal = proposals.draft(roster, b"", NOW).raw
    signature = sshsig.sign(b"words", sshsig.ROSTER, root).encode()
    document = sign_document('{"words":1}', [root], sshsig.ROSTER)
    key_file = make_root_key(PASSPHRASE, FLOOR_COST).file()
    return [
        Target("recipient", lambda raw: parse_recipient(_text(raw)), (ValueError,), (recipient.encode(),)),
        Target("identity", lambda raw: parse_identity(_text(raw)), (ValueError,), (identity.encode(),)),
        Target(
            "recovery code",
            lambda raw: from_code(_text(raw)),
            (BadInput,),
            (to_code(generate_recovery_secret()).encode(),),
        ),
        Target("signature", lambda raw: sshsig.parse(_text(raw)), (BadInput,), (signature,)),
        Target("signed document", lambda raw: signers(raw, sshsig.ROSTER), (BadInput,), (document,)),
        Target(
            "text of a team list", lambda raw: read_text(_text(raw)), (BadInput,), (text_of(roster).encode(),)
        ),
        Target("proposal", proposals.read_proposal, (BadInput,), (proposal,)),
        Target("root key file", public_part, (BadInput,), (key_file,)),
        Target("enrolment request", read_request, (BadInput,), (_request(root),)),
    ]


def form_targets(folder: Path) -> list[Target]:
    """Readers of what people choose as files or type: form sources, pictures, schedules, words to search for."""
    source = (forms_folder() / "contact" / "form.md").read_bytes()
    book = read_workbook(source, ".md")

    def workbook(kind: str, seed: bytes) -> Target:
        return Target(
            f"form source {kind}", lambda raw: lint(read_workbook(raw, kind), "contact"), (BadInput,), (seed,)
        )

    return [
        workbook(".md", source),
        workbook(".csv", to_csv(book)),
        workbook(".xlsx", to_xlsx(book)),
        Target(
            "expression", lambda raw: expression_problem(_text(raw)), (), (b"${a} > 1 and count(${b}) = '2'",)
        ),
        Target("picture", lambda raw: check_picture("door.png", raw), (BadInput,), (_png(), _jpeg())),
        Target(
            "account of a loss",
            lambda raw: _account(_text(raw)),
            (),
            (b'{"noticed":"2014-02-04T10:00:00Z"}',),
        ),
        Target("days of a plan", lambda raw: read_window(_text(raw)), (), (b"2014-02-03/2014-02-05",)),
        Target("listing of a server", lambda raw: list(_listed(raw)), (DepotFailed,), (_LISTING,)),
        Target(
            "schedule",
            lambda raw: list(_table(raw)),
            (BadInput,),
            (b"date,force,station\n2014-02-03,essex,Example Road\n",),
        ),
        Target("words to search for", lambda raw: search_expression(_text(raw)), (), (b'"two words" one*',)),
        Target("wrong tries", lambda raw: _tries(folder, raw), (), (_tries_file(folder),)),
    ]


def _text(raw: bytes) -> str:
    return raw.decode("latin-1")


def _request(key: SigningKey) -> bytes:
    said = Request(
        REQUEST_FORMAT,
        "a" * 32,
        "Ann",
        key.public.fingerprint,
        key.public.line,
        (generate_identity("hybrid")[1],),
    )
    return sign_document(msgspec.json.encode(said).decode(), [key], sshsig.ENROLMENT)


def _png() -> bytes:
    head = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + head
        + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    )


def _jpeg() -> bytes:
    frame = struct.pack(">HBHHB", 11, 8, 2, 2, 1) + b"\1\x11\0"
    return b"\xff\xd8\xff\xe0\0\4ab\xff\xc0" + frame + b"\xff\xd9"


def _tries_file(folder: Path) -> bytes:
    Throttle(folder).prepare()
    return (folder / NAME).read_bytes()


def _tries(folder: Path, raw: bytes) -> object:
    (folder / NAME).write_bytes(raw)
    return Throttle(folder).wait()
