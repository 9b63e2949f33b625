"""Identities made offline: 32 hex digits. A record's id also says which device founded it."""

import hashlib
import re
import secrets
import uuid

_ID = re.compile(r"[0-9a-f]{32}")
_HALF = 16


def new_id() -> str:
    """Return a random id, of anything but a record."""
    return uuid.uuid4().hex


def new_record_id(device: str) -> str:
    """Return the id of a record that a device founds: 64 random bits, and 64 that tie them to the device.

    Nobody else can found a record of this id, so nobody can claim what kind of record it is, or whose.
    """
    chosen = secrets.token_hex(_HALF // 2)
    return chosen + _tie(device, chosen)


def founded_by(record: str, device: str) -> bool:
    return record[_HALF:] == _tie(device, record[:_HALF])


def _tie(device: str, chosen: str) -> str:
    return hashlib.sha256(f"fieldinspect record v1\n{device}\n{chosen}\n".encode()).hexdigest()[:_HALF]


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None
