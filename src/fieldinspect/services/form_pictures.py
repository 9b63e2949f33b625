"""The pictures of a form set: each a record of its own, found again by the digest that the set's signature covers."""

import hashlib
import io
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final

import msgspec

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import RecordView
from fieldinspect.forms import Form
from fieldinspect.forms.media import MOST_BYTES, MOST_TOGETHER, check_picture, check_pictures, pictures_of
from fieldinspect.i18n import _
from fieldinspect.services.ports import Reader, Vault, Write

_DIGEST: Final = "sha256"
_BLOB: Final = "blob"


class Picture(msgspec.Struct, frozen=True):
    """One picture of a form as its set names it: the name in the form, SHA-256 and size of the file."""

    name: str
    sha256: str
    size: int


def named(form: Form, files: Mapping[str, bytes]) -> tuple[Picture, ...]:
    """Return the pictures that a form asks for and that are there; raise `PictureRefused` for what is none."""
    asked = {name: files[name] for name in sorted(pictures_of(form)) if name in files}
    check_pictures(asked)
    return tuple(Picture(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in asked.items())


def check_together(pictures: Iterable[Picture]) -> None:
    """Raise `BadInput` when the pictures of a set are too much to carry."""
    sizes = {one.sha256: one.size for one in pictures}
    if sum(sizes.values()) > MOST_TOGETHER:
        raise BadInput(
            _("The pictures of all forms may have {most} MB together. Save them smaller").format(
                most=MOST_TOGETHER // (1024 * 1024)
            )
        )


def keep(
    vault: Vault, form_set: str, inspection: str, files: Iterable[bytes], *, now: datetime
) -> list[Write]:
    """Seal what the vault does not have yet; return the acts that make it part of the form set."""
    known = {view.get(_DIGEST) for view in _records(vault, inspection) if vault.has_blob(view.get(_BLOB))}
    writes: list[Write] = []
    for digest, data in {hashlib.sha256(one).hexdigest(): one for one in files}.items():
        if digest in known:
            continue
        record = new_record_id(vault.identity.device)
        blob = vault.add_blob(record, io.BytesIO(data))
        changes: dict[str, str | None] = {_DIGEST: digest, _BLOB: blob.digest, "size": str(blob.size)}
        writes.append(Write(record, Kind.FORM_PICTURE, form_set, inspection, changes, now))
    return writes


def read(vault: Vault, inspection: str, pictures: Iterable[Picture]) -> dict[str, bytes]:
    """Return the files by name. One that is not here, was changed or is no picture is left out."""
    by_digest: dict[str, list[RecordView]] = {}
    for view in _records(vault, inspection):
        by_digest.setdefault(view.get(_DIGEST), []).append(view)
    found: dict[str, bytes] = {}
    for one in pictures:
        for view in by_digest.get(one.sha256, ()):
            with suppress(BadInput):
                data = _read(vault, view)
                if hashlib.sha256(data).hexdigest() == one.sha256:
                    check_picture(one.name, data)
                    found[one.name] = data
    return found


def _records(vault: Reader, inspection: str) -> list[RecordView]:
    return [view for view in vault.of_kind(Kind.FORM_PICTURE) if view.inspection == inspection]


def _read(vault: Vault, view: RecordView) -> bytes:
    with vault.open_blob(view.id, view.get(_BLOB)) as file:
        return file.read(MOST_BYTES + 1)
