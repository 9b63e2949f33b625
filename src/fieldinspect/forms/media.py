"""The pictures of a form: what they may be called, which a form names, and whether a file is one.

Rules:
1. A form names a picture; it never says where it is. Names come from a fixed grammar without any separator.
2. Only PNG and JPEG. What a file is, is read from its first bytes, and its size in pixels before anything is decoded.
3. Caps on count, bytes and pixels: a form is untrusted input.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from typing import Final

from fieldinspect.domain.errors import BadInput
from fieldinspect.forms.model import Form
from fieldinspect.i18n import _

IMAGES: Final = ("image", "big-image")
"""The forms of itext that name a picture."""
MOST_FILES: Final = 60
"""Of one form."""
MOST_BYTES: Final = 1024 * 1024
"""Of one picture."""
MOST_TOGETHER: Final = 8 * 1024 * 1024
"""Of the pictures of all forms of a set."""
MOST_SIDE: Final = 4096
MOST_PIXELS: Final = 8_000_000
"""Of one picture; decoded they take four bytes each."""
_PREFIX: Final = "jr://images/"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.(?:png|jpe?g)\Z", re.IGNORECASE)
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive: the frames of JPEG that browsers and Qt show."""
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})


class PictureRefused(BadInput):
    """A file that cannot be a picture of a form; the sentence says why and what to do."""


def is_picture_name(name: str) -> bool:
    """Tell whether a picture may be called so: letters, digits, _ and -, and the ending .png, .jpg or .jpeg."""
    return _NAME.match(name) is not None


def picture_name(written: str) -> str:
    """Return the name in what itext has (`jr://images/door.png`), "" when it is none that may be used."""
    prefix, name = written.strip()[: len(_PREFIX)], written.strip()[len(_PREFIX) :]
    return name if prefix == _PREFIX and is_picture_name(name) else ""


def pictures_of(form: Form) -> tuple[str, ...]:
    """Return the names of the pictures a form asks for in any language, in order, each once."""
    return tuple(dict.fromkeys(filter(None, map(picture_name, _written(form)))))


def _written(form: Form) -> Iterator[str]:
    for texts in form.translations.values():
        for text in texts.values():
            for kind in IMAGES:
                yield text.media.get(kind, "")


def check_pictures(pictures: Mapping[str, bytes]) -> None:
    """Raise PictureRefused unless every file is a picture of its name, and they are not too many."""
    if len(pictures) > MOST_FILES:
        raise PictureRefused(
            _("This form has {count} pictures, and {most} is the most. Leave some out").format(
                count=len(pictures), most=MOST_FILES
            )
        )
    for name, data in pictures.items():
        check_picture(name, data)


def check_picture(name: str, data: bytes) -> None:
    """Raise PictureRefused unless the file is a PNG or JPEG of bounded bytes and pixels under a name that may be."""
    if not is_picture_name(name):
        raise PictureRefused(bad_name(name))
    if len(data) > MOST_BYTES:
        raise PictureRefused(
            _("The picture “{name}” has {size} kB, and {most} kB is the most. Save it smaller").format(
                name=name, size=len(data) // 1024, most=MOST_BYTES // 1024
            )
        )
    size = picture_size(data)
    if size is None:
        raise PictureRefused(
            _("The file “{name}” is not a picture. Save it as PNG or JPEG").format(name=name)
        )
    width, height = size
    if max(size) > MOST_SIDE or width * height > MOST_PIXELS:
        raise PictureRefused(
            _(
                "The picture “{name}” is {width} × {height} pixels, far more than a screen can show. Save it smaller"
            ).format(name=name, width=width, height=height)
        )


def bad_name(name: str) -> str:
    """Return the sentence about a name that no picture may have."""
    return _(
        "“{name}” cannot be the name of a picture. Use letters, digits, _ and -, and end it in .png or .jpg"
    ).format(name=name)


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels as a PNG or JPEG tells them; None for anything else."""
    size = None
    if data.startswith(_PNG):
        size = _png_size(data)
    elif data.startswith(_JPEG):
        size = _jpeg_size(data)
    return size if size and min(size) > 0 else None


def _png_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 33 or data[8:16] != b"\x00\x00\x00\x0dIHDR":
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Walk the segments to the first frame."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker in _FRAMES:
            if at + 9 > len(data):
                return None
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        else:
            length = int.from_bytes(data[at + 2 : at + 4], "big")
            if marker in (0xD9, 0xDA) or length < 2:
                return None
            at += 2 + length
    return None
