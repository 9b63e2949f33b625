"""What the form itself refuses: nothing typed is lost, the reason is said, and the vault locks all the same."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPushButton

from fieldinspect.domain.errors import BadInput, Bug
from fieldinspect.forms import Session
from fieldinspect.forms.xpath import values
from fieldinspect.services import instruments
from fieldinspect.store.vault import StoredVault
from fieldinspect.ui.forms.questions import MOST_LETTERS
from tests.team import NOW
from tests.ui.form_desktop import Opened, ask, contact_form, items

REFUSAL = "This form asks for more calculation"
_MANY = "".join(f"<item><name>n{number}</name></item>" for number in range(100))
_COSTLY = "count(instance('a')/root/item[count(instance('a')/root/item[name != current()/../name]) &gt; 0])"
FORM = contact_form(
    "<name/><choice/><sum/><other/><row jr:template=''><said/></row>",
    f'<instance id="a"><root>{_MANY}</root></instance>'
    f"<bind nodeset=\"/contact/sum\" calculate=\"if(/contact/name = 'x' or /contact/choice = 'yes', {_COSTLY}, 0)\"/>",
    ask("name")
    + ask("choice", "select1", items("yes", "no"))
    + ask("other")
    + '<group ref="/contact/row"><label>Rows</label><repeat nodeset="/contact/row">'
    + ask("row/said")
    + "</repeat></group>",
)


@pytest.fixture
def opened(opened_form: Callable[..., Opened], monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setattr(values, "MOST_WORK", 3_000)
    return opened_form(FORM)


def sentence(opened: Opened) -> str:
    return next((line for line in opened.desktop.words().splitlines() if line.startswith("Error: ")), "")


def test_typing_that_the_form_refuses_stays_and_is_told(opened: Opened) -> None:
    desktop = opened.desktop
    desktop.type("Name", "x")
    desktop.type("Other", "kept")
    assert REFUSAL in sentence(opened)
    assert desktop.by_name("Name", QLineEdit).text() == "x"
    desktop.by_name("Name").setFocus()
    assert opened.field("/contact/other") == "kept"
    assert opened.field("/contact/name") is None
    desktop.pause(0.6)
    assert opened.read(
        lambda vault: [one.value for one in vault.drafts() if one.key.record == opened.record]
    ) == ["x"]
    desktop.press("Yes, completed")
    assert "There is a problem" in desktop.words(), "a section with a refused answer is not complete"
    desktop.type("Name", "y")
    desktop.by_name("Other").setFocus()
    assert sentence(opened) == ""
    assert opened.field("/contact/name") == "xy"


def test_what_a_form_refused_its_newer_version_may_take(
    opened_form: Callable[..., Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    def publish(vault: StoredVault, inspection: str, _record: str) -> None:
        newer = contact_form("<name/><other/>", "", ask("name") + ask("other"), version="3")
        instruments.publish_forms(vault, inspection, {"contact": newer}, now=NOW)

    monkeypatch.setattr(values, "MOST_WORK", 3_000)
    opened = opened_form(FORM, publish)
    desktop = opened.desktop
    desktop.type("Name", "x")
    desktop.press("See what changes")
    assert REFUSAL in sentence(opened)
    desktop.press("Move this record")
    assert sentence(opened) == ""
    assert desktop.by_name("Name", QLineEdit).text() == "x"
    desktop.by_name("Other").setFocus()
    desktop.go("today")
    assert opened.field("/contact/name") == "x"


def test_refused_typing_is_covered_locked_and_there_again(opened: Opened) -> None:
    desktop = opened.desktop
    desktop.type("Other", "as usual")
    desktop.type("Name", "x")
    desktop.key("Ctrl+L")
    desktop.wait(lambda: desktop.again == 1)
    desktop.restart()
    desktop.unlock()
    desktop.wait(lambda: "Name" in desktop.names())
    assert desktop.by_name("Name", QLineEdit).text() == "x"
    assert opened.field("/contact/other") == "as usual"


def test_a_refused_choice_shows_what_the_record_has(opened: Opened) -> None:
    desktop = opened.desktop
    desktop.press("No")
    desktop.press("Yes")
    assert REFUSAL in sentence(opened)
    assert desktop.by_name("No", QAbstractButton).isChecked()
    assert opened.field("/contact/choice") == "no"
    desktop.press("No")
    assert opened.field("/contact/choice") == "no"


def refuse(*_given: object) -> None:
    raise BadInput(REFUSAL)


def test_rows_that_the_form_refuses_are_told_at_their_list(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = opened.desktop
    desktop.press("Next section")
    with monkeypatch.context() as patch:
        patch.setattr(Session, "add_row", refuse)
        desktop.press("Add another: Rows")
        assert REFUSAL in sentence(opened)
    desktop.press("Add another: Rows")
    assert sentence(opened) == ""
    with monkeypatch.context() as patch:
        patch.setattr(Session, "remove_row", refuse)
        desktop.press("Remove: 1. Rows")
        desktop.press("Remove it: 1. Rows")
        assert REFUSAL in sentence(opened)
        assert not [button for button in desktop.start.window.findChildren(QPushButton) if undo(button)]
    desktop.press("Remove: 1. Rows")
    desktop.press("Remove it: 1. Rows")
    with monkeypatch.context() as patch:
        patch.setattr(Session, "add_row", refuse)
        desktop.press("Undo")
        assert REFUSAL in sentence(opened)
    desktop.press("Undo")
    assert "Removed: 1. Rows" not in desktop.words()
    assert sentence(opened) == ""


def undo(button: QPushButton) -> bool:
    return button.text() == "Undo" and button.isVisible()


@pytest.mark.parametrize("control", ["input", "multiline"])
def test_long_text_is_kept_whole(opened_form: Callable[..., Opened], control: str) -> None:
    shape = {"appearance": "multiline"} if control == "multiline" else {}
    opened = opened_form(contact_form("<name/>", "", ask("name", **shape)))
    field = opened.desktop.by_name("Name")
    field.setFocus()
    field.insert("a" * 40_000) if isinstance(field, QLineEdit) else field.insertPlainText("a" * 40_000)
    opened.desktop.type("Name", "b")
    opened.form.left.emit("/contact/name")
    assert opened.field("/contact/name") == "a" * 40_000 + "b"
    opened.form.typed.emit("/contact/name", "a" * (MOST_LETTERS + 1))
    opened.form.left.emit("/contact/name")
    assert "This is more text than an answer can hold" in sentence(opened)
    assert opened.field("/contact/name") == "a" * 40_000 + "b"


def test_whatever_one_screen_cannot_write_down_the_others_are_and_the_screen_is_covered(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = opened.desktop
    desktop.go("find")
    desktop.go("visit", desktop.desk.visits[0].id)
    desktop.choose("Timeline")
    desktop.type("Other", "in the vault")
    broken = desktop.desk._built["today"].presenter

    def fail() -> None:
        raise Bug("a screen with a mistake in it")

    with monkeypatch.context() as patch:
        patch.setattr(broken, "leave", fail)
        desktop.key("Ctrl+L")
        assert not desktop.desk.isVisible()
        assert "Something you typed is not saved" in desktop.words()
        assert desktop.again == 0
    desktop.press("Try again")
    desktop.wait(lambda: desktop.again == 1)
    desktop.restart()
    desktop.unlock()
    assert opened.field("/contact/other") == "in the vault"
