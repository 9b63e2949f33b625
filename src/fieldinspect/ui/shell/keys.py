"""Commands and their keys. No Ctrl+Alt: on many keyboards that is AltGr, which types letters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from fieldinspect.domain.kinds import Kind
from fieldinspect.i18n import _
from fieldinspect.services.streams import STREAMS
from fieldinspect.ui.context import Place
from fieldinspect.ui.forms.view import FormView
from fieldinspect.ui.screens.interview.view import InterviewView
from fieldinspect.ui.screens.record.view import RecordView
from fieldinspect.ui.screens.records.view import begun
from fieldinspect.ui.screens.visit.view import VisitView
from fieldinspect.ui.shell.commands import Command
from fieldinspect.ui.shell.screens import SCREENS
from fieldinspect.ui.text import clock_time
from fieldinspect.ui.widgets.focus import focus_first

if TYPE_CHECKING:
    from fieldinspect.ui.shell.desk import Desk

_TEXT_STEP = 10
_ERASABLE = ("visit", "record", "interview")


class Keys:
    """Binds every command that has keys, once; what it does depends on the screen in front."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        for command in self._everywhere() + self._on_visit():
            for keys in filter(None, command.keys.split(" ")):
                self._bind(keys, command.run)
        self._bind("Ctrl+=", self._larger)  # the plus of many keyboards, without Shift
        self._bind("Shift+F6", lambda: self._next_pane(-1))
        self._bind("Ctrl+P", desk.open_palette)
        self._bind("Esc", self._escape)

    def commands(self) -> list[Command]:
        on_visit = self._on_visit() if self._visit() is not None else []
        return on_visit + self._everywhere()

    def _bind(self, keys: str, run: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self._desk)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(lambda: run())

    def _everywhere(self) -> list[Command]:
        desk = self._desk
        menu = [name for name, screen in SCREENS.items() if screen.in_menu]
        places = [
            Command(SCREENS[name].title(), f"Ctrl+{number}", partial(desk.go, Place(name)))
            for number, name in enumerate(menu, 1)
        ]
        return [
            *places,
            Command(_("New note"), "Ctrl+N", self._new_note),
            Command(
                _("Raise a safeguarding concern"),
                "Ctrl+Shift+S",
                partial(self._raise, Kind.SAFEGUARDING_CONCERN),
            ),
            Command(_("Raise a conduct matter"), "Ctrl+Shift+C", partial(self._raise, Kind.CONDUCT_MATTER)),
            Command(_("Start a visit"), "Ctrl+Shift+N", lambda: desk.go(Place("start_visit"))),
            Command(_("Start or join an inspection"), "", lambda: desk.go(Place("begin"))),
            *(Command(begun(kind), "", partial(desk.begin_record, kind)) for kind in STREAMS),
            Command(_("Return to its author"), "Ctrl+Shift+R", self._return),
            Command(_("Find in vault"), "Ctrl+Shift+F", lambda: desk.go(Place("find"))),
            Command(_("Keys of this vault"), "", lambda: desk.go(Place("keys"))),
            Command(_("Who did what"), "", lambda: desk.go(Place("audit"))),
            *(
                Command(SCREENS[name].title(), "", partial(desk.go, Place(name)))
                for name in (
                    *("plan", "plan_visit", "replace", "come_back", "links", "quarantine", "destination"),
                    *("care", "account", "erasures", "retention", "periods", "copies"),
                )
            ),
            Command(_("Send and receive now"), "", desk.courier.run),
            Command(_("Ask for erasure"), "", self._ask_erasure),
            Command(_("Earlier versions"), "Ctrl+H", self._versions),
            Command(_("All commands"), "Ctrl+K", desk.open_palette),
            Command(_("Next part of the window"), "F6", lambda: self._next_pane(1)),
            Command(_("Larger text"), "Ctrl++", self._larger),
            Command(_("Smaller text"), "Ctrl+-", lambda: self._resize(-_TEXT_STEP)),
            Command(_("Normal text size"), "Ctrl+0", lambda: desk.choices.choose_percent(100)),
            Command(_("Light colours"), "", lambda: desk.choices.choose_theme("light")),
            Command(_("Dark colours"), "", lambda: desk.choices.choose_theme("dark")),
            Command(_("High contrast colours"), "", lambda: desk.choices.choose_theme("contrast")),
            Command(_("Help and keys"), "F1", lambda: desk.go(Place("help"))),
            Command(_("Lock now"), "Ctrl+L", desk.lock),
        ]

    def _on_visit(self) -> list[Command]:
        def on(act: Callable[[VisitView], object]) -> Callable[[], None]:
            def run() -> None:
                view = self._visit()
                if view is not None:
                    act(view)

            return run

        return [
            Command(_("Add a contact"), "", on(lambda view: view.add_asked.emit(Kind.CONTACT))),
            Command(_("Add an observation"), "", on(lambda view: view.add_asked.emit(Kind.OBSERVATION))),
            Command(_("Add a document"), "", on(lambda view: view.add_asked.emit(Kind.DOCUMENT))),
            Command(_("Add a test"), "", on(lambda view: view.add_asked.emit(Kind.TEST))),
            Command(_("Attach files"), "Ctrl+Shift+A", on(lambda view: view.choose_files())),
            Command(
                _("Begin an officer interview"), "Ctrl+Shift+I", on(lambda view: view.interview_asked.emit())
            ),
            Command(_("Next kind of note"), "Ctrl+.", on(lambda view: view.composer.next_kind_asked.emit())),
            Command(_("Insert the time"), "Ctrl+T", self._insert_time),
            Command(_("Jump to a section"), "Ctrl+J", self._jump),
            Command(_("Preview the visit summary"), "", on(lambda view: view.preview_asked.emit())),
            Command(_("Close the visit"), "", on(lambda view: view.close_asked.emit())),
        ]

    def _visit(self) -> VisitView | None:
        view = self._desk.current
        return view if isinstance(view, VisitView) else None

    def _new_note(self) -> None:
        self._desk.go(Place("visit"))
        view = self._visit()
        if view is not None:
            view.panes.bring(view.left)
            focus_first(view.composer)

    def _raise(self, kind: Kind) -> None:
        """Go to the visit, from wherever the person is, and begin the record there."""
        self._desk.go(Place("visit"))
        view = self._visit()
        if view is not None:
            view.add_asked.emit(kind)

    def _insert_time(self) -> None:
        view = self._visit()
        if view is not None and view.composer.box.hasFocus():
            view.composer.box.insertPlainText(clock_time(self._desk.context.clock()) + " ")

    def _jump(self) -> None:
        form = self._form()
        if form is not None:
            form.toggle_jump()

    def _return(self) -> None:
        """Offer to return the record whose form is in front, or say why not."""
        form = self._form()
        refusal = form.review.open_return() if form is not None else _("Open the record first")
        if refusal:
            self._desk.notice.say(refusal)

    def _ask_erasure(self) -> None:
        """Go to what a request would name: the record in front, else the visit."""
        desk, view = self._desk, self._visit()
        record = view.details.record if view is not None else ""
        record = record or (desk.place.record if desk.place.screen in _ERASABLE else "")
        if record:
            desk.go(Place("erase", record))
        else:
            desk.notice.say(_("Open the record or the visit first"))

    def _form(self) -> FormView | None:
        view = self._desk.current
        if isinstance(view, (InterviewView, RecordView)):
            return view.form
        if isinstance(view, VisitView):
            view.panes.bring(view.side)
            return view.form_in_front
        return None

    def _versions(self) -> None:
        """Show the earlier versions of the answer in hand, or of the note that is chosen."""
        view = self._desk.current
        if isinstance(view, (InterviewView, RecordView)):
            view.form.ask_history()
        elif isinstance(view, VisitView) and _holds(view.form_in_front, QApplication.focusWidget()):
            view.form_in_front.ask_history()
        elif isinstance(view, VisitView):
            _note_versions(view)

    def _larger(self) -> None:
        self._resize(_TEXT_STEP)

    def _resize(self, by: int) -> None:
        self._desk.choices.choose_percent(self._desk.choices.percent + by)

    def _escape(self) -> None:
        if self._desk.palette_layer.isVisible():
            self._desk.palette_layer.dismiss()
        elif self._desk.notice.isVisible():
            self._desk.notice.hide()
        else:
            self._desk.navigation.list.setFocus()

    def _next_pane(self, by: int) -> None:
        panes = [pane for pane in self._panes() if pane.isVisible()]
        focused = QApplication.focusWidget()
        here = next((place for place, pane in enumerate(panes) if focused and _holds(pane, focused)), -by)
        pane = panes[(here + by) % len(panes)]
        focus_first(pane, Qt.FocusReason.TabFocusReason)
        if not _holds(pane, QApplication.focusWidget()):
            pane.focusNextChild()

    def _panes(self) -> list[QWidget]:
        view = self._desk.current
        inside: list[QWidget] = [view]
        if isinstance(view, VisitView):
            inside = [view.timeline, view.composer, view.side]
        return [self._desk.navigation.list, *inside, self._desk.status]


def _holds(pane: QWidget, focused: QWidget | None) -> bool:
    return focused is not None and (pane is focused or pane.isAncestorOf(focused))


def _note_versions(view: VisitView) -> None:
    if not view.details.has_record and view.timeline.current_record:
        view.record_opened.emit(view.timeline.current_record)
    view.details.versions_asked.emit()
