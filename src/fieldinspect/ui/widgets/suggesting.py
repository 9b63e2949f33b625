"""Suggestions below a line that is typed; what is typed need not be among them."""

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from fieldinspect.i18n import _


def suggest(line: QLineEdit, names: Sequence[str]) -> None:
    """Offer names that contain what was typed, whatever its case, in place of those offered before."""
    completer = QCompleter(QStringListModel(list(names), line), line)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    popup = QListView()
    popup.setAccessibleName(_("Suggestions"))
    completer.setPopup(popup)
    line.setCompleter(completer)
