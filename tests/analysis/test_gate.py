"""The gate for free text: what it stops, and what it lets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldinspect.analysis.gate import Gate, check, check_title
from fieldinspect.analysis.identifiers import Kind

GATE = Gate(
    names=("Jane Smith", "Rhys ap Gwilym", "Paul Clark", "Aoife O'Neill", "Mark Young", "Siân Lloyd-Hughes"),
    other_forces=("Cleveland Police", "Cleveland"),
)

STOPPED = [
    ("Smith was at the desk", Kind.NAME, "Smith"),
    ("we heard it from smith", Kind.NAME, "smith"),
    ("SMITH signed it", Kind.NAME, "SMITH"),
    ("this was Jane's form", Kind.NAME, "Jane's"),
    ("the O’Neill papers", Kind.NAME, "O’Neill"),
    ("the ONeill papers", Kind.NAME, "ONeill"),
    ("signed by Sian Lloyd", Kind.NAME, "Sian"),
    ("signed by Hughes", Kind.NAME, "Hughes"),
    ("this was Smyth again", Kind.NAME, "Smyth"),
    ("this was Gwilyn again", Kind.NAME, "Gwilyn"),
    ("a form by Young lay there", Kind.NAME, "Young"),
    ("initialled JS in the margin", Kind.NAME, "JS"),
    ("initialled J.S. in the margin", Kind.NAME, "J.S."),
    ("we met Katarzyna there", Kind.POSSIBLE_NAME, "Katarzyna"),
    ("Katarzyna told us so", Kind.POSSIBLE_NAME, "Katarzyna"),
    ("worse than in Cleveland", Kind.OTHER_FORCE, "Cleveland"),
    ("write to duty.sgt@force.example", Kind.EMAIL, "duty.sgt@force.example"),
    ("ring 01632 960983", Kind.PHONE, "01632 960983"),
    ("ring (01632) 960983", Kind.PHONE, "(01632) 960983"),
    ("ring +44 7700 900123", Kind.PHONE, "+44 7700 900123"),
    ("ring 07700900123", Kind.PHONE, "07700900123"),
    ("ring ext 4521", Kind.PHONE, "ext 4521"),
    ("logged in at 10.24.3.7", Kind.NETWORK, "10.24.3.7"),
    ("number AB123456C was shown", Kind.NATIONAL_NUMBER, "AB123456C"),
    ("number 943 476 5919 was shown", Kind.NATIONAL_NUMBER, "943 476 5919"),
    ("PC 1234 was there", Kind.COLLAR, "PC 1234"),
    ("the collar number 88 was shown", Kind.COLLAR, "collar number 88"),
    ("warrant no. 12345 was shown", Kind.COLLAR, "warrant no. 12345"),
    ("Sergeant Patel was in charge", Kind.RANK_NAME, "Sergeant Patel"),
    ("DI Okafor was in charge", Kind.RANK_NAME, "DI Okafor"),
    ("Rhingyll Prydderch oedd yno", Kind.RANK_NAME, "Rhingyll Prydderch"),
    ("Mrs Achebe was waiting", Kind.TITLE_NAME, "Mrs Achebe"),
    ("Dr. Achebe was waiting", Kind.TITLE_NAME, "Dr. Achebe"),
    ("the car AB12 CDE stood outside", Kind.VEHICLE, "AB12 CDE"),
    ("the car AB12CDE stood outside", Kind.VEHICLE, "AB12CDE"),
    ("the car P123 ABC stood outside", Kind.VEHICLE, "P123 ABC"),
    ("the flat in LL77 7QZ", Kind.ADDRESS, "LL77 7QZ"),
    ("the flat at 12 Harbour View Road", Kind.ADDRESS, "12 Harbour View Road"),
    ("a DOB was on the board", Kind.BIRTH_DATE, "DOB "),
    ("born on 1/2/1980", Kind.BIRTH_DATE, "born on 1/2/1980"),
    ("the entry of 4/3/2014", Kind.EXACT_DATE, "4/3/2014"),
    ("the entry of 2014-03-04", Kind.EXACT_DATE, "2014-03-04"),
    ("the entry of 4 March", Kind.EXACT_DATE, "4 March"),
    ("at 21:40 the desk was empty", Kind.CLOCK_TIME, "21:40"),
    ("at 9.30pm the desk was empty", Kind.CLOCK_TIME, "9.30pm"),
    ("by 21.40 the desk was empty", Kind.CLOCK_TIME, "by 21.40"),
    ("at 9 p.m. the desk was empty", Kind.CLOCK_TIME, "9 p.m."),
    ("at 2140 hrs the desk was empty", Kind.CLOCK_TIME, "2140 hrs"),
    ("at half past nine", Kind.CLOCK_TIME, "half past nine"),
    ("the night shift had none", Kind.SHIFT, "night shift"),
    ("those on nights had none", Kind.SHIFT, "on nights"),
    ("shown under CAD 1234", Kind.REFERENCE, "CAD 1234"),
    ("crime number 12A/3456/14", Kind.REFERENCE, "crime number 12A/3456/14"),
    ("shown under 12345/14", Kind.REFERENCE, "12345/14"),
    ("shown under 52AB1234514", Kind.REFERENCE, "52AB1234514"),
    ("they said “we never check”", Kind.QUOTE, "“we never check”"),
    ('they said "we never check"', Kind.QUOTE, '"we never check"'),
    ("they said ‘we never check’", Kind.QUOTE, "‘we never check’"),
    ("the practice was inadequate", Kind.GRADE, "inadequate"),
    ("in our opinion it works", Kind.GRADE, "in our opinion"),
    ("two officers had none", Kind.SMALL_COUNT, "two officers"),
    ("3 of the response sergeants had none", Kind.SMALL_COUNT, "3 of the response sergeants"),
    ("dau swyddog oedd yno", Kind.SMALL_COUNT, "dau swyddog"),
    ("a few officers had none", Kind.SMALL_COUNT, "a few officers"),
    ("most officers had one", Kind.QUANTIFIER, "most officers"),
    ("Ja\u200bne had it", Kind.UNPRINTABLE, "\u200b"),
]

LET_THROUGH = [
    "Posters were on show at the front counter, on page 12 of 150 and along the M25.",
    "PC screens were locked when staff left their desks.",
    "The Chief Constable has made domestic abuse a priority.",
    "Children and young people wait in the same room.",
    "Officers know the policy of 2013 and find the form in under a minute.",
    "Body-worn cameras were charged. The room was used for storage.",
    "Roedd posteri i'w gweld wrth y cownter blaen yn Gymraeg a Saesneg.",
    "The form has 27 questions; 12 forms waited, the oldest for 9 days.",
    "The supervisors' briefing covers risk, and staff said it helps.",
    "It costs £1,250,000 a year.",
]


@pytest.mark.parametrize(("text", "kind", "words"), STOPPED)
def test_stopped(text: str, kind: Kind, words: str) -> None:
    found = check(text, GATE)
    assert (kind, words) in [(hit.kind, text[hit.start : hit.end]) for hit in found]


@pytest.mark.parametrize("text", LET_THROUGH)
def test_let_through(text: str) -> None:
    assert check(text, GATE) == ()


def test_a_finding_says_what_to_do_in_a_sentence_with_the_words() -> None:
    (finding,) = check("we met sergeant Patel", GATE)
    assert finding.sentence == "“sergeant Patel” looks like a rank with a name. Say “an officer” instead"


@pytest.mark.parametrize(
    ("text", "said_by", "stopped"),
    [
        ("Most officers knew", (16, 20), False),
        ("Most officers knew", (15, 20), True),
        ("Most officers knew", None, True),
        ("Most officers knew", (4, 4), True),  # borne out, but of four people
        ("Some officers knew", (6, 20), False),
        ("Some officers knew", (3, 20), True),  # borne out, but three is a small count
        ("All officers knew", (20, 20), False),
    ],
)
def test_words_of_quantity_need_a_count_that_is_not_small(
    text: str, said_by: tuple[int, int] | None, stopped: bool
) -> None:
    assert bool(check(text, GATE, said_by)) is stopped


def test_a_confirmed_word_is_no_name() -> None:
    text = "the team in Llangefni has one"
    assert [hit.kind for hit in check(text, GATE)] == [Kind.POSSIBLE_NAME]
    assert check(text, Gate(confirmed=frozenset({"Llangefni"}))) == ()


def test_confirming_a_word_does_not_open_the_gate_for_a_known_name() -> None:
    assert check("we met Smith", Gate(names=("Jane Smith",), confirmed=frozenset({"Smith"})))


def test_titles_may_have_capitals_but_not_names() -> None:
    assert check_title("Domestic Abuse Policy and Procedure, Version 4", GATE) == ()
    assert [hit.kind for hit in check_title("Supervision Plan for Smith", GATE)] == [Kind.NAME]


names = st.text("abcdefghilmnoprstuwyâêîôûŵŷ", min_size=4, max_size=9).map(str.title)


@given(names, names, st.sampled_from(["{0} {1}", "{1}, {0}", "{0}", "{1}’s", "({1})", "{0}-{1}", "{1}/{0}"]))
def test_a_known_name_never_passes(forename: str, surname: str, shape: str) -> None:
    text = f"the plan of {shape.format(forename, surname)} was there"
    assert any(hit.kind is Kind.NAME for hit in check(text, Gate(names=(f"{forename} {surname}",))))


@given(st.text(max_size=60))
def test_any_text_is_answered_and_every_finding_is_within_it(text: str) -> None:
    for finding in check(text, GATE):
        assert 0 <= finding.start < finding.end <= len(text)
        assert finding.sentence
