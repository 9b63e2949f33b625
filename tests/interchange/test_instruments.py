"""The instruments of the other streams: answered to completion, and the rules that an inspector leans on."""

import pytest

from fieldinspect.domain.kinds import FORM_OF
from fieldinspect.forms import Form, Session, load
from fieldinspect.resources import forms_folder
from tests.interchange.walkthrough import NOW, PATHS, walk
from tests.shared import shared_data


def opened(name: str) -> Session:
    return Session(form(name), now=lambda: NOW)


def form(name: str) -> Form:
    return load((forms_folder() / name / "form.xml").read_bytes())


def text_of(name: str) -> str:
    return (forms_folder() / name / "form.md").read_text()


@pytest.mark.parametrize("name", sorted(PATHS))
@pytest.mark.parametrize("language", ["en", "cy"])
def test_it_can_be_answered_to_completion(name: str, language: str) -> None:
    session = walk(name, language)
    assert [str(one) for one in session.problems()] == []
    assert session.dropped() == {}
    answered, asked = session.progress()
    assert answered >= 5
    assert answered <= asked


@pytest.mark.parametrize("name", sorted(PATHS))
def test_a_record_saved_and_opened_again_is_the_same(name: str) -> None:
    session = walk(name)
    fields = {
        path: session.state(path).kept
        for path in session.paths()
        if not path.endswith("]") and session.state(path).kept
    }
    rows = [path for path in session.paths() if path.endswith("]")]
    fields |= {path: f"a{number}" for number, path in enumerate(rows)}
    again = Session(session.form, fields, now=lambda: NOW, fresh=False)
    assert again.problems() == []
    assert again.progress() == session.progress()


def test_every_stream_has_its_instrument() -> None:
    assert set(FORM_OF.values()) == {one.name for one in forms_folder().iterdir()}


@pytest.mark.parametrize(("silent", "problem"), [("2", False), ("3", True), ("", False)])
def test_agreement_is_counted_and_adds_up(silent: str, problem: bool) -> None:
    session = walk("staff_focus_group")
    (theme,) = session.rows("/staff_focus_group/theme")
    session.answer(f"{theme}/silent", silent)
    assert (session.state(f"{theme}/silent").problem is not None) is problem


def test_a_quote_needs_a_group_that_was_told_of_the_use_of_notes() -> None:
    session = walk("staff_focus_group")
    (theme,) = session.rows("/staff_focus_group/theme")
    session.answer("/staff_focus_group/setting/ground_rules", "no_names")
    assert not session.state(f"{theme}/quotable").relevant


def test_consent_is_asked_use_by_use_and_each_may_be_refused() -> None:
    session = opened("victim_interview")
    consent = "/victim_interview/consent"
    uses = ["takes_part", "notes", "recording", "anonymous_quote", "force_report_quote", "recontact"]
    asked = {use: session.state(f"{consent}/{use}").relevant for use in uses}
    assert asked == {"takes_part": True} | dict.fromkeys(uses[1:], False)
    session.answer(f"{consent}/takes_part", "yes")
    assert session.state(f"{consent}/notes").required
    assert not session.state(f"{consent}/force_report_quote").relevant
    session.answer(f"{consent}/notes", "yes")
    session.answer(f"{consent}/anonymous_quote", "yes")
    assert session.state(f"{consent}/force_report_quote").relevant
    session.answer(f"{consent}/takes_part", "no")
    assert not any(session.state(f"{consent}/{use}").relevant for use in uses[1:])


@pytest.mark.parametrize(
    ("day", "allowed"), [("2014-03-25", True), ("2014-03-01", False), ("2014-03-28", False)]
)
def test_a_consent_that_was_given_can_be_withdrawn_until_the_cut_off(day: str, allowed: bool) -> None:
    session = walk("victim_interview")
    consent = "/victim_interview/consent"
    offered = {one.value for one in session.state(f"{consent}/withdrawn").choices}
    assert offered == {"takes_part", "notes", "anonymous_quote", "recontact"}
    session.answer(f"{consent}/withdrawn", "anonymous_quote")
    session.answer(f"{consent}/withdrawn_on", day)
    assert (session.state(f"{consent}/withdrawn_on").problem is None) is allowed
    (account,) = session.rows("/victim_interview/account")
    assert not session.state(f"{account}/quotable").relevant


def test_nothing_is_noted_of_somebody_who_did_not_agree_to_notes() -> None:
    session = walk("victim_interview")
    session.answer("/victim_interview/consent/notes", "no")
    (account,) = session.rows("/victim_interview/account")
    assert not session.state(f"{account}/said").relevant


def test_survivors_are_p_and_a_number_and_each_has_one_of_their_own() -> None:
    session = opened("victim_focus_group")
    people = "/victim_focus_group/person"
    (first,) = session.rows(people)
    session.add_row(people)
    second = session.rows(people)[1]
    assert [session.state(f"{row}/speaker").value for row in (first, second)] == ["P1", "P2"]
    session.answer(f"{second}/speaker", "P1")
    assert session.state(f"{second}/speaker").problem is not None
    session.answer(f"{second}/speaker", "Mary")
    assert session.state(f"{second}/speaker").problem is not None
    session.remove_row(first)
    session.answer(f"{second}/speaker", "P2")
    assert session.state(f"{second}/speaker").problem is None


@pytest.mark.parametrize("name", ["victim_focus_group", "victim_interview"])
def test_satisfaction_and_safety_are_asked_apart_and_both(name: str) -> None:
    session = walk(name)
    for ending in ("satisfaction", "safety"):
        (path,) = [one for one in session.paths() if one.endswith(f"/{ending}")]
        session.answer(path, None)
        assert [one.path for one in session.problems()] == [path]
        session.answer(path, "did_not_say")


@pytest.mark.parametrize("name", ["victim_focus_group", "victim_interview"])
def test_no_question_asks_a_survivor_for_a_name_or_a_place(name: str) -> None:
    types = {one.segment: one.type for one in form(name).definitions.values()}
    assert not {"name", "address", "postcode", "telephone"} & types.keys()
    assert "geopoint" not in types.values()


def test_not_recorded_and_no_are_different_answers_of_every_question_of_the_bank() -> None:
    session = walk("case_file_review")
    banks = [
        {choice.value for choice in session.state(path).choices}
        for path in session.paths()
        if "not_examined" in {choice.value for choice in session.state(path).choices}
    ]
    assert len(banks) == 19
    assert all(
        bank == {"yes", "partly", "no", "not_recorded", "not_applicable", "not_examined"} for bank in banks
    )


def test_every_question_of_the_bank_has_its_guidance_beside_it() -> None:
    for language in ("en", "cy"):
        session = walk("case_file_review", language)
        asked = [path for path in session.paths() if len(session.state(path).choices) == 6]
        assert all(session.state(path).hint for path in asked if not path.endswith("/disposal"))


@pytest.mark.parametrize(("number", "taken"), [("FR-014", True), ("42X/12345/13", False), ("Smith", False)])
def test_a_crime_number_is_not_a_review_number(number: str, taken: bool) -> None:
    session = opened("case_file_review")
    session.answer("/case_file_review/sample/review_number", number)
    assert (session.state("/case_file_review/sample/review_number").problem is None) is taken


def test_no_question_of_the_risk_checklist_is_in_the_instrument() -> None:
    words = text_of("case_file_review")
    assert "27" in words
    assert "frightened" not in words
    assert "isolated" not in words


def test_a_concern_stays_open_until_somebody_acts() -> None:
    session = walk("safeguarding_concern")
    closed = "/safeguarding_concern/outcome_check/closed"
    assert session.state(closed).problem is None
    session.answer("/safeguarding_concern/outcome_check/outcome", "nothing")
    session.answer("/safeguarding_concern/outcome_check/escalated_to", "Superintendent")
    problem = session.state(closed).problem
    assert problem is not None
    assert "nobody acts on it" in str(problem)


def test_a_slow_concern_asks_why() -> None:
    session = walk("safeguarding_concern")
    raised = "/safeguarding_concern/raised"
    assert session.calculated()[f"{raised}/minutes_to_raise"] == "9"
    assert not session.state(f"{raised}/delay_reason").relevant
    session.answer(f"{raised}/raised_at", "2014-03-27T14:20:00Z")
    assert session.state(f"{raised}/delay_reason").required


def test_a_conduct_matter_told_late_asks_why_and_names_nobody() -> None:
    session = walk("conduct_matter")
    assert not session.state("/conduct_matter/raised/late_reason").relevant
    session.answer("/conduct_matter/matter/learned_at", "2014-03-26T10:00:00Z")
    assert session.state("/conduct_matter/raised/late_reason").required
    session.answer("/conduct_matter/matter/person_code", "PC Smith")
    assert session.state("/conduct_matter/matter/person_code").problem is not None


def test_a_promise_is_followed_to_the_day_it_is_kept() -> None:
    session = opened("document")
    received = "/document/received_on"
    assert not session.state(received).relevant
    session.answer("/document/status", "promised")
    assert session.state(received).relevant


@pytest.mark.parametrize("name", sorted(one.name for one in forms_folder().iterdir()))
def test_the_words_are_the_right_ones(name: str) -> None:
    words = text_of(name).lower()
    assert "domestic violence" not in words
    assert "department" not in words
    assert "judgement" not in words
    assert "trais domestig" not in words


def test_the_workbook_of_another_house_loads_and_runs() -> None:
    from fieldinspect.interchange.authoring import compile_form

    data = shared_data("forms", "ifrc-distribution-site-assessment-v1.xls").read_bytes()
    session = Session(load(compile_form(data, ".xls", "ifrc")), now=lambda: NOW)
    answered = 0
    for path in session.paths():
        state = session.state(path)
        if state.relevant and state.choices and not state.readonly:
            session.answer(path, state.choices[0].value)
            answered += 1
    assert answered >= 30
    assert session.progress()[0] >= answered - len(session.dropped())
