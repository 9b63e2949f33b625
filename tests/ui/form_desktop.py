"""A desktop on a contact whose form is the test's own."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from PySide6.QtWidgets import QApplication

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import RecordView
from fieldinspect.services import capture, instruments, programme
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault
from fieldinspect.ui.forms.view import FormView
from tests.team import NOW
from tests.ui.desktop import PASSPHRASE, Desktop

T = TypeVar("T")
_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Contact</h:title><model>'
)


def contact_form(nodes: str, binds: str, body: str, version: str = "2") -> bytes:
    """Return the XML of a form of contacts, whose root is /contact."""
    instance = f'<instance><contact id="contact" version="{version}">{nodes}</contact></instance>'
    return f"{_HEAD}{instance}{binds}</model></h:head><h:body>{body}</h:body></h:html>".encode()


def ask(name: str, control: str = "input", inner: str = "", **attributes: str) -> str:
    """Return a question of /contact, labelled with its name."""
    more = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<{control} ref="/contact/{name}"{more}><label>{name.capitalize()}</label>{inner}</{control}>'


def items(*values: str) -> str:
    return "".join(f"<item><label>{one.capitalize()}</label><value>{one}</value></item>" for one in values)


class Opened(NamedTuple):
    """The desktop with the record's form in front."""

    desktop: Desktop
    record: str

    @property
    def form(self) -> FormView:
        return self.desktop.visit_view.record_form

    def field(self, path: str) -> str | None:
        """Return what the vault has of a field of the record, None when there is nothing."""
        return self.read(lambda vault: _view(vault, self.record).fields.get(path))

    def children(self, kind: str) -> list[str]:
        """Return the names of the records of a kind under this one."""
        return self.read(lambda vault: [one.get("name") for one in vault.children(self.record, [kind])])

    def read(self, what: Callable[[StoredVault], T]) -> T:
        """Ask the vault, after all that the screen has asked of it."""
        self.desktop.settle()
        found: list[T] = []
        background = self.desktop.start.background
        assert background is not None
        background.on_vault(what, found.append)  # type: ignore[arg-type]  # the vault of tests is the stored one
        self.desktop.settle()
        return found[0]


def _view(vault: StoredVault, record: str) -> RecordView:
    view = vault.record(record)
    assert view is not None
    return view


def furnish(
    folder: Path, form: bytes, then: Callable[[StoredVault, str, str], None] = lambda *_given: None
) -> tuple[str, str]:
    """Make a vault with a visit and a contact answered in `form`; `then` may do more. Return both ids."""
    vault = Door(folder / "vaults", FLOOR_COST).create("Field laptop", "Amal", PASSPHRASE)
    try:
        inspection = programme.found_inspection(vault, "Winter inspection", now=NOW, forms=shipped_forms())
        instruments.publish_forms(vault, inspection, {"contact": form}, now=NOW)
        visit = capture.start_visit(
            vault, inspection=inspection, station="Example Road", force="bedfordshire", happened=NOW
        )
        record = capture.add_record(vault, Kind.CONTACT, visit, happened=NOW)
        then(vault, inspection, record)
        return visit, record
    finally:
        vault.close()


def open_form(
    application: QApplication,
    folder: Path,
    form: bytes,
    then: Callable[[StoredVault, str, str], None] = lambda *_given: None,
) -> Opened:
    visit, record = furnish(folder, form, then)
    desktop = Desktop(application, folder)
    desktop.unlock()
    desktop.go("visit", visit)
    desktop.choose("Timeline")
    desktop.settle()
    return Opened(desktop, record)
