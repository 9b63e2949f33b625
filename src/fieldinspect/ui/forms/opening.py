"""A record and its form, from the vault to a session that can be answered."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from fieldinspect.domain.views import Comment, Draft, DraftKey, RecordView
from fieldinspect.forms import Session, load
from fieldinspect.services import instruments, review, versions

if TYPE_CHECKING:
    from datetime import datetime

    from fieldinspect.services.ports import Vault

_DIGITS = DraftKey("digits", "digits")
_ON, _OFF = "on", "off"
_load = lru_cache(maxsize=8)(load)


class Found(NamedTuple):
    """What the vault has of a record; `newer` tells that its form has a newer version."""

    record: RecordView
    xml: bytes
    drafts: list[Draft]
    newer: bool
    comments: list[Comment]
    pictures: Mapping[str, bytes] = {}
    """The files of the form's pictures, by name."""
    digits: bool = True
    """Whether digits answer, as this person last chose on this laptop."""


class Ready(NamedTuple):
    """A record whose form is loaded."""

    found: Found
    session: Session


def find(vault: Vault, record: str, kind: str) -> Found | None:
    """Read a record, and the form it was captured with; None when it is not in this vault."""
    view = vault.record(record)
    if view is None:
        return None
    named = view.get("form")
    xml = instruments.form_of(vault, view) if named else instruments.form_xml(vault, view.inspection, kind)
    drafts = [one for one in vault.drafts() if one.key.record == record and one.key.field.startswith("/")]
    newer = bool(named and versions.newer_form(vault, view))
    pictures = instruments.pictures_of(vault, view.inspection, xml)
    return Found(view, xml, drafts, newer, review.comments(vault, record), pictures, digits_answer(vault))


def digits_answer(vault: Vault) -> bool:
    """Tell whether digits answer, which they do until the person says otherwise."""
    return all(one.value != _OFF for one in vault.drafts() if one.key == _DIGITS)


def remember_digits(vault: Vault, *, on: bool, now: datetime) -> None:
    """Keep the choice where the place is kept that the person was at: in the vault, on this laptop only."""
    vault.save_draft(Draft(_DIGITS, "", _DIGITS.field, _ON if on else _OFF, now, now))


def make_ready(found: Found, language: str) -> Ready:
    """Load the form and put the answers into it."""
    fields = {name: value for name, value in found.record.fields.items() if name.startswith("/")}
    return Ready(found, Session(_load(found.xml), fields, language=language))
