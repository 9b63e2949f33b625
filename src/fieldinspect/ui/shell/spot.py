"""Where exactly a person was: plain values, kept in the vault as a draft and read back after unlocking."""

from __future__ import annotations

import msgspec

from fieldinspect.ui.context import Place


class Spot(msgspec.Struct, frozen=True):
    """A screen, what is open on it, the field in hand and the cursor in it. Empty values say nothing."""

    screen: str = "today"
    record: str = ""
    details: str = ""
    """The record shown beside a timeline."""
    note: str = ""
    """The note that stood in the composer."""
    note_text: str = ""
    """That note as typed, so that the cursor still fits."""
    field: str = ""
    """The field in hand, by its key (see returning)."""
    position: int = 0
    """The cursor in that field in Qt's positions, which are UTF-16 units."""
    anchor: int = 0
    """Where its selection began."""
    length: int = 0
    """How long its text was: it may still be on its way when the field is there."""
    forms: dict[str, str] = {}
    """By form the path of a question of the section in front."""
    comment: tuple[str, str] = ("", "")
    """The form and the path of the question whose comments are open."""
    words: dict[str, str] = {}
    """Half-typed text by the key of its field, where the field keeps no draft itself."""
    tabs: list[int] = []
    rows: dict[str, int] = {}
    """The current row by the key of its list."""
    scrolls: dict[str, int] = {}
    """Pixels scrolled by the key of what scrolls."""

    @property
    def place(self) -> Place:
        return Place(self.screen, self.record)

    def written(self) -> str:
        """Return the spot as text."""
        return msgspec.json.encode(self).decode()


def read(text: str) -> Spot:
    """Return the spot of a text, of an older version too; the first screen when it is not one."""
    if not text.startswith("{"):
        screen, _space, record = text.partition(" ")
        return Spot(screen, record) if screen else Spot()
    try:
        return msgspec.json.decode(text, type=Spot)
    except msgspec.MsgspecError:
        return Spot()
