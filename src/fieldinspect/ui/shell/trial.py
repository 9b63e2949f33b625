"""A form tried out by its author, in a window of its own: the same questions as in the field, and nothing kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QComboBox, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from fieldinspect.domain.errors import Bug
from fieldinspect.domain.ids import new_record_id
from fieldinspect.forms import Form
from fieldinspect.i18n import _
from fieldinspect.ui.context import Context
from fieldinspect.ui.forms.presenter import FormPresenter
from fieldinspect.ui.forms.trying import KIND, NothingKept, Unsaved, finder
from fieldinspect.ui.forms.view import FormView
from fieldinspect.ui.forms.wiring import wire_form
from fieldinspect.ui.jobs.lane import Background, QtTimers
from fieldinspect.ui.jobs.port import Problem
from fieldinspect.ui.theme.focus import FocusRing
from fieldinspect.ui.theme.look import Look
from fieldinspect.ui.widgets.notice import Notice
from fieldinspect.ui.widgets.text import title

if TYPE_CHECKING:
    from fieldinspect.services.ports import Envelope, OpenVault


class Trial(QWidget):
    """Owns everything there is: the background, the presenter, and answers that go with it."""

    def __init__(
        self,
        application: QApplication,
        look: Look,
        form: Form,
        xml: bytes,
        pictures: Mapping[str, bytes],
        *,
        language: str,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self._look = look  # Qt does not keep a Python style alive
        self.background = Background(self)
        self.background.problem_met.connect(self._tell)
        self.answers = NothingKept(clock())
        self._form, self._title = form, title(form.title(language))
        self.notice = Notice()
        self.form = FormView()
        self._presenter = FormPresenter(
            self.form, self._context(language, clock), KIND, find=finder(xml, pictures)
        )
        wire_form(self.form, self._presenter)
        self._lay_out(form, language)
        self._ring = FocusRing(application, look.colours, self)
        self.resize(1024, 728)
        self.background.open_vault(lambda: cast("OpenVault", self.answers), self._begin, self._tell)

    def _context(self, language: str, clock: Callable[[], datetime]) -> Context:
        return Context(
            self.background,
            QtTimers(self),
            clock,
            Unsaved(),
            lambda _place: None,  # there is no other screen
            self.notice.say,
            cast("Envelope", None),  # nothing is sent from here
            _never,
            _never,
            _never,
            language,
            lambda: new_record_id(self.answers.identity.device),
        )

    def _lay_out(self, form: Form, language: str) -> None:
        self.setWindowTitle(_("Preview: {form}").format(form=form.title(language)))
        kept = QLabel(_("Preview — nothing is kept"))
        kept.setProperty("look", "tag")
        kept.setAccessibleName(kept.text())
        top = QHBoxLayout()
        top.setContentsMargins(24, 16, 24, 0)
        top.addWidget(self._title, 1)
        top.addWidget(kept, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.setSizeConstraint(
            QLayout.SizeConstraint.SetNoConstraint
        )  # the screen decides, not what is asked
        column.addLayout(top)
        if len(form.languages) > 1:
            column.addLayout(self._make_languages(form, language))
        column.addWidget(self.notice)
        column.addWidget(self.form, 1)

    def _make_languages(self, form: Form, language: str) -> QHBoxLayout:
        words = QLabel(_("Language of the form"))
        self.languages = QComboBox()
        self.languages.addItems(list(form.languages))
        self.languages.setCurrentText(form.language(language))
        self.languages.setAccessibleName(words.text())
        self.languages.currentTextChanged.connect(self._speak)
        words.setBuddy(self.languages)
        line = QHBoxLayout()
        line.setContentsMargins(24, 4, 24, 0)
        line.setSpacing(8)
        line.addWidget(words)
        line.addWidget(self.languages)
        line.addStretch(1)
        return line

    def _speak(self, language: str) -> None:
        self._title.setText(self._form.title(language))
        self._presenter.speak(language)

    def _begin(self, _nothing: None) -> None:
        self.form.setFocus()
        self._presenter.open(self.answers.tried, KIND)

    def _tell(self, problem: Problem) -> None:
        self.notice.say(problem.sentence, wrong=True)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._presenter.leave()
        super().closeEvent(event)

    def stop(self) -> None:
        """End the threads; what was answered is gone."""
        self.background.stop()
        self.answers.close()


def _never(*_given: Any) -> Any:
    raise Bug(_("A preview has neither a summary nor forms of its own."))
