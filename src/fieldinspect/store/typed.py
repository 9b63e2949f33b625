"""Typed projection tables: one per kind, the displayed values of its fields in columns for counting and lists.

A value that does not fit its column's type is left out of the column; the head keeps it word for word. Columns of
codes, times and numbers stay plain at the centre, to be counted; whatever may hold somebody's words is sealed there.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

import sqlalchemy as sa

from fieldinspect.domain.kinds import Kind
from fieldinspect.journal.fold import RecordState
from fieldinspect.store.columns import PLAIN, sealed_text
from fieldinspect.store.schema import metadata

Cell = str | int | None

_CODES: Final = re.compile(r"([A-Za-z0-9_.:/+-]{1,80}( [A-Za-z0-9_.:/+-]{1,80})*)?")


class Column(NamedTuple):
    name: str
    field: str
    read: Callable[[str], Cell]
    type: type[sa.types.TypeEngine[object]]
    words: bool = False
    """It may hold what somebody said: sealed at the centre."""


def _text(name: str, field: str = "") -> Column:
    return Column(name, field or name, str, sa.Text, words=True)  # type: ignore[arg-type]  # Text is a TypeEngine[str]


def _code(name: str, field: str = "") -> Column:
    return Column(name, field or name, _codes, sa.Text)  # type: ignore[arg-type]  # likewise


def _number(name: str, field: str = "") -> Column:
    return Column(name, field or name, _integer, sa.BigInteger)  # type: ignore[arg-type]  # likewise of int


def _flag(name: str, field: str = "") -> Column:
    return Column(name, field or name, _boolean, sa.BigInteger)  # type: ignore[arg-type]  # likewise of int


def _integer(value: str) -> int | None:
    try:
        number = int(value)
    except ValueError:
        return None
    return number if -(1 << 63) <= number < 1 << 63 else None


def _codes(value: str) -> str | None:
    return value if _CODES.fullmatch(value) else None


def _boolean(value: str) -> int | None:
    return {"true": 1, "yes": 1, "false": 0, "no": 0}.get(value)


def _form(
    kind: str, *names: str, numbers: tuple[str, ...] = (), words: tuple[str, ...] = ()
) -> tuple[Column, ...]:
    """Name columns after the last step of the form's node path; what is no number and no words is codes."""

    def made(name: str) -> Column:
        make = _number if name in numbers else _text if name in words else _code
        return make(name.rsplit("/", 1)[-1], f"/{kind}/{name}")

    return tuple(made(name) for name in names)


_FILE_NUMBERS: Final = ("sample/position", "first_response/attendance_minutes", "risk/risk_answered")
_FILE_WORDS: Final = (
    "sample/reader",
    "sample/review_number",
    "sample/frame",
    "case/month",
    "case/repeat_reviewer",
)
# What the files of a sample are counted by, in the order of the form.
_FILE_ANSWERS: Final = (
    *(
        "sample/reader",
        "sample/review_number",
        "sample/frame",
        "sample/position",
        "case/offence",
        "case/month",
    ),
    *("case/repeat_force", "case/repeat_reviewer"),
    *(
        f"first_response/{name}"
        for name in (
            *("history_known", "attended", "attendance_minutes", "scene_described", "injuries_photographed"),
            *("body_worn_video", "witnesses", "children_seen", "statement"),
        )
    ),
    *(
        f"risk/{name}"
        for name in (
            *(
                "risk_tool",
                "risk_answered",
                "risk_complete",
                "risk_consistent",
                "initial_grade",
                "revised_grade",
            ),
            *("revised_by", "supervisor_endorsed"),
        )
    ),
    *(
        f"action/{name}"
        for name in (
            *("safety_measures", "arrested", "arrest_reasons", "disposal", "disposal_reasons", "referrals"),
            *("victim_informed", "offender_managed"),
        )
    ),
    "overall/overall_grade",
)

COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    Kind.INSPECTION: (_text("title"), _text("marking"), _text("handling")),
    Kind.VISIT: (
        _text("station"),
        _code("force"),
        _code("form"),
        _flag("closed"),
        *_form("station_visit", "arrival/time_at_door", "arrival/time_admitted", "arrival/forewarned"),
        *_form(
            "station_visit", "arrival/delay_minutes", "leaving/time_out", numbers=("arrival/delay_minutes",)
        ),
    ),
    Kind.CONTACT: (
        _number("ordinal"),
        *_form("contact", "role_band", "service_band", "shift", "private", "minutes", numbers=("minutes",)),
        *_form("contact", "told_use", "agreed_quote", "topics", words=("topics",)),
    ),
    Kind.OBSERVATION: _form(
        "observation", "what", "where", "seen_at", "basis", "certainty", words=("what", "where")
    ),
    Kind.DOCUMENT: _form(
        *("document", "title", "dated", "version", "status", "promised_by", "due", "received_on"),
        words=("title", "version", "promised_by"),
    ),
    Kind.TEST: _form("test", "asked", "result", "seconds", numbers=("seconds",), words=("asked", "result")),
    Kind.NOTE: (_text("text"), _code("written_kind"), _flag("verbatim"), _flag("flagged"), _code("about")),
    Kind.INTERVIEW: (
        _code("form"),
        *_form("officer_interview", "role_code", "attribution", words=("role_code",)),
    ),
    Kind.STAFF_FOCUS_GROUP: (
        _code("form"),
        *_form(
            "staff_focus_group",
            "setting/chosen_by",
            "setting/supervisor_present",
            "present",
            numbers=("present",),
        ),
    ),
    Kind.PARTNER_FOCUS_GROUP: (
        _code("form"),
        *_form(
            "partner_focus_group",
            "setting/chosen_by",
            "setting/police_present",
            "present",
            numbers=("present",),
        ),
    ),
    Kind.VICTIM_FOCUS_GROUP: (
        _code("form"),
        *_form("victim_focus_group", "setting/held_on", "setting/setting_type", "setting/support_worker"),
        *_form("victim_focus_group", "setting/language", "setting/present", numbers=("setting/present",)),
    ),
    Kind.VICTIM_INTERVIEW: (
        _code("form"),
        *_form("victim_interview", "setting/held_on", "setting/setting_type", "setting/support_worker"),
        *_form("victim_interview", "setting/language", "consent/takes_part", "consent/anonymous_quote"),
        *_form("victim_interview", "experience/satisfaction", "experience/safety"),
    ),
    Kind.CASE_FILE_REVIEW: (
        _code("form"),
        *_form("case_file_review", *_FILE_ANSWERS, numbers=_FILE_NUMBERS, words=_FILE_WORDS),
    ),
    Kind.SAFEGUARDING_CONCERN: _form(
        "safeguarding_concern",
        "concern/category",
        "concern/noticed_at",
        "raised/raised_at",
        "raised/minutes_to_raise",
        "raised/acknowledged",
        "outcome_check/outcome",
        "outcome_check/closed",
        numbers=("raised/minutes_to_raise",),
    ),
    Kind.CONDUCT_MATTER: _form(
        "conduct_matter", "matter/category", "matter/learned_at", "raised/lead_told_at", "outcome/decision"
    ),
    Kind.ATTACHMENT: (_text("name"), _code("media_type"), _number("size"), _code("blob"), _text("caption")),
    Kind.MATTER: (_text("text"), _code("polarity"), _code("category"), _flag("restricted")),
    Kind.PRINT_LOG: (_code("product"), _code("digest"), _code("copy"), _code("issued_to")),
}


def _stored(kind: str, column: Column) -> sa.types.TypeEngine[object]:
    if column.words:
        return sealed_text(f"{kind}_projection.{column.name}", "record")
    return PLAIN if column.type is sa.Text else column.type()  # type: ignore[return-value]  # Text, as above


TABLES: Final = {
    kind: sa.Table(
        f"{kind}_projection",
        metadata,
        sa.Column("record", PLAIN, primary_key=True),
        sa.Column("parent", PLAIN, nullable=False, index=True),
        *(sa.Column(column.name, _stored(kind, column)) for column in columns),
    )
    for kind, columns in COLUMNS.items()
}


def typed_row(state: RecordState) -> tuple[Cell, ...] | None:
    """Return the row of the kind's table, in the order of its columns; None for a kind without one."""
    columns = COLUMNS.get(state.kind)
    if columns is None:
        return None
    return (state.id, state.parent, *(_cell(state, column) for column in columns))


def _cell(state: RecordState, column: Column) -> Cell:
    value = state.value(column.field)
    return None if value is None else column.read(value)
