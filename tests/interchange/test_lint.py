"""What is wrong with a form is told by sheet, row, column and ${name}, with what to do."""

import pytest

from fieldinspect.interchange.authoring import FormRefused, compile_form, findings
from fieldinspect.interchange.lint import explained, lint, summary
from fieldinspect.interchange.workbook import Row, Sheet, Workbook, read_workbook, to_xlsx
from fieldinspect.resources import forms_folder

SETTINGS = "| settings |\n| | form_title | form_id |\n| | T | t |\n"
YES_NO = "| choices |\n| | list_name | name | label |\n| | yn | yes | Yes |\n| | yn | no | No |\n"
HEADER = "| | type | name | label | relevant | constraint | calculation | choice_filter | repeat_count | required |\n"


def book(*rows: str, choices: str = YES_NO) -> Workbook:
    lines = "".join(f"| | {row} |\n" for row in rows)
    return read_workbook(f"{SETTINGS}\n| survey |\n{HEADER}{lines}\n{choices}".encode(), ".md")


def fatal(source: Workbook) -> list[str]:
    return [str(one) for one in findings(source, "t") if one.fatal]


CASES = [
    (
        ["text | a | A", "text | a | B"],
        "sheet “survey”, row 3, column “name”, ${a}: “a” is already the name of row 2 in the same group. Rename one",
    ),
    (
        ["integer | a | A", "text | b | B | ${aa} > 1"],
        "row 3, column “relevant”, ${b}: no question is called “aa”. Is it ${a}?",
    ),
    (["text | b | B | ${zzz} > 1"], "no question is called “zzz”. Correct the name, or add the question."),
    (
        ["integer | a | A || today() > foo(.)"],
        "row 2, column “constraint”, ${a}: there is no function “foo()”. It reads “today() > foo(.)”.",
    ),
    (["integer | a | A || . > tody()"], "perhaps today() is meant"),
    (["integer | a | A || . > ("], "column “constraint”, ${a}:"),
    (["integer | a | A | selected(.)"], "the function “selected()” takes 2 arguments, not 1"),
    (["integer | a | A | round(1, 2, 3)"], "the function “round()” takes 1 to 2 arguments, not 3"),
    (["integer | a | A | concat() = coalesce()"], "the function “coalesce()” takes"),
    (["text | a | A", "text | b | B | ${a} == 'x'"], "; write “=” once for “is equal to”. It reads"),
    (["texte | a | A"], "there is no type “texte”. Is it “text”?"),
    (["select-one yn | a | A"], "Is it “select_one yn”?"),
    (["xyzzy | a | A"], "Common ones are text, integer"),
    (["select_one | a | A"], "select_one needs the name of a list of choices after it"),
    (["select_one yes | a | A"], "no list of choices is called “yes”"),
    (["select_one ym | a | A"], "no list of choices is called “ym”. Is it “yn”?"),
    (["text | | A"], "the name is missing"),
    (["| a | A"], "the type is missing"),
    (["text | 1a | A"], "“1a” cannot be a name"),
    (["begin_group | g | G", "text | a | A"], "row 2, column “type”, ${g}: this group is never closed"),
    (["text | a | A", "end_repeat | | "], "row 3, column “type”: end_repeat closes nothing"),
    (
        ["begin_group | g | G", "begin_repeat | r | R", "text | a | A", "end_group | | ", "end_repeat | | "],
        "row 5, column “type”: end_group stands where the repeat “r” of row 3 is still open",
    ),
    (["select_one yn or_other | a | A"], "this form uses or_other, which is not supported"),
    (["select_one_external yn | a | A"], "this form uses select_one_external"),
    (["select_one_from_file places.csv | a | A"], "this takes its choices from another file"),
    (["osm roads | a | A"], "there is no type “osm roads”. Common ones are"),
    (
        ["calculate | a | | || ${b} + 1", "calculate | b | | || ${a} + 1"],
        "these depend on each other in a circle: ${a} (row 2) → ${b} (row 3)",
    ),
    (["calculate | a | | || ${a} + 1"], "row 2, ${a}:"),
    (
        [
            *("begin_group | g | G", "text | a | A", "end_group | |"),
            *("begin_group | h | H", "text | a | A", "end_group | |"),
            "text | b | B | ${a} = 'x'",
        ],
        "${a} could be any of 2 questions with that name",
    ),
]


@pytest.mark.parametrize(("kind", "most"), [("group", 199), ("repeat", 99)])
def test_groups_nested_too_deep_are_told_by_the_row_that_goes_too_far(kind: str, most: int) -> None:
    def nested(depth: int) -> Workbook:
        begun = [f"begin_{kind} | g{level} | G" for level in range(depth)]
        return book(*begun, "text | a | A", *[f"end_{kind} | |"] * depth)

    (told,) = fatal(nested(most + 100))
    assert f"row {most + 2}, column “type”, ${{g{most}}}: groups are nested too deep here" in told
    assert fatal(nested(most)) == []


@pytest.mark.parametrize(("rows", "words"), CASES)
def test_a_fault_is_told_at_its_place(rows: list[str], words: str) -> None:
    told = fatal(book(*rows))
    assert any(words in one for one in told), told
    with pytest.raises(FormRefused):
        compile_form(to_xlsx(book(*rows)), ".xlsx", "t")


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (
            "| | yn | yes | A |\n| | yn | yes | B |",
            "row 3, column “name”: “yes” is already in row 2 of the list “yn”",
        ),
        ("| | yn | | A |", "the name of the choice is missing"),
        ("| | | a | A |", "the name of the list is missing"),
        ("| | yn | a b | A |", "“a b” has a space in it"),
    ],
)
def test_a_fault_of_a_choice_list_is_told_at_its_row(choices: str, words: str) -> None:
    told = fatal(
        book(
            "select_multiple yn | a | A", choices=f"| choices |\n| | list_name | name | label |\n{choices}\n"
        )
    )
    assert any(words in one for one in told), told


def test_a_list_of_a_hundred_thousand_choices_is_one_sentence() -> None:
    columns = ("list_name", "name", "label")
    rows = tuple(Row(n, {"list_name": "yn", "name": f"c{n}", "label": f"C{n}"}) for n in range(2, 100_002))
    source = book("select_one yn | a | A")
    long = Workbook({**source.sheets, "choices": Sheet("choices", columns, rows)})
    (one,) = [found for found in lint(long, "t") if found.fatal]
    assert "“yn” has 100000 choices, and 50000 is the most" in str(one)


def test_there_must_be_a_survey() -> None:
    (one,) = lint(read_workbook(b"| settings |\n| | form_id |\n| | a |\n", ".md"), "a")
    assert "no sheet “survey”" in str(one)


def test_advice_is_not_fatal_and_says_what_is_better() -> None:
    text = (
        f"{SETTINGS}\n| survey |\n| | type | name | label::English (en) | label::Cymraeg (cy) | relevnt | hint |\n"
        "| | text | aName | A | | | |\n| | text | b | B | B | | |\n\n"
        "| choices |\n| | list_name | name | label::English (en) |\n| | idle | x | X |\n"
    )
    found = findings(read_workbook(text.encode(), ".md"), "t")
    told = "\n".join(map(str, found))
    assert not any(one.fatal for one in found)
    assert "column “relevnt”: this column is not used. Is it “relevant”?" in told
    assert "${aName}: write names in lower case" in told
    assert "there are no words in Cymraeg (cy)" in told
    assert "the list “idle” is not used" in told
    assert summary(found).startswith("0 errors, ")
    assert summary([]) == "Nothing to mend."


def test_what_the_compiler_refuses_is_told_at_its_row() -> None:
    """The compiler knows more rules than the linter; its words come at the row, with the name."""
    (told,) = fatal(book("text | a | A", "range | r | R", "text | b | ${a} and ${b"))
    assert told.startswith("sheet “survey”, row 4, ${b}: this does not compile: ")
    found = explained(book("text | a | A"), "t", "[row : 3] On the 'choices' sheet, something is wrong.")
    assert (found.sheet, found.row) == ("choices", 3)
    assert str(explained(book("text | a | A"), "t", "No place")) == "No place"


def test_a_language_without_any_words_is_told_once() -> None:
    rows = "| | type | name | label::A | label::B |\n| | text | x | X | |\n| | text | y | Y | |\n"
    text = f"{SETTINGS}\n| survey |\n{rows}"
    (one,) = findings(read_workbook(text.encode(), ".md"), "t")
    assert "no words in B at all" in str(one)


@pytest.mark.parametrize("name", sorted(one.name for one in forms_folder().iterdir()))
def test_our_own_instruments_have_nothing_to_mend(name: str) -> None:
    source = read_workbook((forms_folder() / name / "form.md").read_bytes(), ".md")
    assert findings(source, name) == []
