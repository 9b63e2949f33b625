"""What we put on the clipboard: marked as secret, and taken back when the vault closes.

What a history of the clipboard does with the mark is its own affair: those of KDE and Windows leave out what carries
it. What another program put there is never touched.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QByteArray, QMimeData, QObject
from PySide6.QtGui import QClipboard, QGuiApplication

_MODES = (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection)
_WINDOWS = 'application/x-qt-windows-mime;value="{}"'
_MARKS = {
    "linux": {"x-kde-passwordManagerHint": b"secret"},
    "win32": {
        _WINDOWS.format("ExcludeClipboardContentFromMonitorProcessing"): b"\x01\x00\x00\x00",
        _WINDOWS.format("CanIncludeInClipboardHistory"): b"\x00\x00\x00\x00",
    },
}


class OwnClipboard(QObject):
    """Watches the clipboard, and on X11 the selection that the middle button pastes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clipboard = QGuiApplication.clipboard()
        self._clipboard.changed.connect(self._mark)

    def is_ours(self, mode: QClipboard.Mode = QClipboard.Mode.Clipboard) -> bool:
        """Tell whether this program put there what is on it."""
        if mode == QClipboard.Mode.Selection:
            return self._clipboard.ownsSelection()
        return self._clipboard.ownsClipboard()

    def clear(self) -> None:
        """Take back what is ours."""
        for mode in _MODES:
            if self.is_ours(mode):
                self._clipboard.clear(mode)

    def _mark(self, mode: QClipboard.Mode) -> None:
        if mode != QClipboard.Mode.Clipboard or not self.is_ours():
            return
        held, marks = self._clipboard.mimeData(), _MARKS.get(sys.platform, {})
        if not held.hasText() or all(held.hasFormat(name) for name in marks):
            return
        marked = QMimeData()
        marked.setText(held.text())  # plain text is all that fields of ours copy
        for name, value in marks.items():
            marked.setData(name, QByteArray(value))
        self._clipboard.setMimeData(marked)
