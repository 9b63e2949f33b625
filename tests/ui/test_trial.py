"""A form in a window of its own: asked as in the field, in either language, and gone afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QRadioButton,
)

from fieldinspect.domain.errors import BadInput
from fieldinspect.resources import forms_folder
from fieldinspect.ui.forms.pictures import CHOICE, LARGE, decode
from tests.pictures import bomb, jpeg_head, lying, png
from tests.ui.trials import Tried

FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms"><h:head><h:title>Doors</h:title><model><itext>
<translation lang="English (en)" default="true()">
<text id="door"><value>Which door?</value><value form="image">jr://images/plan.png</value>
<value form="big-image">jr://images/large.png</value></text>
<text id="front"><value>Front</value><value form="image">jr://images/front.png</value></text>
<text id="back"><value>Back</value><value form="image">jr://images/gone.png</value></text>
<text id="side"><value form="image">jr://images/side.png</value></text>
<text id="note"><value>Look here</value><value form="image">jr://images/gone.png</value></text>
</translation><translation lang="Cymraeg (cy)"><text id="door"><value>Pa ddrws?</value></text>
<text id="front"><value>Ffrynt</value></text><text id="back"><value>Cefn</value></text>
<text id="note"><value>Edrychwch yma</value></text></translation></itext>
<instance><d id="d" version="1"><door/><order/><note/><town/></d></instance>
<bind nodeset="/d/note" readonly="true()"/></model></h:head><h:body>
<select1 ref="/d/door"><label ref="jr:itext('door')"/>ITEMS</select1>
<odk:rank ref="/d/order"><label>Order</label>ITEMS</odk:rank>
<input ref="/d/note"><label ref="jr:itext('note')"/></input>
<input ref="/d/town"><label>Town</label></input></h:body></h:html>""".replace(
    "ITEMS",
    "".join(
        f"<item><label ref=\"jr:itext('{one}')\"/><value>{one}</value></item>"
        for one in ("front", "back", "side")
    ),
).encode()
PICTURES = {
    "plan.png": png(900, 300),
    "large.png": png(1200, 400),
    "front.png": png(300, 300),
    "side.png": png(40, 30),
}


@pytest.fixture
def trial(qapp: QApplication) -> Iterator[Callable[..., Tried]]:
    made: list[Tried] = []

    def make(xml: bytes = FORM, pictures: dict[str, bytes] | None = None) -> Tried:
        made.append(Tried(qapp, xml, PICTURES if pictures is None else pictures))
        return made[-1]

    yield make
    for one in made:
        one.close()


def radio(tried: Tried, name: str) -> QRadioButton:
    return tried.by_name(name, QRadioButton)


def test_it_says_that_nothing_is_kept_and_begins_at_the_first_question(trial: Callable[..., Tried]) -> None:
    tried = trial()
    assert "Preview — nothing is kept" in tried.words()
    assert tried.window.windowTitle() == "Preview: Doors"
    assert isinstance(QApplication.focusWidget(), QRadioButton)


def test_answers_are_checked_and_forgotten(trial: Callable[..., Tried], tmp_path: Path) -> None:
    tried = trial()
    radio(tried, "Back").click()
    tried.by_name("Town", QLineEdit).setFocus()
    QTest.keyClicks(tried.by_name("Town", QLineEdit), "Abertawe")
    radio(tried, "Back").setFocus()
    assert tried.value("/d/door") == "back"
    assert tried.value("/d/town") == "Abertawe"
    tried.window.close()
    tried.settle()
    tried.window.stop()
    assert tried.window.answers.records == {}


def test_the_language_can_be_changed_and_answers_stay(trial: Callable[..., Tried]) -> None:
    tried = trial()
    radio(tried, "Front").click()
    tried.by_name("Language of the form", QComboBox).setCurrentText("Cymraeg (cy)")
    tried.settle()
    assert "Pa ddrws? (optional)" in tried.words()
    assert radio(tried, "Ffrynt").isChecked()
    assert tried.by_name("Picture: Pa ddrws?", QLabel).pixmap().width() == 480


def test_pictures_stand_beside_the_words_that_name_them(trial: Callable[..., Tried]) -> None:
    tried = trial()
    assert not radio(tried, "Front").icon().isNull()
    assert radio(tried, "Front").iconSize().toTuple() == (120, 120)
    assert radio(tried, "Front").text() == "1  Front"
    assert radio(tried, "Back").icon().isNull(), "a picture that is not there leaves the label alone"
    assert radio(tried, "side").iconSize().toTuple() == (40, 30), "a small picture stays as it is"
    assert tried.by_name("Picture: Which door?", QLabel).pixmap().size().toTuple() == (480, 160)
    assert "Look here" in tried.words()
    listed = tried.by_name("Order", QListWidget)
    assert [listed.item(row).icon().isNull() for row in range(3)] == [False, True, False]


def test_a_picture_can_be_seen_larger_and_smaller_again(trial: Callable[..., Tried]) -> None:
    tried = trial()
    tried.by_name("Show the picture larger: Which door?", QAbstractButton).click()
    tried.settle()
    assert tried.by_name("Picture: Which door?", QLabel).pixmap().size().toTuple() == (1024, 341)
    tried.by_name("Show the picture smaller: Which door?", QAbstractButton).click()
    tried.settle()
    assert tried.by_name("Picture: Which door?", QLabel).pixmap().width() == 480


def test_room_is_made_before_a_picture_is_decoded(trial: Callable[..., Tried]) -> None:
    tried = trial(pictures={"plan.png": lying(900, 300)})
    shown = tried.by_name("Picture: Which door?", QLabel)
    assert shown.size().toTuple() == (480, 160)


@pytest.mark.qt_log_ignore("Invalid JPEG file structure")  # Qt says so of every JPEG that ends too soon
@pytest.mark.parametrize(
    "data", [bomb(), b"<svg/>", jpeg_head(640, 480), b"\x89PNG\r\n\x1a\n", jpeg_head(8, 6)[:20]]
)
def test_what_cannot_be_decoded_leaves_the_label_alone(trial: Callable[..., Tried], data: bytes) -> None:
    tried = trial(pictures={"plan.png": data, "front.png": data})
    assert "Which door? (optional)" in tried.words()
    assert radio(tried, "Front").icon().isNull()
    with pytest.raises(BadInput):
        decode("plan.png", data, CHOICE)


def test_a_picture_is_decoded_no_larger_than_it_is_shown() -> None:
    assert decode("plan.png", png(4000, 1000), LARGE).size().toTuple() == (1024, 256)
    assert decode("plan.png", png(1, 4096), LARGE).size().toTuple() == (1, 768)


@pytest.mark.parametrize("name", sorted(one.parent.name for one in forms_folder().glob("*/form.xml")))
def test_every_instrument_can_be_tried(trial: Callable[..., Tried], name: str) -> None:
    tried = trial((forms_folder() / name / "form.xml").read_bytes(), {})
    assert tried.window.form.sheet is not None
    assert tried.window.form.first is not tried.window.form
