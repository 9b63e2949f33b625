"""Send."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from fieldinspect.domain.custody import Laptop, SentState
from fieldinspect.domain.views import Recipient, Sealed
from fieldinspect.i18n import _, ngettext
from fieldinspect.ui.screens.send.presenter import Outgoing
from fieldinspect.ui.text import day_and_time, role_name, size
from fieldinspect.ui.widgets.files import ask_folder
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, title


class SendView(Page):
    """Names and boxes to tick; then one button, which asks for the folder."""

    seal_asked = Signal(list, object, bool)
    """People, folder (a Path), whether everything goes."""
    receive_asked = Signal()

    def __init__(self) -> None:
        super().__init__(width=800)
        self._summary = ErrorSummary()
        self._inside, self._marking = body(), body()
        self._people = QWidget()
        self._people_column = QVBoxLayout(self._people)
        self._people_column.setContentsMargins(0, 0, 0, 0)
        self._people_column.setSpacing(8)
        self._boxes: dict[str, QCheckBox] = {}
        self._nobody = body(_("Nobody else is on the team list yet. The team lead admits people"))
        self._everything = QCheckBox(_("Send &everything again, not only what they lack"))
        self._everything.setAccessibleName(_("Send everything again, not only what they lack"))
        self._seal = Button(_("&Seal to a folder or stick"), self._ask, look="primary")
        self._receive = Button(_("&Receive a bundle instead"), self.receive_asked.emit, look="link")
        self._working = hint()
        self._sent_title, self._sent = section(_("What was sent")), RowList(_("What was sent"), most=6)
        self._sent_hint = hint(
            _(
                "A laptop's receipt comes with the next bundle from it. Until then it is not known to have arrived"
            )
        )
        self._result = label()
        self._result_more = body()
        for part in (
            self._summary,
            title(_("Send")),
            section(_("What is inside")),
            self._inside,
            self._marking,
            section(_("Who is it for?")),
            self._people,
            self._nobody,
            self._everything,
        ):
            self.add(part)
        self.add(row(self._seal, self._working))
        self.add(self._result)
        self.add(self._result_more)
        self.add(self._receive)
        self.add(self._sent_title)
        self.add(self._sent_hint)
        self.add(self._sent)
        self._result.hide()
        self._result_more.hide()
        self.first: QWidget = self._seal

    def show_outgoing(self, outgoing: Outgoing) -> None:
        box = outgoing.outbox
        words = [_("Entries not sent to anybody yet: {count}").format(count=box.entries)]
        if box.oldest:
            words.append(_("Oldest from {when}").format(when=day_and_time(box.oldest)))
        self._inside.setText(". ".join(words))
        self._marking.setText(_("Marking: {marking}").format(marking=outgoing.marking))
        self._marking.setVisible(bool(outgoing.marking))
        self._show_people(outgoing.recipients)
        self._sent.show_rows([_sent(one) for one in outgoing.sent])
        for part in (self._sent_title, self._sent_hint, self._sent):
            part.setVisible(bool(outgoing.sent))

    def show_working(self, working: bool) -> None:
        self._working.setText(_("Sealing…") if working else "")

    def show_problem(self, sentence: str) -> None:
        first = next(iter(self._boxes.values()), None)
        self._summary.show_problems([(sentence, first)] if sentence else [])
        if sentence:
            self._result.hide()
            self._result_more.hide()

    def show_sealed(self, sealed: Sealed) -> None:
        self._result.setText(_("Sealed for {names}").format(names=", ".join(sealed.recipients)))
        self._result.show()
        self._result_more.show()
        self._result_more.setText(
            _(
                "{file}, {size}. Entries: {entries}. Attachments: {attachments}. Any stick will do to carry it"
            ).format(
                file=Path(sealed.path).name,
                size=size(sealed.size),
                entries=sealed.entries,
                attachments=sealed.attachments,
            )
        )

    def _show_people(self, people: Sequence[Recipient]) -> None:
        if [one.person for one in people] != list(self._boxes):
            for old in self._boxes.values():
                old.hide()
                old.deleteLater()
            self._boxes = {}
            for one in people:
                roles = ", ".join(role_name(role) for role in one.roles)
                box = QCheckBox(f"{one.name} ({roles})".replace("&", "&&"))
                box.setAccessibleName(f"{one.name} ({roles})")
                self._people_column.addWidget(box, 0, Qt.AlignmentFlag.AlignLeft)
                self._boxes[one.person] = box
            for before, after in pairwise(
                [*self._boxes.values(), self._everything, self._seal, self._receive, self._sent]
            ):
                self.setTabOrder(before, after)  # the boxes come later than the rest, but are asked first
            if len(people) == 1:
                self._boxes[people[0].person].setChecked(True)
        self._nobody.setVisible(not people)

    def _ask(self) -> None:
        chosen = [person for person, box in self._boxes.items() if box.isChecked()]
        if not chosen:
            self.show_problem(_("Choose who it is for"))
            return
        folder = ask_folder(self, _("Where should the sealed file go?"))
        if folder is not None:
            self.seal_asked.emit(chosen, folder, self._everything.isChecked())


def _sent(one: SentState) -> Row:
    entries = ngettext("{count} entry", "{count} entries", one.entries).format(count=one.entries)
    came = [
        _("{name} has it since {when}").format(name=_owner(said.laptop), when=day_and_time(said.when))
        for said in one.delivered
    ]
    waits = [
        _("{name}: taken off the team").format(name=_owner(laptop))
        if laptop.revoked
        else _("{name}: no receipt yet").format(name=_owner(laptop))
        for laptop in one.outstanding
    ]
    waiting = [laptop for laptop in one.outstanding if not laptop.revoked]
    status = (
        _("Delivered")
        if one.delivered and not waiting
        else _("Outstanding: {count}").format(count=len(waiting))
    )
    return Row(one.bundle, day_and_time(one.sent), " · ".join((entries, *came, *waits)), status)


def _owner(laptop: Laptop) -> str:
    return laptop.person or _("somebody who is not in the team list")
