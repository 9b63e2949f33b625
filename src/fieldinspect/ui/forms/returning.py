"""Review above a form: comments on the whole record, returning it to its author, and what came back."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldinspect.i18n import _, ngettext
from fieldinspect.ui.forms.banners import Banner
from fieldinspect.ui.forms.comments import told
from fieldinspect.ui.forms.reviewing import Remark, Standing
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.page import row
from fieldinspect.ui.widgets.text import Button, body, hint, label


class RecordRemarks(Banner):
    """What was said about the record as a whole; hidden while nothing was."""

    def __init__(self) -> None:
        super().__init__()
        self.column.addWidget(label(_("Comments on this record")))

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        self.clear()
        for place, remark in enumerate(remarks):
            self.add_line(hint(remark.who), 2 * place + 1)
            self.add_line(body(told(remark)), 2 * place + 2)
        self.setVisible(bool(remarks))


class ReturnPanel(Banner):
    """The reason, what is asked so far, and the return itself."""

    return_asked = Signal(str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.column.addWidget(label(_("Return this record to its author")))
        self._asked = hint()
        self._reason = LineField(_("Why is it returned?"))
        self.column.addWidget(self._asked)
        self.column.addWidget(self._reason)
        acts = row(
            Button(_("Return it"), lambda: self.return_asked.emit(self._reason.value), look="primary"),
            Button(_("Do not return it"), self._close, look="link"),
        )
        self.column.addLayout(acts)

    def open(self) -> None:
        self.show_problem("")
        self.show()
        self._reason.line.setFocus()

    def show_asked(self, count: int) -> None:
        """Say how much the author will find to do."""
        words = ngettext("{count} comment asks for something", "{count} comments ask for something", count)
        empty = _("Nothing is asked of an answer yet. Comment on one and ask the author to do something")
        self._asked.setText(words.format(count=count) if count else empty)

    def show_problem(self, sentence: str) -> None:
        self._reason.show_problem(sentence)
        if sentence:
            self._reason.line.setFocus()

    def done(self) -> None:
        self._reason.line.clear()
        self.hide()

    def _close(self) -> None:
        self.done()
        self.closed.emit()


class AnsweredBanner(Banner):
    """What the author changed after a return, answer by answer."""

    accepted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.column.addWidget(label(_("The author has answered your return")))
        self.column.addLayout(row(Button(_("I have seen it"), self.accepted.emit)))

    def show_standing(self, standing: Standing) -> None:
        self.clear()
        if standing.answered:
            self.add_line(body(_("Returned because: {reason}").format(reason=standing.reason)), 1)
            lines = [
                _("{question} Before: {before}. Now: {after}").format(
                    question=one.field,
                    before=one.before or _("no answer"),
                    after=one.after or _("no answer"),
                )
                for one in standing.changes
            ]
            for place, line in enumerate(lines or [_("No answer was changed")], 2):
                self.add_line(body(line), place)
        self.setVisible(standing.answered)


class ReviewBar(QWidget):
    """Everything of review that is about the record and not about one answer."""

    comment_asked = Signal()
    take_back_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.remarks, self.panel, self.answered = RecordRemarks(), ReturnPanel(), AnsweredBanner()
        self._standing = Standing()
        self._comment = Button(_("Comment on this record"), self.comment_asked.emit, look="link")
        self._return = Button(_("Return to its author"), self.open_return, look="link")
        self._take_back = Button(_("Take the return back"), self.take_back_asked.emit, look="link")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.addWidget(self.answered)
        self.column.addWidget(self.remarks)
        self.column.addLayout(flow(self._comment, self._return, self._take_back))
        self.column.addWidget(self.panel)
        self.panel.closed.connect(self._return.setFocus)
        self.show_standing(Standing())

    def show_standing(self, standing: Standing) -> None:
        """Offer what this person may do with the record as it stands."""
        self._standing = standing
        self._return.setVisible(standing.may_return and not standing.returned)
        self._take_back.setVisible(standing.may_return and standing.returned)
        self.answered.show_standing(standing)
        if standing.returned or not standing.may_return:
            self.panel.done()

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        """Show every comment that is about no single answer."""
        self.remarks.show_remarks([one for one in remarks if not one.path])
        self.panel.show_asked(sum(one.asks and not one.done for one in remarks))

    def open_return(self) -> str:
        """Open the panel; return why it cannot be, "" when it was."""
        if self._standing.returned:
            return _("This was returned already: {reason}").format(reason=self._standing.reason)
        if not self._standing.may_return:
            return _("Only a team lead returns a record to its author, and nobody their own")
        self.panel.open()
        return ""

    def focus_comment(self) -> None:
        self._comment.setFocus()
