"""Pages of a PDF as pictures, from memory: nothing plain touches the disk."""

import pypdfium2

from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _

PageImage = tuple[int, int, bytes]
"""Width and height in pixels, and width x height x 4 bytes: red, green, blue, alpha, rows from the top."""


def page_images(pdf: bytes, scale: float) -> list[PageImage]:
    """Return every page of a PDF; a scale of 1 is 72 pixels an inch. Raise `BadInput` when it is not a PDF."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise BadInput(_("This file is not a PDF that can be shown")) from error
    try:
        return [_picture(document[number], scale) for number in range(len(document))]
    finally:
        document.close()


def _picture(page: pypdfium2.PdfPage, scale: float) -> PageImage:
    bitmap = page.render(scale=scale, rev_byteorder=True, maybe_alpha=False, prefer_bgrx=True)
    try:
        width, height, stride = bitmap.width, bitmap.height, bitmap.stride
        rows = bytes(bitmap.buffer)
        pixels = bytearray(b"".join(rows[at * stride : at * stride + width * 4] for at in range(height)))
        pixels[3::4] = b"\xff" * (width * height)  # the fourth byte is padding to the renderer
        return width, height, bytes(pixels)
    finally:
        bitmap.close()
        page.close()
