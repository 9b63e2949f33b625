"""The pictures of a form: names, caps, and what is no picture; which language shows which."""

import pytest

from fieldinspect.forms import Session, load
from fieldinspect.forms.media import (
    MOST_BYTES,
    MOST_FILES,
    PictureRefused,
    check_picture,
    check_pictures,
    is_picture_name,
    picture_name,
    picture_size,
    pictures_of,
)
from tests.forms.corpus import corpus
from tests.forms.making import form, question
from tests.pictures import bomb, jpeg_head, png

ITEXT = (
    '<itext><translation lang="English (en)" default="true()"><text id="door:label"><value>Which door?</value>'
    '<value form="image">jr://images/door.png</value><value form="big-image">jr://images/door-big.jpg</value></text>'
    '<text id="c:label"><value>Front</value><value form="image">jr://images/front.png</value>'
    '<value form="audio">jr://audio/front.mp3</value></text></translation>'
    '<translation lang="Cymraeg (cy)"><text id="door:label"><value>Pa ddrws?</value></text>'
    '<text id="c:label"><value>Ffrynt</value><value form="image">jr://images/ffrynt.png</value></text>'
    "</translation></itext>"
)
BODY = (
    '<select1 ref="/d/door"><label ref="jr:itext(\'door:label\')"/>'
    "<item><label ref=\"jr:itext('c:label')\"/><value>front</value></item></select1>"
)


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("door.png", True),
        ("Door_2-a.JPEG", True),
        ("door.jpg", True),
        ("door.svg", False),
        ("door.png.exe", False),
        ("../door.png", False),
        ("/etc/door.png", False),
        ("a\\b.png", False),
        (".png", False),
        ("-x.png", False),
        ("a b.png", False),
        ("dŵr.png", False),
        ("door.png\n", False),
        ("a..png", False),
        ("x" * 101 + ".png", False),
        ("", False),
    ],
)
def test_names_are_of_one_grammar(name: str, good: bool) -> None:
    assert is_picture_name(name) is good


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("jr://images/door.png", "door.png"),
        (" jr://images/door.png ", "door.png"),
        ("door.png", ""),
        ("jr://images/../../door.png", ""),
        ("jr://file/door.png", ""),
        ("file:///etc/door.png", ""),
        ("https://example.org/door.png", ""),
        ("", ""),
    ],
)
def test_a_form_names_pictures_and_no_places(written: str, name: str) -> None:
    assert picture_name(written) == name


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (png(8, 6), (8, 6)),
        (jpeg_head(640, 480), (640, 480)),
        (jpeg_head(640, 480, progressive=True), (640, 480)),
        (b"\xff\xd8\xff\xff" + jpeg_head(4, 3)[3:], (4, 3)),
        (b"GIF89a\x01\x00\x01\x00", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"", None),
        (png(0, 6), None),
        (png()[:20], None),
        (jpeg_head(8, 6)[:20], None),
        (jpeg_head(8, 6)[:-9], None),
        (b"\xff\xd8\xff\xd9", None),
        (b"\xff\xd8\xff\xe0\x00\x00" + bytes(50), None),
    ],
)
def test_the_size_is_read_from_the_first_bytes(data: bytes, size: tuple[int, int] | None) -> None:
    assert picture_size(data) == size


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        (
            "door.png",
            bomb(),
            "“door.png” is 60000 × 60000 pixels, far more than a screen can show. Save it smaller",
        ),
        ("door.jpg", jpeg_head(65_535, 65_535), "65535 × 65535 pixels"),
        ("door.png", b"MZ\x90\x00", "“door.png” is not a picture. Save it as PNG or JPEG"),
        ("door.png", png() + bytes(MOST_BYTES), "kB is the most. Save it smaller"),
        ("../door.png", png(), "cannot be the name of a picture"),
    ],
)
def test_what_is_no_picture_is_told_in_a_sentence(name: str, data: bytes, sentence: str) -> None:
    with pytest.raises(PictureRefused, match=r"Save it|Use letters") as refused:
        check_picture(name, data)
    assert sentence in str(refused.value)


def test_pictures_are_counted() -> None:
    check_pictures({f"p{number}.png": png() for number in range(MOST_FILES)})
    with pytest.raises(PictureRefused, match="has 61 pictures, and 60 is the most"):
        check_pictures({f"p{number}.png": png() for number in range(MOST_FILES + 1)})


def test_a_language_without_a_picture_shows_that_of_the_default() -> None:
    made = form("<door/>", body=BODY, model=ITEXT)
    assert pictures_of(made) == ("door.png", "door-big.jpg", "front.png", "ffrynt.png")
    welsh = Session(made, language="cy").state("/d/door")
    assert welsh.label == "Pa ddrws?"
    assert welsh.media["image"] == "jr://images/door.png"
    assert welsh.choices[0].media["image"] == "jr://images/ffrynt.png"
    assert Session(made).state("/d/door").choices[0].media["image"] == "jr://images/front.png"


def test_a_form_without_words_in_itext_has_no_pictures() -> None:
    assert pictures_of(form("<a/>", body=question("a"))) == ()


def test_a_form_of_the_corpus_names_its_pictures() -> None:
    pictured = {name: xml for name, xml in corpus().items() if b"jr://images/" in xml}
    assert pictured, "the shared cases have a form with pictures"
    for xml in pictured.values():
        names = pictures_of(load(xml))
        assert names
        assert all(is_picture_name(name) for name in names)
