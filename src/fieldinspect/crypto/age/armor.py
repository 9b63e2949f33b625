"""ASCII armour, to read what others made: strict PEM (RFC 7468, figure 3) with white space allowed around it."""

import base64
import binascii
from typing import Final

from fieldinspect.crypto.age.errors import ArmorMalformed

BEGIN: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
_END: Final = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS: Final = 64
_SPACE: Final = b" \t\r\n"


def unarmor(text: bytes) -> bytes:
    """Return the binary file; raise `ArmorMalformed`. The text is held in memory whole: cap it first."""
    first, *lines = text.strip(_SPACE).replace(b"\r\n", b"\n").split(b"\n")
    if first != BEGIN or not lines or lines.pop() != _END or not lines:
        raise ArmorMalformed
    if any(len(line) != _COLUMNS for line in lines[:-1]) or not 0 < len(lines[-1]) <= _COLUMNS:
        raise ArmorMalformed
    encoded = b"".join(lines)
    try:
        raw = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise ArmorMalformed from None
    if base64.b64encode(raw) != encoded:
        raise ArmorMalformed
    return raw
