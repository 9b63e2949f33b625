"""Find."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.domain.views import SearchHit
from fieldinspect.i18n import _
from fieldinspect.ui.text import day_and_time, kind_name
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.page import Page
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.text import hint, title

_MARKS = str.maketrans({"\u2402": "", "\u2403": "", "\n": " "})


class FindView(Page):
    """Hits below the words, Enter opens the visit."""

    typed = Signal(str)
    hit_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(width=1000)
        self._words = LineField(
            _("&Words to find"), note=_("In notes, answers and names of files, in this vault")
        )
        self._said = hint()
        self._hits = RowList(_("Found"), most=12)
        self.add(title(_("Find")))
        self.add(self._words)
        self.add(self._said)
        self.add(self._hits)
        self._words.line.textChanged.connect(self.typed)
        self._hits.chosen.connect(self.hit_chosen)
        self.first: QWidget = self._words.line

    def show_hits(self, hits: Sequence[SearchHit], words: str) -> None:
        self._hits.show_rows([_row(hit) for hit in hits])
        self._hits.setVisible(bool(hits))
        if not words:
            self._said.setText("")
        elif hits:
            self._said.setText(_("Found: {count}").format(count=len(hits)))
        else:
            self._said.setText(_("Nothing here has all of these words"))


def _row(hit: SearchHit) -> Row:
    return Row(
        hit.record, hit.snippet.translate(_MARKS), f"{kind_name(hit.kind)} · {day_and_time(hit.happened)}"
    )
