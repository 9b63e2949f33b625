"""A schedule from a table: everything wrong with it is told by line, and nothing is guessed."""

from collections.abc import Callable
from datetime import date

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind
from fieldinspect.services import planning, schedule
from fieldinspect.store.vault import StoredVault
from tests.team import NOW

HEAD = "date,until,force,station,streams,unannounced,lead,assigned,contacts,briefing\n"


def test_a_table_is_read_as_a_spreadsheet_writes_it(reopen: Callable[..., StoredVault]) -> None:
    lead = reopen("lead")
    raw = "\ufeff" + HEAD.replace("\n", "\r\n")
    raw += (
        '2014-02-05,2014-02-07,Heddlu Gwent,"High Street, north",visit; case_file_review,No,lead,ann; ben,,'
    )
    raw += '"Ask\r\nfor it"\r\n'
    raw += ",,,,,,,,,\r\n2014-02-06,,,Low Street,,,,,,\r\n"
    first, second = schedule.read_schedule(lead, raw.encode())
    assert (first.line, first.details.force, first.details.station) == (3, "gwent", "High Street, north")
    assert first.details.streams == (Kind.CASE_FILE_REVIEW, Kind.VISIT)
    assert (first.details.unannounced, len(first.details.assigned)) == (False, 2)
    assert first.details.briefing == "Ask\r\nfor it"
    assert (second.line, second.details.first, second.details.unannounced) == (5, date(2014, 2, 6), True)
    assert planning.planned(lead) == [], "reading writes nothing"
    planning.plan_all(lead, [first.details, second.details], happened=NOW)
    assert len(planning.planned(lead)) == 2


ROWS = {
    "3 February,,gwent,,,,,,,": "no day",
    "2014-02-30,,gwent,,,,,,,": "no day",
    "2014-02-03/2014-02-04,,gwent,,,,,,,": "no day",
    "2014-02-05,2014-02-03,gwent,,,,,,,": "before the first",
    "2014-02-05,,Gotham,,,,,,,": "no force of the register",
    "2014-02-05,,gwent,,tea,,,,,": "no stream",
    "2014-02-05,,gwent,,,perhaps,,,,": "yes",
    "2014-02-05,,gwent,,,,ann,,,": "no lead",
    "2014-02-05,,gwent,,,,,zoe,,": "not in the team list",
    "2014-02-05,,,,,,,,,": "Enter where",
    "2014-02-05,gwent": "more or fewer cells",
    '2014-02-05,,gwent,"High" Street,,,,,,': "quotation mark",
    "2014-02-05,,gwent,,,,,,,\n2014-02-05,,gwent,,,,,,,": "same as line 2",
}
FILES = {
    b"": "first line",
    b"place,station\n": "first line",
    b"date,date\n": "first line",
    b"date,station,colour\n": "first line",
    HEAD.encode(): "has no visits",
    b"date,station\n\xff": "UTF-8",
    b"date,station\n\0,x\n": "UTF-8",
    b"date,station\n" + b"x" * schedule.MOST_BYTES: "1 MB",
    b"date,station\n" + b",\n" * (schedule.MOST_ROWS + 1): "2,000 lines",
}


def test_whatever_is_wrong_is_said_and_nothing_is_planned(reopen: Callable[..., StoredVault]) -> None:
    lead = reopen("lead")
    for row, sentence in ROWS.items():
        with pytest.raises(schedule.ScheduleRefused, match=sentence) as refused:
            schedule.read_schedule(lead, f"{HEAD}{row}\n".encode())
        assert refused.value.problems[0][0] in (2, 3), row
    for raw, sentence in FILES.items():
        with pytest.raises(BadInput, match=sentence):
            schedule.read_schedule(lead, raw)
    with pytest.raises(BadInput, match="Only a lead"):
        schedule.read_schedule(reopen("ann"), HEAD.encode())


def test_every_line_that_is_wrong_is_told_at_once(reopen: Callable[..., StoredVault]) -> None:
    raw = HEAD + "2014-02-05,,Gotham,,,,,,,\n2014-02-05,,gwent,,,,,,,\nsoon,,gwent,,,,,,,\n"
    with pytest.raises(schedule.ScheduleRefused) as refused:
        schedule.read_schedule(reopen("lead"), raw.encode())
    assert [line for line, _sentence in refused.value.problems] == [2, 4]
    assert "Line 2" in str(refused.value)
