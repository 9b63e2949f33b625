"""The shipped instruments: compiled reproducibly, bilingual, and asking what an inspector needs."""

import pytest

from fieldinspect.forms import Form, Session, load
from fieldinspect.interchange.authoring import compile_form
from fieldinspect.resources import forms_folder

INSTRUMENTS = sorted(one.parent.name for one in forms_folder().glob("*/form.xml"))
OF_A_VISIT = ("contact", "document", "observation", "officer_interview", "station_visit", "test")
ARRIVAL = "/station_visit/arrival"


def instrument(name: str) -> Form:
    return load((forms_folder() / name / "form.xml").read_bytes())


def test_the_instruments_of_a_visit_are_there() -> None:
    assert set(OF_A_VISIT) <= set(INSTRUMENTS)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_compiling_again_gives_the_same_bytes(name: str) -> None:
    folder = forms_folder() / name
    compiled = compile_form((folder / "form.md").read_bytes(), ".md", name)
    assert compiled == (folder / "form.xml").read_bytes()


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_the_root_is_the_form_id_and_everything_has_words_in_both_languages(name: str) -> None:
    form = instrument(name)
    assert form.id == form.root.name == name
    assert form.languages == ("English (en)", "Cymraeg (cy)")
    for key, english in form.translations["English (en)"].items():
        welsh = form.translations["Cymraeg (cy)"][key]
        assert english.parts, key
        assert welsh.parts, key
        assert "-" not in (welsh.parts[0], english.parts[0]), key


@pytest.mark.parametrize("name", OF_A_VISIT)
def test_a_fresh_record_opens_and_stores_nothing(name: str) -> None:
    session = Session(instrument(name))
    assert session.opening.fields == {}
    assert session.progress()[0] == 0
    assert session.sections()


def test_titles_follow_the_language() -> None:
    form = instrument("station_visit")
    assert form.title("en") == "Station visit"
    assert form.title("cy") == "Ymweliad â gorsaf"
    assert form.title("fr") == "Station visit"


@pytest.mark.parametrize(
    ("at_door", "admitted", "minutes"),
    [
        ("20:40:00.000+00:00", "20:52:00.000+00:00", "12"),
        ("23:50", "00:02", "12"),
        ("08:00", "08:00", "0"),
        ("08:00", "", ""),
    ],
)
def test_the_wait_is_reckoned_across_midnight(at_door: str, admitted: str, minutes: str) -> None:
    session = Session(instrument("station_visit"))
    session.answer(f"{ARRIVAL}/time_at_door", at_door)
    session.answer(f"{ARRIVAL}/time_admitted", admitted)
    assert session.calculated()[f"{ARRIVAL}/delay_minutes"] == minutes


@pytest.mark.parametrize(("admitted", "asked"), [("20:45", False), ("20:46", True)])
def test_a_wait_of_more_than_five_minutes_needs_a_reason(admitted: str, asked: bool) -> None:
    session = Session(instrument("station_visit"))
    session.answer(f"{ARRIVAL}/time_at_door", "20:40")
    session.answer(f"{ARRIVAL}/time_admitted", admitted)
    reason = session.state(f"{ARRIVAL}/delay_reason")
    assert reason.relevant is asked
    assert (reason.problem is not None) is asked
    assert session.state(f"{ARRIVAL}/delay_authorised_by").relevant is asked


def test_a_wait_of_hours_is_questioned_in_the_language_in_force() -> None:
    session = Session(instrument("station_visit"), language="cy")
    session.answer(f"{ARRIVAL}/time_at_door", "20:40")
    session.answer(f"{ARRIVAL}/time_admitted", "02:40")
    problem = session.state(f"{ARRIVAL}/time_admitted").problem
    assert problem is not None
    assert problem.kind == "constraint"
    assert problem.sentence.startswith("Gwiriwch y ddau amser")


def test_only_areas_asked_for_are_offered_as_reached_and_the_rest_as_refused() -> None:
    session = Session(instrument("station_visit"))
    access = "/station_visit/access"
    session.answer(f"{access}/areas_requested", "custody vehicles response")
    assert [one.value for one in session.state(f"{access}/areas_reached").choices] == [
        "response",
        "custody",
        "vehicles",
    ]
    session.answer(f"{access}/areas_reached", "custody")
    assert [one.value for one in session.state(f"{access}/areas_refused").choices] == ["response", "vehicles"]
    session.answer(f"{access}/areas_refused", "vehicles")
    assert session.state(f"{access}/refusal_reason").required
    session.answer(f"{access}/areas_reached", "custody vehicles response")
    assert not session.state(f"{access}/areas_refused").relevant
    assert session.dropped() == {f"{access}/areas_refused": "vehicles"}


def test_a_promised_document_says_by_whom_and_when() -> None:
    session = Session(instrument("document"))
    session.answer("/document/title", "Policy on repeat victims")
    session.answer("/document/status", "seen")
    assert session.problems() == []
    session.answer("/document/status", "promised")
    assert [one.path for one in session.problems()] == ["/document/promised_by", "/document/due"]


@pytest.mark.parametrize(("attribution", "offered"), [("on_record", True), ("accuracy_only", False)])
def test_only_what_is_on_the_record_may_be_quoted(attribution: str, offered: bool) -> None:
    session = Session(instrument("officer_interview"))
    (row,) = session.rows("/officer_interview/exchange")
    session.answer("/officer_interview/attribution", attribution)
    session.answer(f"{row}/question", "How do you know a repeat victim?")
    session.answer(f"{row}/answer", "From the log, if there is time.")
    assert session.state(f"{row}/quotable").relevant is offered


def test_somebody_not_told_of_the_use_of_notes_is_not_quoted() -> None:
    session = Session(instrument("contact"))
    session.answer("/contact/told_use", "yes")
    session.answer("/contact/agreed_quote", "yes")
    session.answer("/contact/told_use", "no")
    assert session.state("/contact/agreed_quote").value == ""
    assert session.dropped() == {"/contact/agreed_quote": "yes"}
