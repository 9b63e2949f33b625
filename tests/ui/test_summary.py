"""The error summary beside a form: as wide as its page, however long its sentences are."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QLabel

from fieldinspect.ui.widgets.page import Page
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import WrappedLink

LONG = (
    "Number of people in custody & in interview: change this answer, the form does not allow it as it is now"
)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_a_long_sentence_goes_on_in_the_next_line(qapp: QApplication, scale: float) -> None:
    page, summary, gone = Page(), ErrorSummary(), []
    font = page.font()
    font.setPointSizeF(11 * scale)
    page.setFont(font)
    page.add(summary)
    page.add(QLabel("below"))
    page.resize(440, 700)
    page.show()
    summary.show_problems([(LONG, lambda: gone.append("there"))])
    qapp.processEvents()
    (link,) = summary.findChildren(WrappedLink)
    right = link.mapTo(page.viewport(), QPoint(link.width(), 0)).x()
    assert right <= page.viewport().width()
    assert link.height() >= link.heightForWidth(link.width()) > 2 * link.fontMetrics().height()
    assert link.accessibleName() == LONG
    link.click()
    assert gone == ["there"]
    page.close()
    page.deleteLater()
