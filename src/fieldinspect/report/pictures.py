"""Pictures of a form on paper: figures with words in their place for whoever cannot see them."""

import io
import struct
import zlib
from typing import Any, Final

from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable

from fieldinspect.domain.errors import BadInput
from fieldinspect.forms.media import check_picture
from fieldinspect.i18n import _
from fieldinspect.report.tagging import Element

_INCH: Final = 96.0
"""Pixels of a screen: a picture is printed as large as it is shown, unless there is no room."""
_GAP: Final = 8.0


class Picture(Flowable):  # type: ignore[misc]  # ReportLab ships no types
    """One picture, no larger than it is and no larger than `most` (width and height in points)."""

    def __init__(self, image: Any, element: Element, most: tuple[float, float]) -> None:
        super().__init__()
        self._image = image
        self._element = element
        wide, high = (side * 72 / _INCH for side in image.getSize())
        scale = min(1.0, most[0] / wide, most[1] / high)
        self.width, self.height = wide * scale, high * scale

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        with self.canv.element(self._element):
            self.canv.drawImage(self._image, 0, 0, self.width, self.height, mask="auto")


class Pictured(Flowable):  # type: ignore[misc]  # likewise
    """A picture with words at its right."""

    def __init__(self, picture: Picture, words: Any) -> None:
        super().__init__()
        self._picture = picture
        self._words = words

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self._beside = self._picture.width + _GAP
        self._high = self._words.wrap(width - self._beside, height)[1]
        self.width, self.height = width, max(self._picture.height, self._high)
        return self.width, self.height

    def draw(self) -> None:
        self._picture.drawOn(self.canv, 0, self.height - self._picture.height)
        self._words.drawOn(self.canv, self._beside, self.height - self._high)


def read_image(name: str, data: bytes) -> Any:
    """Return a picture as ReportLab draws it, decoded; raise BadInput for one that is none or is damaged."""
    check_picture(name, data)
    try:
        image = ImageReader(io.BytesIO(data))
        image.getRGBData()
    except (OSError, SyntaxError, ValueError, TypeError, struct.error, zlib.error) as error:
        raise BadInput(_("The picture “{name}” is damaged. Save it again").format(name=name)) from error
    return image
