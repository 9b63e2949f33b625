"""The pictures of the form in hand: decoded aside, at the size they are shown, and only when a question asks."""

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QImageReader, QPixmap

from fieldinspect.domain.errors import BadInput
from fieldinspect.forms.media import MOST_PIXELS, check_picture, picture_size
from fieldinspect.i18n import _
from fieldinspect.ui.jobs.port import Jobs, Problem

CHOICE, BESIDE, LARGE = QSize(160, 120), QSize(480, 360), QSize(1024, 768)
"""Beside a choice, under a question, and when somebody asks for it larger; pixels, both at most."""
_MOST_MB: Final = MOST_PIXELS * 4 // 1_000_000 + 8
"""What decoding one picture may take."""
_MOST_KEPT: Final = 80
"""Pictures remembered, the oldest forgotten first: a question that is shown again asks again."""

Then = Callable[[QPixmap], None]
_Key = tuple[str, int, int]
"""Name, and the most width and height."""


class Pictures:
    """Gives a question its pictures: the size at once, the picture when it is decoded; nothing when there is none."""

    def __init__(self) -> None:
        self._files: Mapping[str, bytes] = {}
        self._jobs: Jobs | None = None
        self._made: OrderedDict[_Key, QPixmap] = OrderedDict()
        self._waiting: dict[_Key, list[Then]] = {}
        self._queue: deque[_Key] = deque()
        self._decoding = False
        self._bad: set[str] = set()

    def take(self, files: Mapping[str, bytes], jobs: Jobs) -> None:
        """Have the pictures of another form, by name."""
        self._files, self._jobs = files, jobs
        self._made.clear()
        self._waiting, self._bad = {}, set()
        self._queue.clear()
        self._decoding = False

    def size(self, name: str, most: QSize) -> QSize | None:
        """Return how large a picture will be shown, None when there is none of that name."""
        pixels = picture_size(self._files.get(name, b""))
        return _fitted(QSize(*pixels), most) if pixels else None

    def ask(self, name: str, most: QSize, then: Then) -> None:
        """Hand over a picture once it is there: now, or after it was decoded. One that cannot be is never handed."""
        key = (name, most.width(), most.height())
        made = self._made.get(key)
        if made is not None:
            then(made)
            return
        if name not in self._files or name in self._bad:
            return
        waiting = self._waiting.setdefault(key, [])
        waiting.append(then)
        if len(waiting) == 1:
            self._queue.append(key)
            self._decode_next()

    def _decode_next(self) -> None:
        """Decode one at a time: a page of pictures must not take every core while the window is being laid out."""
        if self._jobs is None or self._decoding or not self._queue:
            return
        self._decoding = True
        key, files = self._queue.popleft(), self._files
        name, width, height = key

        def decoded(image: QImage) -> None:
            if files is self._files:  # another form may have come in between
                self._hand_over(key, image)
                self._go_on()

        def refused(_problem: Problem) -> None:
            if files is self._files:
                self._bad.add(name)
                self._waiting.pop(key, None)  # the label stands alone, as for a picture that is not here
                self._go_on()

        self._jobs.aside(lambda: decode(name, files[name], QSize(width, height)), decoded, refused)

    def _go_on(self) -> None:
        self._decoding = False
        self._decode_next()

    def _hand_over(self, key: _Key, image: QImage) -> None:
        pixmap = self._made[key] = QPixmap.fromImage(image)
        while len(self._made) > _MOST_KEPT:
            self._made.popitem(last=False)
        for then in self._waiting.pop(key, []):
            then(pixmap)


def icon(pixmap: QPixmap) -> QIcon:
    """Return an icon that looks the same when disabled or selected: it is content, not decoration."""
    made = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled, QIcon.Mode.Active, QIcon.Mode.Selected):
        made.addPixmap(pixmap, mode)
    return made


def decode(name: str, data: bytes, most: QSize) -> QImage:
    """Return a picture no larger than `most`; raise BadInput. Runs aside.

    The header is judged before the decoder sees it, the decoder is the one that the header asks for, and what it may
    allocate is bounded.
    """
    check_picture(name, data)
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"png" if data.startswith(b"\x89") else b"jpeg"))
    reader.setAutoTransform(True)
    QImageReader.setAllocationLimit(_MOST_MB)
    told = reader.size()
    if told.isValid():
        reader.setScaledSize(_fitted(told, most))
    image = reader.read()
    if image.isNull():
        raise BadInput(_("The picture “{name}” is damaged. Ask for the form again").format(name=name))
    image = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    fitted = _fitted(image.size(), most)  # turned by its camera, it may have been measured the other way
    return (
        image.scaled(fitted, mode=Qt.TransformationMode.SmoothTransformation)
        if fitted != image.size()
        else image
    )


def _fitted(size: QSize, most: QSize) -> QSize:
    """Return a size within bounds in the same proportion; a small picture stays as it is."""
    if size.width() <= most.width() and size.height() <= most.height():
        return size
    return size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
