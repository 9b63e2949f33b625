"""Settings."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from fieldinspect.i18n import LANGUAGES, _
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, title

_STEP = 10


class SettingsView(Page):
    """Radio buttons and a few buttons; no box to confirm."""

    theme_chosen = Signal(str)
    size_stepped = Signal(int)
    language_chosen = Signal(str)
    lock_asked = Signal()
    screen_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        themes = {"light": _("Light"), "dark": _("Dark"), "contrast": _("High contrast")}
        self._themes = self._radios(themes, self.theme_chosen)
        self._languages = self._radios(LANGUAGES, self.language_chosen)
        self._size = label()
        self._said = body()
        self._lock = Button(_("Lock now"), self.lock_asked.emit)
        self.add(title(_("Settings")))
        self.add(section(_("Colours")))
        self.add(self._themes)
        self.add(section(_("Text size")))
        self.add(
            row(
                Button(_("&Smaller"), lambda: self.size_stepped.emit(-_STEP), name=_("Smaller text")),
                self._size,
                Button(_("&Larger"), lambda: self.size_stepped.emit(_STEP), name=_("Larger text")),
            )
        )
        self.add(hint(_("90 to 200 %. Ctrl+plus and Ctrl+minus work everywhere, Ctrl+0 goes back to 100 %")))
        self.add(section(_("Language")))
        self.add(self._languages)
        self.add(self._said)
        self.add(row(self._lock))
        self.add(section(_("This vault")))
        self.add(
            flow(
                *(
                    Button(words, partial(self.screen_asked.emit, screen))
                    for screen, words in (
                        ("keys", _("Keys of this vault")),
                        ("care", _("Care of this vault")),
                        ("copies", _("Working copies")),
                        ("erasures", _("Erasures")),
                        ("retention", _("Retention")),
                        ("audit", _("Who did what")),
                    )
                )
            )
        )
        self.first: QWidget = self._themes.findChildren(QRadioButton)[0]

    def show_choices(self, theme: str, percent: int, language: str) -> None:
        for box, chosen in ((self._themes, theme), (self._languages, language)):
            for radio in box.findChildren(QRadioButton):
                radio.setChecked(radio.property("value") == chosen)
        self._size.setText(_("{percent} %").format(percent=percent))

    def show_said(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))
        self._lock.setVisible(bool(sentence))

    @staticmethod
    def _radios(choices: Mapping[str, str], signal: SignalInstance) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        group = QButtonGroup(box)
        for value, words in choices.items():
            radio = QRadioButton(words)
            radio.setAccessibleName(words)
            radio.setProperty("value", value)
            radio.clicked.connect(lambda _checked=False, value=value: signal.emit(value))
            group.addButton(radio)
            column.addWidget(radio, 0, Qt.AlignmentFlag.AlignLeft)
        return box
