"""Whole age files: against the age command, pyrage, and a second making of the hybrid type from RFC 9180's text."""

import hashlib
import hmac
import io
import os
import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from fieldinspect.crypto.age import base64, bech32
from fieldinspect.crypto.age.errors import HeaderChanged, HeaderMalformed, NoMatch, VersionUnknown
from fieldinspect.crypto.age.file import begin, open_file
from fieldinspect.crypto.age.header import MAX_HEADER, Stanza, read_header, write_header
from fieldinspect.crypto.age.recipients import generate_identity, parse_identity, parse_recipient

needs_age = pytest.mark.skipif(shutil.which("age") is None, reason="the age command is not installed")
SIZES = [0, 1, 65535, 65536, 65537, 1 << 20, (1 << 20) + 1]


def seal(plain: bytes, *recipients: str) -> bytes:
    sink = io.BytesIO()
    _header, payload = begin(sink, [parse_recipient(text) for text in recipients])
    payload.write(plain)
    payload.close()
    return sink.getvalue()


def opened(file: bytes, *identities: str) -> bytes:
    return open_file(io.BytesIO(file), [parse_identity(text) for text in identities]).payload.readall() or b""


@pytest.mark.parametrize("kind", ["hybrid", "x25519"])
@pytest.mark.parametrize("size", SIZES)
def test_each_recipient_opens_it(kind, size: int) -> None:
    pairs = [generate_identity(kind) for _ in range(3)]
    plain = os.urandom(size)
    file = seal(plain, *(recipient for _identity, recipient in pairs))
    for place, (identity, _recipient) in enumerate(pairs):
        got = open_file(io.BytesIO(file), [parse_identity(identity)])
        assert got.stanza == place
        assert (got.payload.readall() or b"") == plain


def test_nobody_else_opens_it() -> None:
    for kind in ("hybrid", "x25519"):
        file = seal(b"x", generate_identity(kind)[1])
        for other in ("hybrid", "x25519"):
            with pytest.raises(NoMatch):
                opened(file, generate_identity(other)[0])


@needs_age
@pytest.mark.parametrize("size", SIZES)
def test_the_age_command_opens_ours_and_we_open_its(size: int, tmp_path: Path) -> None:
    identity, recipient = generate_identity("x25519")
    _other, second = generate_identity("x25519")
    (tmp_path / "key").write_text(identity + "\n")
    plain = os.urandom(size)
    ours = seal(plain, second, recipient)
    shown = subprocess.run(["age", "-d", "-i", tmp_path / "key"], input=ours, capture_output=True, check=True)
    assert shown.stdout == plain
    theirs = subprocess.run(
        ["age", "-r", recipient, "-r", second], input=plain, capture_output=True, check=True
    )
    assert opened(theirs.stdout, identity) == plain


@pytest.mark.parametrize("size", SIZES)
def test_pyrage_opens_ours_and_we_open_its(size: int) -> None:
    key = pyrage.x25519.Identity.generate()
    plain = os.urandom(size)
    assert pyrage.decrypt(seal(plain, str(key.to_public())), [key]) == plain
    assert opened(pyrage.encrypt(plain, [key.to_public()]), str(key)) == plain


def test_our_keys_are_the_same_keys_elsewhere() -> None:
    identity, recipient = generate_identity("x25519")
    assert str(pyrage.x25519.Identity.from_str(identity).to_public()) == recipient


# --- the hybrid type once more, from RFC 9180 and the X-Wing combiner, on other primitives than the product's


def hybrid_unwrap(secret: bytes, enc: bytes, body: bytes) -> bytes:
    seeds = hashlib.shake_256(secret).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(seeds[:64])
    x25519 = X25519PrivateKey.from_private_bytes(seeds[64:])
    share = enc[1088:]
    both = mlkem.decapsulate(enc[:1088]) + x25519.exchange(X25519PublicKey.from_public_bytes(share))
    combined = both + share + x25519.public_key().public_bytes_raw() + b"\\.//^\\"
    key, nonce = key_schedule(hashlib.sha3_256(combined).digest(), b"age-encryption.org/mlkem768x25519")
    return ChaCha20Poly1305(key).decrypt(nonce, body, b"")


def key_schedule(shared: bytes, info: bytes) -> tuple[bytes, bytes]:
    suite = b"HPKE" + (0x647A).to_bytes(2, "big") + (1).to_bytes(2, "big") + (3).to_bytes(2, "big")

    def extract(salt: bytes, label: bytes, material: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + material, "sha256")

    def expand(secret: bytes, label: bytes, context: bytes, length: int) -> bytes:
        text = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + context + b"\x01"
        return hmac.digest(secret, text, "sha256")[:length]

    context = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    return expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)


def test_a_second_making_of_the_hybrid_type_unwraps_ours() -> None:
    identity, recipient = generate_identity("hybrid")
    _prefix, secret = bech32.decode(identity)
    file_key = os.urandom(16)
    stanza = parse_recipient(recipient).wrap(file_key)
    assert hybrid_unwrap(secret, base64.decode(stanza.arguments[0]), stanza.body) == file_key


# --- headers


def test_hybrid_and_other_recipients_do_not_mix() -> None:
    with pytest.raises(ValueError, match="do not mix"):
        seal(b"", generate_identity("hybrid")[1], generate_identity("x25519")[1])
    with pytest.raises(ValueError, match="needs a recipient"):
        seal(b"")


def test_a_stanza_that_was_added_removed_or_swapped_is_noticed() -> None:
    (identity, first), (_i, second), (_j, third) = (generate_identity("x25519") for _ in range(3))
    file = seal(b"x", first, second)
    header = read_header(io.BytesIO(file))
    a, b = header.stanzas
    for stanzas in ((a,), (b, a), (a, b, parse_recipient(third).wrap(bytes(16))), (a, a)):
        forged = write_header(stanzas, bytes(16)).raw
        mac = header.raw[header.raw.rindex(b"--- ") :]
        changed = forged[: forged.rindex(b"--- ")] + mac + file[len(header.raw) :]
        with pytest.raises(HeaderChanged):
            opened(changed, identity)


words = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80)
stanzas = st.builds(Stanza, words, st.lists(words, max_size=4).map(tuple), st.binary(max_size=200))


@given(st.lists(stanzas, min_size=1, max_size=5), st.binary(max_size=50))
def test_headers_round_trip_and_leave_the_payload(some: list[Stanza], payload: bytes) -> None:
    header = write_header(some, bytes(16))
    source = io.BytesIO(header.raw + payload)
    again = read_header(source)
    assert again == header
    again.check_mac(bytes(16))
    assert source.read() == payload


def test_a_header_is_capped() -> None:
    endless = b"age-encryption.org/v1\n" + b"-> x\n\n" * MAX_HEADER
    for file in (endless, b"age-encryption.org/v1\n-> " + b"x" * MAX_HEADER * 2, b"x" * MAX_HEADER * 2):
        with pytest.raises(HeaderMalformed):
            read_header(io.BytesIO(file))
    with pytest.raises(ValueError, match="too many recipients"):
        write_header([Stanza("x", (), bytes(MAX_HEADER))], bytes(16))


def test_a_later_version_is_told_apart() -> None:
    with pytest.raises(VersionUnknown):
        read_header(io.BytesIO(b"age-encryption.org/v2\n"))


# --- keys as text

BAD_KEYS = [
    "",
    "age",
    "age1",
    "AGE-SECRET-KEY-1",
    generate_identity("x25519")[1].upper(),
    generate_identity("x25519")[0].lower(),
    generate_identity("hybrid")[1][:-1],
    generate_identity("hybrid")[0][:-1] + "B",
    bech32.encode("age", bytes(31)),
    bech32.encode("age1pq", bytes(1215)),
    bech32.encode("age1pq", b"\xff" * 1216),
    bech32.encode("age1tag", bytes(33)),
    "age1\u00e9",
    "Age1qqqq",
]


@pytest.mark.parametrize("text", BAD_KEYS, ids=range(len(BAD_KEYS)))
def test_keys_are_read_strictly(text: str) -> None:
    for parse in (parse_recipient, parse_identity):
        with pytest.raises(ValueError, match=r"."):
            parse(text)


@given(st.binary(max_size=200))
def test_bech32_round_trips(raw: bytes) -> None:
    assert bech32.decode(bech32.encode("age1pq", raw)) == ("age1pq", raw)
    assert bech32.decode(bech32.encode("age", raw).upper()) == ("age", raw)


BECH32_OF_THE_STANDARD = [  # BIP 173, test vectors
    ("A12UEL5L", True),
    ("a12uel5l", True),
    ("an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs", True),
    ("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", True),
    ("11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j", True),
    ("split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", True),
    ("?1ezyfcl", True),
    ("\x201nwldj5", False),
    ("\x7f1axkwrx", False),
    ("pzry9x0s0muk", False),
    ("1pzry9x0s0muk", False),
    ("x1b4n0q5v", False),
    ("li1dgmt3", False),
    ("A1G7SGD8", False),
    ("10a06t8", False),
    ("1qzzfhee", False),
]


@pytest.mark.parametrize(("text", "good"), BECH32_OF_THE_STANDARD)
def test_bech32_of_the_standard(text: str, good: bool) -> None:
    try:
        prefix, raw = bech32.decode(text)
    except ValueError:
        # 11qqqq... holds 82 zeros: spare bits of a byte string, which age does not allow.
        assert not good or text.startswith("11q")
    else:
        assert good
        assert bech32.encode(prefix, raw) == text.lower()


@pytest.mark.parametrize("text", ["QQ==", "QR", "Q", "QQ\n", "Q Q", "QQ=", "\u00e9\u00e9"])
def test_base64_has_one_encoding(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        base64.decode(text)
