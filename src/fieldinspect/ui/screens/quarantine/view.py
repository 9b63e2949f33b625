"""Quarantine: three lists, each with why, and what to do next."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldinspect.domain.audit import Trace
from fieldinspect.domain.quarantine import RefusedBundle
from fieldinspect.domain.views import RecordView
from fieldinspect.i18n import _
from fieldinspect.services import quarantine
from fieldinspect.ui.screens.quarantine.presenter import SetAside
from fieldinspect.ui.text import day_and_time, field_name, kind_name, size
from fieldinspect.ui.widgets.files import ask_folder
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.longlist import LongList
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.rows import Row
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, title

_FIELDS = 4


class QuarantineView(Page):
    """Nothing here is lost: entries are judged again with every team list, bundles can be tried again."""

    reason_moved = Signal(str)
    again_asked = Signal(str)
    copy_place_given = Signal(str, object)
    """Bundle, folder (a Path)."""
    deletion_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(width=1000)
        self._found: SetAside | None = None
        self._summary = ErrorSummary()
        self._nothing = body(_("Nothing. Everything that came in was taken over"))
        self._reasons = LongList(_("Entries that do not count, by reason"), most=5)
        self._step = label()
        self._entries = LongList(_("Entries set aside for this reason"), most=5)
        self._counted = Group(
            section(_("Entries that do not count")), self._reasons, self._step, self._entries
        )
        self._newer = LongList(_("Records that need a newer version"), most=4)
        self._update = Group(
            section(_("Records that need a newer version")),
            hint(_("They are kept and sent on as they are. Update this program to see what they say")),
            self._newer,
        )
        self._refused = LongList(_("Refused bundles"), most=5)
        self._why, self._next = body(), label()
        self._again = Button(_("&Try again"), lambda: self.again_asked.emit(self._refused.current_key))
        self._copy = Button(_("&Save a copy…"), self._ask_where)
        self._delete = Button(_("&Delete…"), lambda: self.ask_deletion(True))
        self._sure = label(
            _("It cannot be had back here. That it came, and when it was deleted, stays written down")
        )
        self._really = Button(_("Delete it for &good"), self._delete_now)
        self._keep = Button(_("&Keep it"), lambda: self.ask_deletion(False))
        self._working = hint()
        self._bundles = Group(
            section(_("Refused bundles")),
            hint(_("Kept as they came, sealed. Nothing of them was used")),
            self._refused,
            self._why,
            self._next,
        )
        self._lay_out()
        self._reasons.current_changed.connect(self._show_reason)
        self._refused.current_changed.connect(self._show_bundle)

    @property
    def first(self) -> QWidget:
        lists = (self._reasons, self._refused, self._newer)
        return next((one for one in lists if one.isVisible()), self._reasons)

    def _lay_out(self) -> None:
        for part in (self._summary, title(_("Quarantine")), self._nothing, self._bundles):
            self.add(part)
        self.add(flow(self._again, self._copy, self._delete))
        self.add(self._working)
        self.add(self._sure)
        self.add(row(self._really, self._keep))
        self.add(self._counted)
        self.add(self._update)
        self.column.addStretch(1)
        self.ask_deletion(False)
        self._working.hide()

    def show_set_aside(self, found: SetAside) -> None:
        self._found = found
        self._nothing.setVisible(not (found.groups or found.newer or found.refused))
        for part, some in (
            (self._counted, found.groups),
            (self._update, found.newer),
            (self._bundles, found.refused),
        ):
            part.setVisible(bool(some))
        self._refused.show_rows([_bundle(one) for one in found.refused])
        self._reasons.show_rows(
            [
                Row(group.reason.name, group.reason.why, group.reason.next_step, str(group.number))
                for group in found.groups
            ]
        )
        self._newer.show_rows([_record(one, found.names) for one in found.newer])

    def show_entries(self, entries: Sequence[Trace], titles: Mapping[str, str]) -> None:
        names = self._found.names if self._found else {}
        self._entries.show_rows([_entry(one, names, titles) for one in entries])
        self._entries.setVisible(bool(entries))

    def show_working(self, working: bool) -> None:
        self._working.setText(_("Working…"))
        self._working.setVisible(working)

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, self._refused)] if sentence else [])

    def _show_reason(self, reason: str) -> None:
        self._step.setText(quarantine.entry_reason(reason).next_step if reason else "")
        self.reason_moved.emit(reason)

    def _show_bundle(self, key: str) -> None:
        chosen = next((one for one in (self._found.refused if self._found else ()) if one.id == key), None)
        here = chosen is not None and chosen.present
        said = quarantine.bundle_reason(chosen.reason, chosen.sentence) if chosen else None
        self._why.setText(said.why if said else "")
        self._next.setText(said.next_step if said and here else "")
        self._next.setVisible(here)
        for button in (self._again, self._copy, self._delete):
            button.setVisible(here)
        self.ask_deletion(False)

    def ask_deletion(self, asked: bool) -> None:
        for part in (self._sure, self._really, self._keep):
            part.setVisible(asked)
        if asked:
            self._keep.setFocus()

    def _delete_now(self) -> None:
        self.ask_deletion(False)
        self._refused.setFocus()
        self.deletion_asked.emit(self._refused.current_key)

    def _ask_where(self) -> None:
        folder = ask_folder(self, _("Where should the copy go?"))
        if folder is not None:
            self.copy_place_given.emit(self._refused.current_key, folder)


def _bundle(one: RefusedBundle) -> Row:
    where = one.source or one.name or _("nobody knows from where")
    said = [
        _("Came {when} from {where}").format(when=day_and_time(one.came), where=where),
        size(one.size),
    ]
    if one.tried > one.came:
        said.append(_("last tried {when}").format(when=day_and_time(one.tried)))
    return Row(one.id, one.sentence, " · ".join(said), _standing(one))


def _standing(one: RefusedBundle) -> str:
    if one.deleted is not None:
        return _("Deleted {when}").format(when=day_and_time(one.deleted))
    return _("Kept") if one.present else _("Its file is not here")


def _entry(one: Trace, names: Mapping[str, str], titles: Mapping[str, str]) -> Row:
    who = names.get(one.author) or _("somebody who is not in the team list")
    fields = ", ".join(field_name(name) for name in one.fields[:_FIELDS])
    if len(one.fields) > _FIELDS:
        fields += ", …"
    what = kind_name(one.kind) if one.kind else _("what it says is not readable here")
    detail = " · ".join(filter(None, (what, titles.get(one.record, ""), fields, one.reason)))
    return Row(one.entry, _("{name}, {when}").format(name=who, when=day_and_time(one.written)), detail)


def _record(one: RecordView, names: Mapping[str, str]) -> Row:
    who = names.get(one.author) or _("somebody who is not in the team list")
    return Row(one.id, one.kind, _("{name}, {when}").format(name=who, when=day_and_time(one.written)))
