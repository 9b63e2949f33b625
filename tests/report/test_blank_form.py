"""A blank form on paper: every question, what skips it, marked, tagged, the same bytes each time."""

import io
from typing import Any

import pypdf
import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.forms import Form, load
from fieldinspect.forms.codebook import every_choice
from fieldinspect.report.blank_form import render_blank_form
from fieldinspect.resources import forms_folder
from tests.pictures import bomb, jpeg_head, lying, png
from tests.shared import shared_data

INSTRUMENTS = sorted(one.name for one in forms_folder().iterdir())
MARKING = "OFFICIAL-SENSITIVE"


def form(name: str) -> Form:
    return load((forms_folder() / name / "form.xml").read_bytes())


def document(made: Form, language: str = "en") -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(render_blank_form(made, language, MARKING)), strict=True)


def words(pages: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pages.pages).split())


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_question_and_every_choice_is_on_paper(name: str, language: str) -> None:
    made = form(name)
    told = words(document(made, language))
    spoken = made.language(language)
    for definition in made.definitions.values():
        element = definition.element
        if element is None or element.kind != "question" or definition.words or element.label is None:
            continue
        if "hidden" in element.appearance:
            continue
        label = "".join(str(one) for one in made.translations[spoken][element.label.key].parts)
        assert " ".join(label.split()) in told
        for choice in every_choice(made, definition, language):
            assert choice.label in told


@pytest.mark.parametrize("name", ["contact", "victim_interview"])
def test_every_page_is_marked_and_numbered(name: str) -> None:
    pages = document(form(name)).pages
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert text.count(MARKING) == 2
        assert f"Page {number} of {len(pages)}" in text
        assert f"{name}, version 2026112301" in text


def test_skips_are_said_in_words() -> None:
    told = words(document(form("document")))
    assert "Answer only if “What happened with it?” is “Promised”." in told
    assert "is “Promised” or “What happened with it?” is “Asked for”." in told
    told = words(document(form("staff_focus_group")))
    assert "Answer only if “What was talked about?” has an answer." in told
    assert "“Which ground rules were agreed?” includes “Told how the notes are used”" in told
    told = words(document(form("safeguarding_concern")))
    assert "Answer this only if it applies." in told  # a calculation decides, and paper does not calculate


def test_a_repeat_has_room_for_three_and_says_so() -> None:
    told = words(document(form("staff_focus_group")))
    assert "There is room for 3. Use another sheet for more." in told
    assert all(f"Themes {number}" in told for number in (1, 2, 3))
    assert "Themes 4" not in told


def test_the_structure_follows_the_page_and_what_is_drawn_is_decoration() -> None:
    pages = document(form("contact"), "cy")
    root: Any = pages.root_object
    assert root["/Lang"] == "cy-GB"
    assert root["/MarkInfo"]["/Marked"] is True or str(root["/MarkInfo"]["/Marked"]) == "True"
    top = root["/StructTreeRoot"]["/K"].get_object()
    roles = [one.get_object()["/S"] for one in top["/K"]]
    assert roles[0] == "/H1"
    assert roles.count("/L") == 6
    assert "/Metadata" in root
    assert dict(pages.metadata or {}).keys() == {"/Title"}


def test_the_same_form_gives_the_same_bytes() -> None:
    made = form("victim_focus_group")
    assert render_blank_form(made, "cy", MARKING) == render_blank_form(
        load_again("victim_focus_group"), "cy", MARKING
    )


def load_again(name: str) -> Form:
    return load((forms_folder() / name / "form.xml").read_bytes())


def test_a_character_that_cannot_be_printed_is_named() -> None:
    xml = (
        (forms_folder() / "contact" / "form.xml")
        .read_text()
        .replace("Years of service", "Years 漢 of service")
    )
    with pytest.raises(BadInput, match="U\\+6F22"):
        render_blank_form(load(xml.encode()), "en", MARKING)


def test_a_form_of_another_house_is_printed_in_its_own_language() -> None:
    from fieldinspect.interchange.authoring import compile_form

    data = shared_data("forms", "ifrc-distribution-site-assessment-v1.xls").read_bytes()
    pages = document(load(compile_form(data, ".xls", "ifrc")), "cy")
    assert pages.root_object["/Lang"] == "en-GB"
    assert "Location details" in words(pages)


def test_a_part_that_is_counted_by_an_answer_is_printed_once() -> None:
    from fieldinspect.interchange.authoring import compile_form

    source = (
        b"| survey |\n| | type | name | label | repeat_count |\n| | integer | cells | How many cells? | |\n"
        b"| | begin_repeat | cell | Cell | ${cells} |\n| | text | state | What state is it in? | |\n"
        b"| | end_repeat | | | |\n"
    )
    told = words(document(load(compile_form(source, ".md", "custody"))))
    assert "Fill in one sheet for each. What state is it in?" in told


PICTURED = b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>
<h:title>Doors</h:title><model><itext><translation lang="English (en)"><text id="q"><value>Which door?</value>
<value form="image">jr://images/plan.png</value></text><text id="a"><value>Front</value>
<value form="image">jr://images/front.png</value></text><text id="b"><value>Back</value>
<value form="image">jr://images/gone.png</value></text></translation></itext>
<instance><d id="d" version="1"><door/></d></instance></model></h:head><h:body><select1 ref="/d/door">
<label ref="jr:itext('q')"/><item><label ref="jr:itext('a')"/><value>a</value></item>
<item><label ref="jr:itext('b')"/><value>b</value></item></select1></h:body></h:html>"""


def figures(pages: pypdf.PdfReader) -> list[str]:
    found: list[str] = []

    def walk(element: Any) -> None:
        if not isinstance(element, int):  # the number of a mark
            element = element.get_object()
        if not isinstance(element, dict) or "/S" not in element:
            return
        if element.get("/S") == "/Figure":
            found.append(str(element["/Alt"]))
        for kid in element["/K"]:
            walk(kid)

    root: Any = pages.trailer["/Root"]
    walk(root["/StructTreeRoot"]["/K"])
    return found


def test_pictures_are_printed_with_words_in_their_place() -> None:
    pictures = {"plan.png": png(800, 400), "front.png": png(100, 100)}
    made = render_blank_form(load(PICTURED), "en", MARKING, pictures)
    assert render_blank_form(load(PICTURED), "en", MARKING, pictures) == made
    pages = pypdf.PdfReader(io.BytesIO(made), strict=True)
    assert figures(pages) == ["Which door?", "Front"]
    assert len(pages.pages[0].images) == 2
    assert "Back" in words(pages)


@pytest.mark.parametrize("bad", [bomb(), lying(8, 6), png()[:40], jpeg_head(8, 6), b"<svg/>"])
def test_a_picture_that_cannot_be_printed_is_a_sentence(bad: bytes) -> None:
    with pytest.raises(BadInput, match=r"Save it"):
        render_blank_form(load(PICTURED), "en", MARKING, {"plan.png": bad})
