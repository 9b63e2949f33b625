"""A record and its form, from the vault to a session that can be answered."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from fieldinspect.domain.views import Comment, Draft, RecordView
from fieldinspect.forms import Session, load
from fieldinspect.services import instruments, review, versions

if TYPE_CHECKING:
    from fieldinspect.services.ports import Vault

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
    return Found(view, xml, drafts, newer, review.comments(vault, record), pictures)


def make_ready(found: Found, language: str) -> Ready:
    """Load the form and put the answers into it."""
    fields = {name: value for name, value in found.record.fields.items() if name.startswith("/")}
    return Ready(found, Session(_load(found.xml), fields, language=language))
