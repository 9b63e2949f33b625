import hashlib
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.errors import Bug
from fieldinspect.journal.entry import (
    MalformedEntry,
    from_line,
    is_signed_by,
    open_body,
    read_entry,
    signed_message,
    to_line,
)
from tests.journal.writers import KEY, Writer

RECORD = "f" * 32


@pytest.fixture
def writer() -> Writer:
    return Writer("a" * 32)


def test_a_line_reads_back_to_the_same_entry(writer: Writer) -> None:
    entry = writer.write(RECORD, {"text": "Poster from 2011, helpline number dead ŵŷ"})
    assert from_line(to_line(entry)) == entry
    assert entry.id == hashlib.sha256(entry.header_bytes).hexdigest()


def test_a_withheld_body_leaves_the_header_verifiable(writer: Writer) -> None:
    entry = writer.write(RECORD, {"text": "x"})
    withheld = from_line(to_line(entry, withhold=True))
    assert withheld.sealed is None
    assert withheld.id == entry.id
    assert is_signed_by(withheld, writer.signer.public)
    with pytest.raises(MalformedEntry, match="not here"):
        open_body(withheld, KEY)


def test_the_signature_is_the_devices_and_nobody_elses(writer: Writer) -> None:
    entry = writer.write(RECORD, {"text": "x"})
    assert is_signed_by(entry, writer.signer.public)
    assert not is_signed_by(entry, SigningKey.generate().public)


@pytest.mark.parametrize("part", ["header", "signature", "body"])
def test_no_bit_of_an_entry_can_change_unnoticed(writer: Writer, part: str) -> None:
    entry = writer.write(RECORD, {"text": "six words that must not change"})
    whole = {"header": entry.header_bytes, "signature": entry.signature, "body": entry.sealed or b""}
    raw = whole[part]
    for position in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[position // 8] ^= 1 << position % 8
        parts = whole | {part: bytes(changed)}
        try:
            read = read_entry(parts["header"], parts["signature"], parts["body"])
        except MalformedEntry:
            continue
        assert not is_signed_by(read, writer.signer.public)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"null",
        b'{"header":"","signature":"","body":""}',
        b'{"header":"e30=","signature":"e30="}',
        b'{"header":"e30=","signature":"e30=","extra":1}',
    ],
)
def test_a_line_that_is_no_entry_is_refused(line: bytes) -> None:
    with pytest.raises(MalformedEntry):
        from_line(line)


def test_a_second_encoding_of_the_same_entry_is_refused(writer: Writer) -> None:
    line = to_line(writer.write(RECORD, {"text": "x"}))
    with pytest.raises(MalformedEntry, match="one encoding"):
        from_line(line.replace(b'","', b'", "', 1))


def test_a_body_does_not_open_with_another_key_or_in_another_place(writer: Writer) -> None:
    entry = writer.write(RECORD, {"text": "x"})
    with pytest.raises(MalformedEntry):
        open_body(entry, RecordKey(b"z" * 32))
    other = writer.write(RECORD, {"text": "x"})
    moved = read_entry(
        other.header_bytes.replace(other.header.body.encode(), entry.header.body.encode()),
        other.signature,
        entry.sealed,
    )
    with pytest.raises(MalformedEntry):
        open_body(moved, KEY)


def test_the_header_reveals_nothing_of_what_was_written(writer: Writer) -> None:
    entry = writer.write(RECORD, {"text": "zebra crossing"}, kind="conduct_matter")
    clear = entry.header_bytes + entry.signature
    for secret in (b"zebra", b"conduct", b"text", b"2014-02-03", b"1" * 32):
        assert secret not in clear


def test_openssl_verifies_an_entry_without_our_code(writer: Writer, tmp_path: Path) -> None:
    entry = writer.write(RECORD, {"text": "x"})
    prefix = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: SubjectPublicKeyInfo of Ed25519
    (tmp_path / "key.der").write_bytes(prefix + writer.signer.public.raw)
    (tmp_path / "signature").write_bytes(entry.signature)
    (tmp_path / "message").write_bytes(signed_message(entry.header_bytes))
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.der", "-keyform", "DER", "-rawin"]
    done = subprocess.run(
        [*command, "-in", "message", "-sigfile", "signature"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


@given(text=st.text(), field=st.text(st.characters(min_codepoint=1), min_size=1, max_size=40))
def test_every_word_comes_back(text: str, field: str) -> None:
    writer = Writer("a" * 32)
    try:
        entry = writer.write(RECORD, {field: text})
    except UnicodeEncodeError:
        return  # a lone surrogate is no text, and cannot be typed
    (change,) = writer.read(from_line(to_line(entry))).changes
    assert (change.field, change.value) == (field, text)


@pytest.mark.parametrize("field", ["a\0", "\0", "\u4e00" * 342, "x" * 1025])
def test_a_name_that_not_every_database_can_hold_is_never_written(writer: Writer, field: str) -> None:
    with pytest.raises(Bug):
        writer.write(RECORD, {field: "x"})
    with pytest.raises(Bug):
        writer.write(RECORD, {"text": "x"}, kind="no\0te")
    assert writer.write(RECORD, {"\u4e00" * 341: "x"})


def test_a_body_nested_without_end_is_unreadable_and_no_crash(writer: Writer) -> None:
    whole = writer.write(RECORD, {"text": "x"})
    header = whole.header
    associated = (
        f"fieldinspect-body-v1\n{header.device}\n{header.incarnation}\n{header.sequence}\n{header.record}\n"
    )
    sealed = KEY.seal(b'{"unknown":' + b"[" * 60_000, associated.encode())
    header_bytes = whole.header_bytes.replace(
        header.body.encode(), hashlib.sha256(sealed).hexdigest().encode()
    )
    with pytest.raises(MalformedEntry, match="cannot be read"):
        open_body(read_entry(header_bytes, whole.signature, sealed), KEY)
