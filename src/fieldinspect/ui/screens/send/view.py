"""Send and receive."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from fieldinspect.domain.views import OutboxState, Recipient, Sealed
from fieldinspect.i18n import _
from fieldinspect.services import held_back
from fieldinspect.ui.courier import SyncState
from fieldinspect.ui.screens.send.lists import (
    destination_row,
    inbox_row,
    is_waiting,
    outbox_row,
    sync_words,
)
from fieldinspect.ui.screens.send.presenter import Outgoing
from fieldinspect.ui.text import day_and_time, role_name, size
from fieldinspect.ui.widgets.files import ask_folder
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.longlist import LongList
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, set_state, title
from fieldinspect.ui.widgets.working import Working


class SendView(Page):
    """Destinations; then names and boxes to tick, and one button; then what went and what came."""

    seal_asked = Signal(list, object, bool)
    """People, folder (a Path), whether everything goes."""
    sending_asked = Signal(list, str, bool)
    """People, destination, whether everything goes."""
    receive_asked = Signal()
    sync_asked = Signal(str)
    """Destination; "" for all."""
    stop_asked = Signal()
    check_asked = Signal(object)
    adding_asked = Signal()
    changing_asked = Signal(str)
    removal_asked = Signal(str)
    cancel_asked = Signal(str)
    copy_place_given = Signal(str, object)
    """Bundle, folder (a Path)."""
    quarantine_asked = Signal()

    def __init__(self) -> None:
        super().__init__(width=900)
        self._outgoing: Outgoing | None = None
        self._sync_state = SyncState()
        self._summary = ErrorSummary()
        self._said = label()
        self._make_destinations()
        self._make_sealing()
        self._make_lists()
        self._lay_out()
        self._outbox.current_changed.connect(lambda _key: self._show_item())

    @property
    def first(self) -> QWidget:
        return self._send if self._send.isVisible() else self._seal

    def _make_destinations(self) -> None:
        self._no_destination = hint(
            _("No destination yet. A folder or stick needs none: seal to it below. Add one to send by itself")
        )
        self._destinations = LongList(_("Destinations"), most=4)
        self._sync = Button(_("Send and receive &now"), lambda: self.sync_asked.emit(""))
        self._check = Button(_("&Check"), self._check_current)
        self._add = Button(_("&Add a destination…"), self.adding_asked.emit)
        self._change = Button(
            _("Chan&ge it…"), lambda: self.changing_asked.emit(self._destinations.current_key)
        )
        self._remove = Button(
            _("&Forget it"), lambda: self.removal_asked.emit(self._destinations.current_key)
        )
        self._working_bar = Working(_("Sending and receiving"), _("S&top"))
        self._working_bar.stop_asked.connect(self.stop_asked)
        self._sync_words = body()

    def _make_sealing(self) -> None:
        self._inside, self._marking = body(), body()
        self._people = QWidget()
        self._people_column = QVBoxLayout(self._people)
        self._people_column.setContentsMargins(0, 0, 0, 0)
        self._people_column.setSpacing(8)
        self._boxes: dict[str, QCheckBox] = {}
        self._held = body()
        self._held.setAccessibleName(_("What is held back"))
        self._nobody = body(_("Nobody else is on the team list yet. The team lead admits people"))
        self._everything = QCheckBox(_("Send &everything again, not only what they lack"))
        self._everything.setAccessibleName(_("Send everything again, not only what they lack"))
        self._send = Button(_("Seal and sen&d to"), self._ask_sending, look="primary")
        self._where = QComboBox()
        self._where.setAccessibleName(_("Where to send it"))
        self._where.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._seal = Button(_("&Seal to a folder or stick"), self._ask, look="primary")
        self._working = hint()
        self._result, self._result_more = label(), body()

    def _make_lists(self) -> None:
        self._outbox_title, self._outbox = section(_("What was sent")), LongList(_("What was sent"), most=5)
        self._outbox_hint = hint(
            _(
                "A laptop's receipt comes with the next bundle from it. Until then it is not known to have arrived"
            )
        )
        self._item = body()
        self._again = Button(_("Send it no&w"), self._send_current)
        self._copy = Button(_("Save it to a st&ick or folder…"), self._ask_copy)
        self._cancel = Button(
            _("Take it &out of the queue"), lambda: self.cancel_asked.emit(self._outbox.current_key)
        )
        self._inbox_title, self._inbox = section(_("What came in")), LongList(_("What came in"), most=4)
        self._receive = Button(_("&Receive a bundle"), self.receive_asked.emit)
        self._quarantine = Button(_("See the &quarantine"), self.quarantine_asked.emit, look="link")

    def _lay_out(self) -> None:
        above: list[QWidget] = [
            self._summary,
            title(_("Send and receive")),
            self._said,
            section(_("Destinations")),
            self._no_destination,
            self._destinations,
        ]
        for part in above:
            self.add(part)
        self.add(flow(self._sync, self._check, self._add, self._change, self._remove))
        for part in (
            self._working_bar,
            self._sync_words,
            section(_("What is inside")),
            self._inside,
            self._marking,
            section(_("Who is it for?")),
            self._people,
            self._held,
            self._nobody,
            self._everything,
        ):
            self.add(part)
        self.add(row(self._send, self._where))
        self.add(row(self._seal, self._working))
        for part in (self._result, self._result_more, self._outbox_title, self._outbox_hint, self._outbox):
            self.add(part)
        self.add(self._item)
        self.add(flow(self._again, self._copy, self._cancel))
        self.add(self._inbox_title)
        self.add(self._inbox)
        self.add(flow(self._receive, self._quarantine))
        for hidden in (self._result, self._result_more, self._said, self._sync_words):
            hidden.hide()

    def show_outgoing(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self._show_inside(outgoing.outbox)
        self._marking.setText(_("Marking: {marking}").format(marking=outgoing.marking))
        self._marking.setVisible(bool(outgoing.marking))
        self._show_people(outgoing.recipients)
        self._show_destinations(outgoing)
        self._inbox.show_rows([inbox_row(place, one) for place, one in enumerate(outgoing.received)])
        for part in (self._inbox_title, self._inbox):
            part.setVisible(bool(outgoing.received))
        self._show_outbox()

    def show_working(self, working: bool) -> None:
        self._working.setText(_("Working…") if working else "")

    def show_problem(self, sentence: str) -> None:
        first = next(iter(self._boxes.values()), None)
        self._summary.show_problems([(sentence, first)] if sentence else [])
        if sentence:
            self._result.hide()
            self._result_more.hide()

    def show_said(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))

    def show_sync(self, state: SyncState) -> None:
        self._sync_state = state
        step = state.step
        percent = step.done * 100 // step.size if step and step.size else 0
        self._working_bar.show_percent(percent if state.running else None)
        words = "\n".join(filter(None, (sync_words(state), state.trouble)))
        self._sync_words.setText(words)
        self._sync_words.setVisible(bool(words))
        self._show_outbox()

    def show_sealed(self, sealed: Sealed) -> None:
        self._result.setText(_("Sealed for {names}").format(names=", ".join(sealed.recipients)))
        self._result.show()
        self._result_more.show()
        told = _(
            "{file}, {size}. Entries: {entries}. Attachments: {attachments}. Any stick will do to carry it"
        ).format(
            file=Path(sealed.path).name,
            size=size(sealed.size),
            entries=sealed.entries,
            attachments=sealed.attachments,
        )
        self._result_more.setText("\n".join((told, *sealed.held_back)))

    def _show_inside(self, box: OutboxState) -> None:
        words = [_("Entries not sent to anybody yet: {count}").format(count=box.entries)]
        if box.oldest:
            words.append(_("Oldest from {when}").format(when=day_and_time(box.oldest)))
        self._inside.setText(". ".join(words))

    def _show_destinations(self, outgoing: Outgoing) -> None:
        known = outgoing.destinations
        self._destinations.show_rows([destination_row(one, outgoing.contacts.get(one.id)) for one in known])
        needing = (self._sync, self._check, self._change, self._remove, self._send, self._where)
        for part in (self._destinations, *needing):
            part.setVisible(bool(known))
        self._no_destination.setVisible(not known)
        set_state(self._seal, "look", "" if known else "primary")
        chosen = self._where.currentData()
        self._where.clear()
        for one in known:
            self._where.addItem(one.name, one.id)
        self._where.setCurrentIndex(max(0, self._where.findData(chosen)))

    def _show_outbox(self) -> None:
        sent = self._outgoing.sent if self._outgoing else ()
        self._outbox.show_rows([outbox_row(one, self._sync_state) for one in sent])
        for part in (self._outbox_title, self._outbox_hint, self._outbox):
            part.setVisible(bool(sent))
        self._show_item()

    def _show_item(self) -> None:
        """Say the chosen bundle in full, and offer what can be done about it."""
        sent = self._outgoing.sent if self._outgoing else ()
        chosen = next((one for one in sent if one.said.bundle == self._outbox.current_key), None)
        said = outbox_row(chosen, self._sync_state) if chosen is not None else None
        self._item.setText(f"{said.status}. {said.detail}" if said else "")
        self._item.setVisible(said is not None)
        for part in (self._again, self._copy, self._cancel):
            part.setVisible(chosen is not None and is_waiting(chosen))

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
                [*self._boxes.values(), self._everything, self._send, self._where, self._seal, self._outbox]
            ):
                self.setTabOrder(before, after)  # the boxes come later than the rest, but are asked first
            if len(people) == 1:
                self._boxes[people[0].person].setChecked(True)
        self._nobody.setVisible(not people)
        held = [
            _("{name}: {what}").format(name=one.name, what=held_back.sentence(what))
            for one in people
            for what in one.held_back
        ]
        self._held.setText("\n".join(held))
        self._held.setVisible(bool(held))

    def _chosen_people(self) -> list[str]:
        chosen = [person for person, box in self._boxes.items() if box.isChecked()]
        if not chosen:
            self.show_problem(_("Choose who it is for"))
        return chosen

    def _ask(self) -> None:
        chosen = self._chosen_people()
        folder = ask_folder(self, _("Where should the sealed file go?")) if chosen else None
        if folder is not None:
            self.seal_asked.emit(chosen, folder, self._everything.isChecked())

    def _ask_sending(self) -> None:
        chosen = self._chosen_people()
        if chosen:
            self.sending_asked.emit(chosen, self._where.currentData(), self._everything.isChecked())

    def _check_current(self) -> None:
        known = self._outgoing.destinations if self._outgoing else ()
        chosen = next((one for one in known if one.id == self._destinations.current_key), None)
        if chosen is not None:
            self.check_asked.emit(chosen)

    def _send_current(self) -> None:
        sent = self._outgoing.sent if self._outgoing else ()
        chosen = next((one for one in sent if one.said.bundle == self._outbox.current_key), None)
        if chosen is not None and chosen.queued is not None:
            self.sync_asked.emit(chosen.queued.destination)

    def _ask_copy(self) -> None:
        folder = ask_folder(self, _("Where should the copy go?"))
        if folder is not None:
            self.copy_place_given.emit(self._outbox.current_key, folder)
