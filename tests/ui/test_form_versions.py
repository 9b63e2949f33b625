from collections.abc import Callable

import pytest

from fieldinspect.services import capture, instruments
from fieldinspect.store.vault import StoredVault
from tests.team import NOW
from tests.ui.form_desktop import Opened, ask, contact_form

OLD = contact_form(
    "<minutes/><topics/><shift/>",
    '<bind nodeset="/contact/minutes" type="string"/>',
    ask("minutes") + ask("topics") + ask("shift"),
)
NEW = contact_form(
    "<minutes/><topics/><place/>",
    '<bind nodeset="/contact/minutes" type="int"/>',
    ask("minutes") + ask("topics") + ask("place"),
    version="3",
)


def answer_and_publish(vault: StoredVault, inspection: str, record: str) -> None:
    answers = {"/contact/minutes": "a dozen", "/contact/topics": "risk forms", "/contact/shift": "late"}
    capture.answer(vault, record, answers, happened=NOW)
    instruments.publish_forms(vault, inspection, {"contact": NEW}, now=NOW)


@pytest.fixture
def opened(opened_form: Callable[..., Opened]) -> Opened:
    return opened_form(OLD, answer_and_publish)


def test_a_record_opens_with_the_form_it_was_captured_with(opened: Opened) -> None:
    assert "Shift (optional)" in opened.desktop.words()
    assert "Place (optional)" not in opened.desktop.words()


def test_a_record_moves_only_when_the_person_says_so_knowing_what_changes(opened: Opened) -> None:
    desktop, before = opened.desktop, opened.field("form")
    assert "A newer version of this form is there." in desktop.words()
    desktop.press("See what changes")
    assert "1 answer stays as it is." in desktop.words()
    assert "No longer asked: Shift. Your answer was: late" in desktop.words()
    assert "To be answered again: Minutes." in desktop.words()
    assert opened.field("form") == before
    desktop.press("Move this record")
    assert opened.field("form") != before
    assert "Place (optional)" in desktop.words()
    assert "A newer version" not in desktop.words()
    assert opened.field("/contact/shift") == "late"
    assert desktop.by_name("Minutes").hasFocus(), "the person goes on with the form"
    assert "This record now has the newer version of its form." in desktop.words()


def test_a_record_can_stay_where_it_is(opened: Opened) -> None:
    opened.desktop.press("See what changes")
    opened.desktop.press("Not now")
    assert "Shift (optional)" in opened.desktop.words()
    assert "No longer asked" not in opened.desktop.words()
