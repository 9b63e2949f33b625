"""Where a person begins on a part of the window.

Not by Qt's focus proxies: a container with one is skipped to when the person tabs past it, and whatever lies before
the proxy inside is never reached.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def first_of(part: QWidget) -> QWidget:
    """Follow the `first` attributes of parts down to the widget that takes the focus."""
    first = getattr(part, "first", None)
    return part if first is None or first is part else first_of(first)


def focus_first(part: QWidget, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
    """Give the focus to the first of a part, or to the part itself while that one is not to be seen."""
    target = first_of(part)
    (target if target.isVisibleTo(part) else part).setFocus(reason)
