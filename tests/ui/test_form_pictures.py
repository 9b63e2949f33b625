"""Pictures from a signed set, in the desktop: shown at the record that the form was moved to."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLabel, QRadioButton

from fieldinspect.services import instruments, versions
from fieldinspect.store.vault import StoredVault
from tests.pictures import png
from tests.team import NOW
from tests.ui.form_desktop import Opened, ask, contact_form, items

ITEXT = (
    '<itext><translation lang="en"><text id="q"><value>Which door?</value>'
    '<value form="image">jr://images/doors.png</value></text><text id="a"><value>Front</value>'
    '<value form="image">jr://images/front.png</value></text><text id="b"><value>Back</value>'
    '<value form="image">jr://images/gone.png</value></text></translation></itext>'
)
PICTURED = contact_form(
    "<door/>",
    "",
    '<select1 ref="/contact/door"><label ref="jr:itext(\'q\')"/>'
    "<item><label ref=\"jr:itext('a')\"/><value>front</value></item>"
    "<item><label ref=\"jr:itext('b')\"/><value>back</value></item></select1>",
    version="3",
).replace(b"<model>", b"<model>" + ITEXT.encode())
PLAIN = contact_form("<door/>", "", ask("door", "select1", items("front", "back")))


def publish(vault: StoredVault, inspection: str, record: str) -> None:
    files = {"doors.png": png(960, 480), "front.png": png(320, 240)}
    instruments.publish_forms(vault, inspection, {"contact": PICTURED}, now=NOW, pictures={"contact": files})
    versions.move(vault, record, happened=NOW)


@pytest.fixture
def opened(opened_form: Callable[..., Opened]) -> Opened:
    return opened_form(PLAIN, publish)


def test_signed_pictures_are_shown_where_the_form_is_answered(opened: Opened) -> None:
    desktop = opened.desktop
    shown = desktop.by_name("Picture: Which door?", QLabel)
    desktop.wait(lambda: not shown.pixmap().isNull())
    assert shown.pixmap().size().toTuple() == (480, 240)
    front, back = desktop.by_name("Front", QRadioButton), desktop.by_name("Back", QRadioButton)
    desktop.wait(lambda: not front.icon().isNull())
    assert front.iconSize().toTuple() == (160, 120)
    assert back.icon().isNull()
    front.click()
    assert opened.field("/contact/door") == "front"
    desktop.settle()
    assert not desktop.by_name("Front", QRadioButton).icon().isNull()
