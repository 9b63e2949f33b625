"""Four question pages."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.screens.create.presenter import Step
from fieldinspect.ui.secrets.new_passphrase import NewPassphrase
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, title


class CreateView(QStackedWidget):
    """The page asks; the presenter says whether the answer will do."""

    answered = Signal(str, str)
    """The answer, and the passphrase typed again ("" with another question)."""
    back_asked = Signal()
    create_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._nickname = LineField(
            _("Name of the &vault"), note=_("Such as Field laptop: not a person, a force or a visit")
        )
        self._person = LineField(_("Your &name"), note=_("As your team lead will see it beside your notes"))
        self.passphrase = NewPassphrase()
        self._nickname_said, self._person_said = body(), body()
        self._create = Button(_("&Make the vault"), self.create_asked.emit, look="primary")
        self._working = hint()
        self._pages: list[tuple[Page, ErrorSummary, LineField | NewPassphrase | None]] = []
        self._add(_("What should we call this vault?"), self._nickname)
        self._add(_("Who will use it?"), self._person)
        self._add(_("Choose a passphrase"), self.passphrase)
        self._add_check()
        for line in (self._nickname.line, self._person.line):
            line.returnPressed.connect(self._go_on)
        self.passphrase.entered.connect(self._go_on)

    @property
    def first(self) -> QWidget:
        """The field of the page in front, or its button."""
        field = self._pages[self.currentIndex()][2]
        return field.control if field else self._create

    def show_step(self, step: Step) -> None:
        self.setCurrentIndex(step)
        self._pages[step][0].verticalScrollBar().setValue(0)
        self.first.setFocus()

    def show_problem(self, sentence: str) -> None:
        _page, summary, field = self._pages[self.currentIndex()]
        if field is not None:
            summary.show_problems([(sentence, field.control)] if sentence else [])
            field.show_problem(sentence)

    def show_check(self, nickname: str, person: str) -> None:
        self._nickname_said.setText(nickname)
        self._person_said.setText(person)

    def suggest(self, passphrase: str) -> None:
        self.passphrase.suggest(passphrase)

    def show_strength(self, sentence: str) -> None:
        self.passphrase.show_strength(sentence)

    def show_working(self, working: bool) -> None:
        self._working.setText(_("Making the vault…") if working else "")

    def _add(self, question: str, field: LineField | NewPassphrase) -> None:
        page = self._new_page(question, field)
        page.add(field)
        page.add(row(Button(_("&Continue"), self._go_on, look="primary")))
        page.column.addStretch(1)

    def _new_page(self, question: str, field: LineField | NewPassphrase | None) -> Page:
        page, summary = Page(width=600, centred=True), ErrorSummary()
        page.add(Button(_("Back"), self.back_asked.emit, look="link"))
        page.add(summary)
        page.add(title(question))
        self._pages.append((page, summary, field))
        self.addWidget(page)
        return page

    def _add_check(self) -> None:
        page = self._new_page(_("Check and make the vault"), None)
        for name, said in ((_("Vault"), self._nickname_said), (_("Your name"), self._person_said)):
            page.add(label(name))
            page.add(said)
        page.add(
            hint(
                _(
                    "Everything you record is kept encrypted in this vault, on this laptop alone. "
                    "The passphrase opens it; a recovery code comes next, for when it is forgotten"
                )
            )
        )
        page.add(row(self._create, self._working))

    def _go_on(self) -> None:
        step = self.currentIndex()
        if step == Step.PASSPHRASE:
            self.answered.emit(self.passphrase.value, self.passphrase.again)
        else:
            _page, _summary, field = self._pages[step]
            assert isinstance(field, LineField)  # noqa: S101 - the pages before are lines
            self.answered.emit(field.value, "")
