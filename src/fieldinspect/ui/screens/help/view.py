"""Help: commands and keys."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.widgets.page import Page
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.text import body, title


class HelpView(Page):
    """One list, read from top to bottom."""

    def __init__(self) -> None:
        super().__init__(width=760)
        self._rows = RowList(_("Commands and keys"), most=100)
        self.add(title(_("Help and keys")))
        self.add(
            body(
                _("Ctrl+K opens every command by its name. F6 goes from one part of the window to the next.")
            )
        )
        self.add(self._rows)
        self.first: QWidget = self._rows

    def show_keys(self, rows: Sequence[tuple[str, str]]) -> None:
        self._rows.show_rows([Row(name, name, "", keys) for name, keys in rows])
