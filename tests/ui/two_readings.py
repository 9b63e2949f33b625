"""Two readings of one file that differ, for whoever only wants to look at the screen."""

from fieldinspect.domain.kinds import Kind
from fieldinspect.services import reading, streams, writing
from fieldinspect.services.blindness import NUMBER, SECOND_OF
from fieldinspect.services.ports import OpenVault
from tests.team import NOW
from tests.ui.desktop import Desktop

_HISTORY = "/case_file_review/first_response/history_known"
_ATTENDED = "/case_file_review/first_response/attended"
_MONTH = "/case_file_review/case/month"
_FIRST = {NUMBER: "B-12", _HISTORY: "yes", _ATTENDED: "yes", _MONTH: "2026-01"}
_SECOND = {NUMBER: "B-12", _HISTORY: "not_recorded", _ATTENDED: "yes", _MONTH: "January"}


def two_readings(desktop: Desktop) -> None:
    """Make both readings in the open vault, by its owner, and show where they differ."""
    made: list[str] = []
    assert desktop.start.background is not None
    desktop.start.background.on_vault(_make, made.append)
    desktop.settle()
    desktop.go("differences", made[0])


def _make(vault: OpenVault) -> str:
    inspection = reading.inspections(vault)[0].id
    made = ""
    for answers in (_FIRST, _SECOND):
        fields = {SECOND_OF: made} if made else {}
        made = writing.begin(vault, Kind.CASE_FILE_REVIEW, inspection, fields | answers, happened=NOW)
        streams.say_completed(vault, made, True, happened=NOW)
    return made
