"""Signed documents: one exact text, each signature once, a threshold of trusted keys."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldinspect.crypto import sshsig
from fieldinspect.crypto.signed import (
    DocumentChanged,
    DocumentRefused,
    MalformedDocument,
    NotSignedByEnough,
    document_of,
    open_document,
    sign_document,
    signers,
    unverified_text,
)
from fieldinspect.crypto.signing import SigningKey

NAMESPACE = sshsig.ROSTER
TEXT = '{"format":"fieldinspect-roster/1",\n "name":"T\u0177"}'
A, B, C = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3))


@given(st.text())
def test_the_text_comes_back_exactly(text: str) -> None:
    assert open_document(sign_document(text, [A], NAMESPACE), NAMESPACE, [A.public], 1) == text


# who signed, who is trusted, threshold -> accepted
THRESHOLDS = [
    ([A], [A], 1, True),
    ([A, B], [A], 1, True),  # a new root beside the old one
    ([A, B], [A, B, C], 2, True),
    ([A], [B], 1, False),
    ([A], [A, B, C], 2, False),
    ([A, B], [A, C], 2, False),
    ([A], [], 1, False),
]


@pytest.mark.parametrize(("by", "trusted", "threshold", "accepted"), THRESHOLDS)
def test_threshold(by, trusted, threshold: int, accepted: bool) -> None:
    raw = sign_document(TEXT, by, NAMESPACE)
    keys = [key.public for key in trusted]
    if accepted:
        assert open_document(raw, NAMESPACE, keys, threshold) == TEXT
    else:
        with pytest.raises(NotSignedByEnough):
            open_document(raw, NAMESPACE, keys, threshold)


def test_a_trusted_key_given_twice_counts_once() -> None:
    with pytest.raises(NotSignedByEnough):
        open_document(sign_document(TEXT, [A], NAMESPACE), NAMESPACE, [A.public, A.public], 2)


def test_one_key_counts_once() -> None:
    with pytest.raises(MalformedDocument):
        open_document(sign_document(TEXT, [A, A], NAMESPACE), NAMESPACE, [A.public], 1)


def test_a_threshold_of_none_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        open_document(sign_document(TEXT, [A], NAMESPACE), NAMESPACE, [A.public], 0)


def test_a_signature_for_another_kind_of_document_is_none() -> None:
    with pytest.raises(DocumentChanged):
        open_document(sign_document(TEXT, [A], sshsig.FORM_SET), NAMESPACE, [A.public], 1)


def test_signatures_can_be_gathered_one_by_one() -> None:
    first, second = (sshsig.sign(TEXT.encode(), NAMESPACE, key) for key in (A, B))
    both = document_of(TEXT, [first, second])
    assert signers(both, NAMESPACE) == (A.public, B.public)
    assert unverified_text(both) == TEXT
    with pytest.raises(DocumentChanged):
        signers(document_of(TEXT, [first, sshsig.sign(b"another text", NAMESPACE, B)]), NAMESPACE)


SIGNED = sign_document(TEXT, [A], NAMESPACE)
MALFORMED = {
    "empty": b"",
    "not JSON": b"%PDF-1.7",
    "no member": b"{}",
    "no signature": json.dumps({"document": TEXT, "signatures": []}, separators=(",", ":")).encode(),
    "white space": json.dumps(json.loads(SIGNED), ensure_ascii=False).encode(),
    "escaped letters": json.dumps(json.loads(SIGNED), separators=(",", ":")).encode(),
    "line feed after": SIGNED + b"\n",
    "another member": SIGNED[:-1] + b',"note":""}',
    "a member twice": SIGNED[:-1] + b',"document":""}',
    "not UTF-8": SIGNED.replace("\u0177".encode(), b"\xff"),
    "lone surrogate": SIGNED.replace("\u0177".encode(), b"\\ud800"),
    "too many": json.dumps({"document": "", "signatures": ["x"] * 17}, separators=(",", ":")).encode(),
    "too large": b'{"document":"' + b" " * (16 << 20) + b'","signatures":["x"]}',
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed(raw: bytes) -> None:
    with pytest.raises(MalformedDocument):
        open_document(raw, NAMESPACE, [A.public], 1)


def test_every_flipped_bit_and_every_cut_is_refused() -> None:
    for position in range(len(SIGNED)):
        changed = [
            SIGNED[:position] + bytes([SIGNED[position] ^ 1 << bit]) + SIGNED[position + 1 :]
            for bit in range(8)
        ]
        for raw in [*changed, SIGNED[:position]]:
            with pytest.raises(DocumentRefused):
                open_document(raw, NAMESPACE, [A.public], 1)
