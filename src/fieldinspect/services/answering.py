"""Answers that come without a screen, put to the form as a screen would put them."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import FORM_OF
from fieldinspect.forms import Session, load
from fieldinspect.i18n import _
from fieldinspect.services.instruments import form_of, form_xml
from fieldinspect.services.leaving_out import with_removal
from fieldinspect.services.ports import Reader
from fieldinspect.services.writing import inspection_of, view_of

Fields = Mapping[str, str | None]
_MOST_NAMED: Final = 20
"""Choices that a refusal names."""
_PLACE: Final = re.compile(r"[0-9]{6,60}")
"""The place of a row among the others, as a session writes it."""


class Fitted(NamedTuple):
    """Answers as the form keeps them, and what is wrong with them: they are kept all the same, as on a screen."""

    fields: dict[str, str | None]
    problems: tuple[str, ...] = ()


def fit(vault: Reader, record: str, typed: Mapping[str, str], *, language: str = "en") -> Fitted:
    """Put answers, by field, to the form of a record; "" clears one, and removes a row.

    Raises `BadInput` for a path that the form does not have, for a group, and for a choice that is not offered.
    """
    view = view_of(vault, record)
    if not typed:
        return Fitted({})
    if not view.get("form"):
        raise BadInput(_("This record has no form"))
    return _fit(form_of(vault, view), view.fields, typed, language)


def fit_new(
    vault: Reader, kind: str, parent: str, typed: Mapping[str, str], *, language: str = "en"
) -> Fitted:
    """Put the first answers to the form now in force for a kind of record; see `fit`."""
    inspection = inspection_of(vault, parent)
    if not typed:
        return Fitted({})
    if kind not in FORM_OF:
        raise BadInput(_("This record has no form"))
    return _fit(form_xml(vault, inspection, kind), {}, typed, language)


def _fit(xml: bytes, fields: Fields, typed: Mapping[str, str], language: str) -> Fitted:
    session = Session(load(xml), fields, language=language)
    kept = dict(session.opening.fields)
    rows = [path for path in typed if path.endswith("]")]
    for path in sorted(rows):
        kept.update(_row(session, path, typed[path]))
    answers = [path for path in typed if path not in rows]
    for path in answers:
        kept.update(session.answer(path, typed[path]).fields)
    for path in answers:
        _check_offered(session, path)
    states = [session.state(path) for path in answers]
    wrong = [one.problem.sentence for one in states if one.problem and one.problem.kind != "required"]
    return Fitted(kept, tuple(wrong))


def _row(session: Session, path: str, place: str) -> Fields:
    if not place:
        return with_removal(session, path, session.remove_row(path).fields)
    repeat, _bracket, row = path.removesuffix("]").rpartition("[")
    session.rows(repeat)  # raises BadInput unless that is a repeat
    if not _PLACE.fullmatch(place):
        raise BadInput(
            _("Write the place of a row among the others as six digits or more, not {place}").format(
                place=place
            )
        )
    return session.add_row(repeat, row, place).fields


def _check_offered(session: Session, path: str) -> None:
    element = session.form.definitions[re.sub(r"\[[^]]*\]", "", path)].element
    if element is None or element.choices is None:
        return
    state = session.state(path)
    offered = {choice.value for choice in state.choices}
    codes = [state.kept] if element.control == "select1" else state.kept.split()
    for code in codes:
        if code and code not in offered:
            raise BadInput(
                _("“{code}” is not a choice of “{path}”. It offers: {choices}").format(
                    code=code, path=path, choices=", ".join(sorted(offered)[:_MOST_NAMED])
                )
            )
