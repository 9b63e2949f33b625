"""Concerns, conduct matters, and the streams beside the visit, on the real desktop."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from fieldinspect.domain.kinds import Kind
from fieldinspect.services import capture, review
from fieldinspect.services.ports import OpenVault
from tests.team import NOW
from tests.ui.desktop import Desktop


def on_vault(desktop: Desktop, work: Callable[[OpenVault], str]) -> str:
    made: list[str] = []
    assert desktop.start.background is not None
    desktop.start.background.on_vault(work, made.append)
    desktop.settle()
    return made[0]


OPEN = "A safeguarding concern is open: check its outcome before you leave"


def test_a_concern_is_raised_by_three_keys_stays_in_sight_and_holds_the_visit_open(
    desktop: Desktop, visit: str
) -> None:
    desktop.go("visit", visit)
    assert OPEN not in desktop.names()
    desktop.key("Ctrl+Shift+S")
    assert "Safeguarding concern" in desktop.words()
    focused = QApplication.focusWidget()
    assert focused is not None
    assert desktop.visit_view.details.isAncestorOf(focused)
    assert OPEN in desktop.names()
    desktop.press("Close the visit")
    assert "A safeguarding concern is still open" in desktop.desk.notice.words
    desktop.go("today")
    assert "A safeguarding concern is open at Example Road: check its outcome" in desktop.names()
    concern = on_vault(desktop, lambda vault: vault.of_kind(Kind.SAFEGUARDING_CONCERN)[0].id)
    values = {"/safeguarding_concern/outcome_check/closed": "yes"}
    on_vault(desktop, lambda vault: str(capture.answer(vault, concern, values, happened=NOW)))
    assert "A safeguarding concern is open at Example Road: check its outcome" not in desktop.names()
    desktop.go("visit", visit)
    assert OPEN not in desktop.names()
    desktop.press("Close the visit")
    assert "The visit is closed" in desktop.desk.notice.words
    assert "Closed" in desktop.words()


def test_the_focus_follows_from_one_form_to_the_next(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    for keys in ("Ctrl+Shift+C", "Ctrl+Shift+S"):
        desktop.key(keys)
        focused = QApplication.focusWidget()
        assert focused is not None
        assert desktop.visit_view.details.isAncestorOf(focused)


def test_a_conduct_matter_is_in_a_list_of_its_own_and_in_no_timeline(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.go("today")
    desktop.key("Ctrl+Shift+C")
    assert desktop.desk.place.screen == "visit"
    assert "Conduct matter" in desktop.words()
    assert not any("Conduct" in row for row in desktop.rows("Timeline"))
    side = desktop.visit_view.side
    tabs = [side.tabText(place) for place in range(side.count()) if side.isTabVisible(place)]
    assert "Conduct: 1" in tabs
    side.setCurrentIndex(tabs.index("Conduct: 1"))
    desktop.choose("Conduct matters")
    assert side.currentWidget() is desktop.visit_view.details


@pytest.mark.parametrize(
    "kind",
    [
        "Staff focus group",
        "Partner focus group",
        "Victim focus group",
        "Victim interview",
        "Case-file review",
    ],
)
def test_every_stream_begins_from_today_and_opens_its_form(desktop: Desktop, kind: str) -> None:
    desktop.press("Record something else")
    desktop.press(f"Begin: {kind}")
    assert desktop.desk.place.screen == "record"
    assert kind in desktop.words()
    assert " of " in desktop.words()  # how far the form is
    desktop.press("All of it is completed")
    desktop.press("Back to the records")
    assert [row for row in desktop.rows("Records") if row.startswith(kind) and row.endswith("Completed")]
    desktop.choose("Records")
    assert desktop.desk.place.screen == "record"
    desktop.press("Not completed yet")
    assert "All of it is completed" in desktop.names()


def test_a_stream_begun_in_a_visit_belongs_to_it(desktop: Desktop, visit: str) -> None:
    desktop.go("visit", visit)
    desktop.key("Ctrl+K")
    desktop.type("Command", "begin staff focus")
    desktop.key("Return")
    assert desktop.desk.place.screen == "record"
    desktop.press("Back to the visit")
    assert any("Staff focus group" in row for row in desktop.rows("Timeline"))
    desktop.choose("Timeline")
    assert desktop.desk.place.screen == "record"


def test_what_was_returned_is_on_today_with_its_reason(desktop: Desktop, visit: str) -> None:
    assert "returned to you" not in desktop.words()
    observation = on_vault(
        desktop, lambda vault: capture.add_record(vault, Kind.OBSERVATION, visit, happened=NOW)
    )
    on_vault(desktop, lambda vault: review.comment(vault, observation, "Say where", happened=NOW, asks=True))
    on_vault(
        desktop,
        lambda vault: str(review.return_to_author(vault, observation, "Too short", happened=NOW)),
    )
    assert "1 record was returned to you" in desktop.words()
    assert desktop.rows("Returned to you") == ["Observation. Too short · Say where. Returned"]
    desktop.choose("Returned to you")
    assert desktop.desk.place == ("visit", visit)


def test_my_own_review_is_not_offered_for_a_second_reading(desktop: Desktop) -> None:
    desktop.go("records")
    desktop.press("Begin: Case-file review")
    desktop.press("Back to the records")
    assert "For a second reading" not in desktop.names()
