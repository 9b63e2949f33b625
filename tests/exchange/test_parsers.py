"""Every parser of untrusted bytes answers anything at all with its own error, or with a value."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldinspect.archive import TarMalformed, TarReader
from fieldinspect.crypto import sshsig
from fieldinspect.crypto.age.armor import unarmor
from fieldinspect.crypto.age.errors import AgeRefused
from fieldinspect.crypto.age.header import read_header
from fieldinspect.crypto.age.recipients import parse_identity, parse_recipient
from fieldinspect.crypto.age.stream import StreamReader
from fieldinspect.crypto.recovery import from_code
from fieldinspect.crypto.signed import signers
from fieldinspect.crypto.slots import read_slots
from fieldinspect.domain.errors import BadInput
from fieldinspect.exchange.manifest import ManifestMalformed, read_manifest
from fieldinspect.exchange.reader import inspect_bundle
from fieldinspect.exchange.record_keys import RecordKeysMalformed, read_record_keys


def text(raw: bytes) -> str:
    return raw.decode("latin-1")


def read_tar(raw: bytes) -> None:
    archive = TarReader(io.BytesIO(raw))
    archive.content(archive.begin("MANIFEST", 1 << 20))
    archive.end()


PARSERS = {
    "header": (lambda raw: read_header(io.BytesIO(raw)), AgeRefused),
    "stream": (lambda raw: StreamReader(io.BytesIO(raw), bytes(32)).readall(), AgeRefused),
    "armour": (unarmor, AgeRefused),
    "recipient": (lambda raw: parse_recipient(text(raw)), ValueError),
    "identity": (lambda raw: parse_identity(text(raw)), ValueError),
    "signature": (lambda raw: sshsig.parse(text(raw)), BadInput),
    "signed document": (lambda raw: signers(raw, sshsig.ROSTER), BadInput),
    "slots": (lambda raw: read_slots(raw, None), BadInput),
    "recovery code": (lambda raw: from_code(text(raw)), BadInput),
    "bundle": (lambda raw: inspect_bundle(io.BytesIO(raw)), BadInput),
    "manifest": (read_manifest, ManifestMalformed),
    "record keys": (read_record_keys, RecordKeysMalformed),
    "archive": (read_tar, TarMalformed),
}
FRAGMENTS = [
    b"age-encryption.org/v1\n",
    b"-> X25519 ",
    b"--- ",
    b"-----BEGIN AGE ENCRYPTED FILE-----\n",
    b"-----BEGIN SSH SIGNATURE-----\n",
    b"-----END SSH SIGNATURE-----\n",
    b"U1NIU0lHAAAAAQ",
    b"# fieldinspect bundle fib/1\n# ",
    b'{"format":"fib/1",',
    b'{"document":"',
    b'","signatures":["',
    b'{"format":"fieldinspect-slots/1","slots":[',
    b'{"type":"passphrase",',
    b'"index":',
    b"\\ud800",
    b"1e999",
    b"[" * 5000,
    b"age1",
    b"\n",
    b'"]}',
    bytes(512),
    b"\xff\xfe",
]
anything = st.one_of(
    st.binary(max_size=400),
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=20)), max_size=12).map(b"".join),
)


@pytest.mark.parametrize(("parse", "refusal"), PARSERS.values(), ids=PARSERS.keys())
@given(raw=anything)
def test_only_its_own_error(parse, refusal: type[Exception], raw: bytes) -> None:
    outcome: Exception | None = None
    try:
        parse(raw)
    except Exception as error:  # noqa: BLE001 - any other error is what is looked for
        outcome = error
    assert outcome is None or isinstance(outcome, refusal), repr(outcome)
