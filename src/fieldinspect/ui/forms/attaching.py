"""A file as an answer: its bytes become an attachment of the record, its name the answer."""

from __future__ import annotations

import mimetypes
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from fieldinspect.domain.kinds import Kind
from fieldinspect.files import world_failures
from fieldinspect.services import capture

if TYPE_CHECKING:
    from fieldinspect.services.ports import Vault


def attach(vault: Vault, record: str, path: Path, *, happened: datetime, initiator: str) -> str:
    """Copy a file into the vault under a record and return the name it has there: no two files share one.

    Raises WorldFailed when the file cannot be read.
    """
    taken = {one.get("name") for one in vault.children(record, [Kind.ATTACHMENT])}
    name = _free(path, taken)
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    with world_failures(), path.open("rb") as source:
        capture.attach(
            vault,
            record,
            name=name,
            media_type=media_type,
            source=source,
            happened=happened,
            initiator=initiator,
        )
    return name


def _free(path: Path, taken: set[str]) -> str:
    numbered = (f"{path.stem} ({number}){path.suffix}" for number in count(2))
    return path.name if path.name not in taken else next(name for name in numbered if name not in taken)
