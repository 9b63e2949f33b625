"""A new destination: only what its kind asks for is shown."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from fieldinspect.domain.depots import Credentials, DepotKind, Destination
from fieldinspect.i18n import _
from fieldinspect.ui.text import depot_kind_name
from fieldinspect.ui.widgets.fields import Field, LineField, PassphraseField
from fieldinspect.ui.widgets.files import ask_file, ask_folder
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, title

_KINDS = (DepotKind.FOLDER, DepotKind.S3, DepotKind.WEBDAV, DepotKind.SFTP)


class DestinationView(Page):
    """Secrets are hidden, and forgotten when the page is left."""

    add_asked = Signal(object, object)
    """Destination, Credentials."""
    trusted = Signal()
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__(width=760)
        self._summary = ErrorSummary()
        self._name = LineField(_("&Name"), note=_("Such as Office share, or Team store"))
        self._kind = QComboBox()
        for kind in _KINDS:
            self._kind.addItem(depot_kind_name(kind), kind)
        self._kind_field = Field(_("&Kind"), self._kind)
        self._address = LineField(_("&Address"))
        self._folder = Button(_("&Choose the folder…"), self._ask_folder)
        self._example = hint()
        self._user = LineField(_("&User name, or access key"))
        self._secret = PassphraseField(_("&Password, or secret key"))
        self._region = LineField(_("Re&gion of the bucket, if the server asks for one"), width=240)
        self._key, self._key_words = b"", hint()
        self._key_button = Button(_("Private key &file…"), self._ask_key)
        self._trust_file, self._trust_words = "", hint()
        self._trust_button = Button(_("Certificates to trust &too…"), self._ask_certificates)
        self._plain = QCheckBox(_("Go without encryption on the way: only on a network that you trust"))
        self._plain.setAccessibleName(_("Go without encryption on the way: only on a network that you trust"))
        self._title = title(_("A new destination"))
        self._kept_words = hint(
            _("What signs in is kept as it is: give user name, password and key only to replace all of them")
        )
        self._working = hint()
        self._add = Button(_("&Reach it and keep it"), self._ask, look="primary")
        self._back = Button(_("&Back to Send and receive"), self.back_asked.emit, look="link")
        self._fingerprint = label()
        self._compare = Group(
            section(_("Compare the fingerprint")),
            body(
                _(
                    "Ask the server's keeper for it, by telephone or in person. Go on only when they are the same"
                )
            ),
            self._fingerprint,
            Button(_("They are the &same"), self.trusted.emit),
        )
        self._kind.currentIndexChanged.connect(lambda _index: self._fit_kind())
        self._lay_out()
        self.first: QWidget = self._name.line

    def _lay_out(self) -> None:
        for part in (
            self._summary,
            self._title,
            self._name,
            self._kind_field,
            self._address,
        ):
            self.add(part)
        self.add(self._example)
        self.add(row(self._folder))
        self.add(self._kept_words)
        for part in (self._user, self._secret, self._region):
            self.add(part)
        self.add(flow(self._key_button, self._key_words))
        self.add(flow(self._trust_button, self._trust_words))
        self.add(self._plain)
        self.add(row(self._add, self._working))
        self.add(self._compare)
        self.add(row(self._back))
        self.column.addStretch(1)
        self._fit_kind()
        self._compare.hide()
        self._kept_words.hide()

    def begin(self) -> None:
        for one in (self._name, self._address, self._user, self._region):
            one.line.clear()
        self._secret.forget()
        self._key, self._trust_file = b"", ""
        for words in (self._key_words, self._trust_words):
            words.setText("")
        self._plain.setChecked(False)
        self._kind.setCurrentIndex(0)
        self._title.setText(_("A new destination"))
        self._kind.setEnabled(True)
        self._kept_words.hide()
        self.show_problem("")
        self.show_fingerprint("")

    def choose_kind(self, kind: DepotKind) -> None:
        self._kind.setCurrentIndex(_KINDS.index(kind))

    def show_changing(self, destination: Destination) -> None:
        self.choose_kind(destination.kind)
        self._kind.setEnabled(False)
        self._title.setText(_("Change a destination"))
        self._name.line.setText(destination.name)
        self._address.line.setText(destination.address)
        self._region.line.setText(destination.region)
        self._plain.setChecked(destination.plain)
        self._kept_words.setVisible(destination.kind is not DepotKind.FOLDER)

    def show_working(self, working: bool) -> None:
        self._working.setText(_("Reaching it…") if working else "")

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, self._address.line)] if sentence else [])

    def show_fingerprint(self, fingerprint: str) -> None:
        self._fingerprint.setText(fingerprint)
        self._compare.setVisible(bool(fingerprint))

    @property
    def _chosen(self) -> DepotKind:
        return DepotKind(self._kind.currentData())  # Qt gives back the bare string

    def _fit_kind(self) -> None:
        kind = self._chosen
        self._folder.setVisible(kind is DepotKind.FOLDER)
        on_the_web = kind in (DepotKind.S3, DepotKind.WEBDAV)
        shown: dict[QWidget, bool] = {
            self._user: kind is not DepotKind.FOLDER,
            self._secret: kind is not DepotKind.FOLDER,
            self._region: kind is DepotKind.S3,
            self._key_button: kind is DepotKind.SFTP,
            self._key_words: kind is DepotKind.SFTP,
            self._trust_button: on_the_web,
            self._trust_words: on_the_web,
            self._plain: on_the_web,
        }
        for part, visible in shown.items():
            part.setVisible(visible)
        self._example.setText(
            {
                DepotKind.FOLDER: _("The whole path of the folder, on a stick or a share"),
                DepotKind.S3: "https://server/bucket",
                DepotKind.WEBDAV: "https://server/folder",
                DepotKind.SFTP: "sftp://server/folder",
            }[kind]
        )

    def _ask(self) -> None:
        kind = self._chosen
        self.show_fingerprint("")
        destination = Destination(
            "",
            self._name.value,
            kind,
            self._address.value,
            self._trust_file if kind in (DepotKind.S3, DepotKind.WEBDAV) else "",
            self._region.value if kind is DepotKind.S3 else "",
            self._plain.isChecked() and kind in (DepotKind.S3, DepotKind.WEBDAV),
        )
        credentials = Credentials()
        if kind is not DepotKind.FOLDER:
            key = self._key.decode("ascii", "replace") if kind is DepotKind.SFTP else ""
            credentials = Credentials(self._user.value, self._secret.value, key)
        self.add_asked.emit(destination, credentials)

    def _ask_folder(self) -> None:
        folder = ask_folder(self, _("Which folder?"))
        if folder is not None:
            self._address.line.setText(str(folder))

    def _ask_key(self) -> None:
        path = ask_file(self, _("Private key file"))
        if path is not None and (read := self._read(path)) is not None:
            self._key = read
            self._key_words.setText(path.name)

    def _ask_certificates(self) -> None:
        path = ask_file(self, _("Certificates (PEM)"))
        if path is not None and (read := self._read(path)) is not None:
            self._trust_file = read.decode("ascii", "replace")
            self._trust_words.setText(path.name)

    def _read(self, path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except OSError:
            self.show_problem(_("This file cannot be read. Choose another"))
            return None
