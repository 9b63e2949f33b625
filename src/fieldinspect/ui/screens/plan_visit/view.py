"""One planned visit."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.services.planning import PLANNABLE, State
from fieldinspect.ui.screens.plan_visit.presenter import Colleague, Offered, Typed
from fieldinspect.ui.text import kind_name
from fieldinspect.ui.widgets.fields import Field, LineField
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.suggesting import suggest
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, title
from fieldinspect.ui.widgets.textbox import TextBox


class PlanVisitView(Page):
    """Where, when, what, who; a plan that was begun or cancelled is read only."""

    save_asked = Signal(object)
    """What stands in the fields (Typed)."""
    cancel_asked = Signal(str)
    permit_asked = Signal(str, str, str)
    """Person id, force in words, reason."""
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__(width=760)
        self._summary, self._title, self._stays = ErrorSummary(), title(), body()
        self._station = LineField(_("S&tation"), note=_("Type a few letters, or any name"))
        self._force = LineField(_("&Force"), width=480)
        self._first = LineField(_("Da&y, or the first of several"), note=_("As 2014-02-03"), width=220)
        self._last = LineField(_("&Last day, if there are several"), note=_("As 2014-02-05"), width=220)
        self._streams = {kind: _check(kind_name(kind)) for kind in PLANNABLE}
        self._unannounced = _check(_("Unannounced: the force does not know of it"))
        self._lead, self._people = QComboBox(), dict[str, QCheckBox]()
        self._colleagues: Sequence[Colleague] = ()
        self._assigned = QWidget()
        self._assigned_column = QVBoxLayout(self._assigned)
        self._assigned_column.setContentsMargins(0, 0, 0, 0)
        self._contacts = LineField(_("&Contacts of the force"))
        self._briefing = TextBox()
        self._save = Button(_("&Save the planned visit"), self._ask_save, look="primary")
        self._why = LineField(_("Why is it ca&ncelled?"))
        self._cancel = Button(_("Cancel the visit"), lambda: self.cancel_asked.emit(self._why.value))
        self._cancelling = Group(section(_("Cancel the visit")), self._why, self._cancel)
        self._who, self._reason = QComboBox(), LineField(_("Why may this person inspect the &force?"))
        self._permit = Button(_("Permit it"), self._ask_permit)
        self._permitting = Group(
            section(_("In spite of a conflict of interest")),
            hint(_("Your name and the reason are kept for good, and go to whoever is permitted")),
            Field(_("&Person"), self._who),
            self._reason,
            self._permit,
        )
        self._lay_out()
        self._force.line.textChanged.connect(lambda _text: self._show_conflicted())
        self.first: QWidget = self._station.line

    def _lay_out(self) -> None:
        for part in (
            self._title,
            self._summary,
            self._stays,
            self._station,
            self._force,
            flow(self._first, self._last),
            label(_("What is to be done there?")),
            flow(*self._streams.values()),
            self._unannounced,
            label(_("Who is assigned?")),
            self._assigned,
            Field(_("Lea&d of the visit"), self._lead),
            self._contacts,
            Field(_("&Briefing"), self._briefing),
            row(self._save, Button(_("Back to the schedule"), self.back_asked.emit, look="link")),
            self._permitting,
            self._cancelling,
        ):
            self.add(part)
        self.column.addStretch(1)

    def show_names(self, stations: Sequence[str], forces: Sequence[str]) -> None:
        suggest(self._station.line, stations)
        suggest(self._force.line, forces)

    def show_plan(self, offered: Offered, typed: Typed) -> None:
        planned = offered.planned
        begun = planned is not None and planned.state is State.BEGUN
        changing = planned is None or planned.state is State.PLANNED
        self._title.setText(_("Planned visit") if planned else _("Plan a visit"))
        self._stays.setText(
            _("It was begun: you can still change who is assigned")
            if begun
            else _("It was closed or cancelled, so it stays as it is")
        )
        self._stays.setVisible(not changing)
        self._colleagues = offered.others
        self._offer(offered.people)
        self._fill(typed)
        self._save.setVisible(changing or begun)
        for part in self._frozen_once_begun():
            part.setEnabled(not begun)
        self._cancelling.setVisible(planned is not None and changing)
        self._show_conflicted()

    def _frozen_once_begun(self) -> Iterator[QWidget]:
        yield from (self._station, self._force, self._first, self._last, self._contacts)
        yield from (self._unannounced, self._lead, self._briefing, *self._streams.values())

    def show_working(self, working: bool) -> None:
        for button in (self._save, self._cancel, self._permit):
            button.setEnabled(not working)

    def show_problem(self, sentence: str, about: str = "") -> None:
        fields = {"first": self._first, "last": self._last, "cancel": self._why, "permit": self._reason}
        for name, field in fields.items():
            field.show_problem(sentence if name == about else "")
        wrong = fields.get(about)
        self._summary.show_problems([(sentence, wrong.line if wrong else None)] if sentence else [])

    def _offer(self, people: Sequence[Colleague]) -> None:
        for old in self._people.values():
            self._assigned_column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._people = {}
        self._lead.clear()
        self._lead.addItem(_("Nobody yet"), "")
        for person in people:
            box = self._people[person.id] = _check(_with_conflicts(person))
            self._assigned_column.addWidget(box)
            if person.leads:
                self._lead.addItem(person.name, person.id)

    def _fill(self, typed: Typed) -> None:
        for field, text in (
            (self._station, typed.station),
            (self._force, typed.force),
            (self._first, typed.first),
            (self._last, typed.last),
            (self._contacts, typed.contacts),
            (self._why, ""),
            (self._reason, ""),
        ):
            field.line.setText(text)
            field.show_problem("")
        for kind, box in self._streams.items():
            box.setChecked(kind in typed.streams)
        for person, box in self._people.items():
            box.setChecked(person in typed.assigned)
        self._unannounced.setChecked(typed.unannounced)
        self._lead.setCurrentIndex(max(0, self._lead.findData(typed.lead)))
        self._briefing.setPlainText(typed.briefing)

    def _show_conflicted(self) -> None:
        """Offer to permit those who have a conflict of interest with the force that is typed."""
        found = [one for one in self._colleagues if self._force.value in one.conflicts]
        self._who.clear()
        for one in found:
            self._who.addItem(one.name, one.id)
        self._permitting.setVisible(bool(found))

    def _ask_save(self) -> None:
        self.save_asked.emit(
            Typed(
                self._first.value,
                self._last.value,
                self._force.value,
                self._station.value,
                tuple(kind for kind, box in self._streams.items() if box.isChecked()),
                self._unannounced.isChecked(),
                self._lead.currentData(),
                tuple(person for person, box in self._people.items() if box.isChecked()),
                self._contacts.value,
                self._briefing.toPlainText().strip(),
            )
        )

    def _ask_permit(self) -> None:
        self.permit_asked.emit(self._who.currentData(), self._force.value, self._reason.value)


def _check(words: str) -> QCheckBox:
    box = QCheckBox(words.replace("&", "&&"))
    box.setAccessibleName(words)
    return box


def _with_conflicts(person: Colleague) -> str:
    if not person.conflicts:
        return person.name
    return _("{name} (conflict of interest: {forces})").format(
        name=person.name, forces=", ".join(person.conflicts)
    )
