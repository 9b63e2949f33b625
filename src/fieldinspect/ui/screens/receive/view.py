"""Receive."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.purposes import Purpose
from fieldinspect.domain.views import Received
from fieldinspect.i18n import _, ngettext
from fieldinspect.services.quarantine import entry_reason
from fieldinspect.ui.text import day_and_time, kind_name
from fieldinspect.ui.widgets.files import ask_file
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, section, title


class ReceiveView(Page):
    """A button that asks for the file, and an account in sentences."""

    file_given = Signal(object)
    conflicts_asked = Signal()
    quarantine_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._summary = ErrorSummary()
        self._choose = Button(_("&Open a bundle"), self._ask, look="primary")
        self._working = hint()
        self._heading = section()
        self._account = body()
        self._account.setAccessibleName(_("What came in"))
        self._conflicts = Button(_("See the &conflicts"), self.conflicts_asked.emit)
        self._quarantine = Button(_("See the &quarantine"), self.quarantine_asked.emit)
        self.add(self._summary)
        self.add(title(_("Receive a file")))
        self.add(body(_("It is checked before anything of it is used, and then merged with what is here")))
        self.add(row(self._choose, self._working))
        self.add(self._heading)
        self.add(self._account)
        self.add(row(self._conflicts, self._quarantine))
        self.first: QWidget = self._choose
        self.show_nothing()

    def show_nothing(self) -> None:
        self._summary.show_problems([])
        for part in (self._heading, self._account, self._conflicts, self._quarantine):
            part.hide()

    def show_working(self, working: bool) -> None:
        self._working.setText(_("Checking and merging…") if working else "")

    def show_refused(self, file: str, sentence: str) -> None:
        self.show_nothing()
        told = _("{file} was not received. {reason}").format(file=file, reason=sentence)
        self._summary.show_problems([(told, self._choose)])
        self._quarantine.show()

    def show_received(self, received: Received) -> None:
        self._summary.show_problems([])
        self._heading.setText(
            _("From {name}, sealed on {when}").format(
                name=received.sender, when=day_and_time(received.created)
            )
        )
        self._account.setText("\n".join(account(received)))
        self._heading.show()
        self._account.show()
        self._conflicts.setVisible(received.conflicts > 0)
        self._quarantine.setVisible(bool(received.quarantined))

    def show_team_list(self, sentences: Sequence[str]) -> None:
        self._summary.show_problems([])
        self._heading.setText(_("A team list"))
        self._account.setText(
            "\n".join(sentences) or _("This team list is not newer than the one here. Nothing was changed.")
        )
        self._heading.show()
        self._account.show()
        self._conflicts.hide()
        self._quarantine.hide()

    def _ask(self) -> None:
        path = ask_file(self, _("Open a bundle or a team list"), "*.fib *.txt *.json")
        if path is not None:
            self.file_given.emit(path)


def _meant_for(received: Received) -> list[str]:
    if received.purpose == Purpose.VISIT_PACK:
        return [_("It is a visit pack: what is planned for you stands on Today.")]
    if received.purpose == Purpose.RECOVERY:
        return [_("It holds all that you may hold, for a laptop in place of a lost one.")]
    return []


def account(received: Received) -> list[str]:
    """Say what a bundle brought, one sentence a line."""
    if received.already_received:
        return [_("This bundle was received before. Nothing was changed.")]
    said = _meant_for(received)
    said += [
        _("{kind}: {count} new").format(kind=kind_name(kind), count=count)
        for kind, count in sorted(received.new_records.items())
        if kind != Kind.CHAIN  # the journal's own
    ]
    counts = (
        (received.changed_records, _("Records with new versions: {count}")),
        (received.attachments, _("Attachments: {count}")),
        (received.known_entries, _("Entries that were here already: {count}")),
        (received.conflicts, _("Fields where two people wrote different things: {count}. Both are kept.")),
        (received.gaps, _("Earlier entries still missing: {count}. They come with another bundle.")),
        (received.forks, _("A laptop was restored or copied: {count}. Tell your team lead.")),
    )
    said += [words.format(count=count) for count, words in counts if count]
    for reason, count in received.quarantined.items():
        words = ngettext(
            "{count} entry was set aside: {reason}", "{count} entries were set aside: {reason}", count
        )
        said.append(words.format(count=count, reason=entry_reason(reason).why))
    return said or [_("Nothing in it was new.")]
