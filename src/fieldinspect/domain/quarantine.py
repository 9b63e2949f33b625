"""What came in and was not taken over: entries set aside by the rules, and bundles that were refused whole."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from fieldinspect.domain.errors import BadInput

OTHER: Final = "other"
"""The reason of a refusal that has no name of its own; its sentence says it."""


class BundleRefused(BadInput):
    """A bundle was not taken in; nothing of it was merged."""

    reason: ClassVar[str] = OTHER
    """By this name it is listed."""
    worth_keeping: ClassVar[bool] = True
    """False for what is no bundle, or not ours."""


@dataclass(frozen=True)
class RefusedBundle:
    """A refused bundle that is kept as it came, in a private file of the vault."""

    id: str
    """Opaque: the beginning of the SHA-256 of the file, which is its name too."""
    name: str
    """The name under which it came; "" when nobody knows any more."""
    source: str
    """The destination it was fetched from, as this vault calls it; "" when a person opened a file."""
    reason: str
    sentence: str
    """Why it was refused, as it was said then."""
    size: int
    """Bytes."""
    came: datetime
    tried: datetime
    """When it was last tried."""
    present: bool = True
    """The file is here."""
    deleted: datetime | None = None
    """When somebody deleted the file; this line stays."""
    judged: str = ""
    """The team list and the program by which it was last refused: with a newer one it is tried again."""
