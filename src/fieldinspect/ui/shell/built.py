"""How screens are named and built."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QWidget

from fieldinspect.ui.context import Context, Screen

if TYPE_CHECKING:
    from fieldinspect.ui.shell.desk import Desk


class Built(NamedTuple):
    """A screen: what is seen, and who is spoken to."""

    view: QWidget
    presenter: Screen


class Kind(NamedTuple):
    """How a screen is named and built; `in_menu` puts it into the navigation."""

    title: Callable[[], str]
    build: Callable[[Context, Desk], Built]
    in_menu: bool = False
