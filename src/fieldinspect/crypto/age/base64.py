"""Base 64 as age has it: standard alphabet, no padding, one encoding of every value."""

import base64
import binascii


def encode(raw: bytes) -> str:
    return base64.b64encode(raw).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Return the bytes; raise `ValueError` for padding, other characters or spare bits that are not zero."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise ValueError("not base 64") from None
    if encode(raw) != text:
        raise ValueError("base 64 is not canonical")
    return raw
