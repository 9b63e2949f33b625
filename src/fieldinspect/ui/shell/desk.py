"""The open vault at work: screens, navigation, status, commands, and the way out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.roster import Policy
from fieldinspect.domain.views import Changes, Draft, DraftKey, Inspection, VisitCard
from fieldinspect.i18n import _
from fieldinspect.services import reading
from fieldinspect.services.audit import ConsultationLog
from fieldinspect.ui.context import Context, Place
from fieldinspect.ui.courier import SyncState
from fieldinspect.ui.jobs.lane import Background, QtTimers
from fieldinspect.ui.jobs.port import Problem
from fieldinspect.ui.jobs.problems import problem
from fieldinspect.ui.losses import unread
from fieldinspect.ui.screens.records.presenter import RecordsPresenter
from fieldinspect.ui.screens.visit.view import VisitView
from fieldinspect.ui.shell.built import Built
from fieldinspect.ui.shell.choices import LookChoices
from fieldinspect.ui.shell.commands import Command
from fieldinspect.ui.shell.cover import Cover
from fieldinspect.ui.shell.delivering import Delivering, Waiting, told, waiting
from fieldinspect.ui.shell.keys import Keys
from fieldinspect.ui.shell.leaving import GOING_GRACE_MS, IDLE_GRACE_MS, Locking
from fieldinspect.ui.shell.locking import IdleLock
from fieldinspect.ui.shell.navigation import Navigation
from fieldinspect.ui.shell.palette import Palette
from fieldinspect.ui.shell.preferences import Preferences
from fieldinspect.ui.shell.returning import Returning, spot_of
from fieldinspect.ui.shell.saved import SavedState
from fieldinspect.ui.shell.screens import SCREENS
from fieldinspect.ui.shell.session import SessionWatch
from fieldinspect.ui.shell.spot import Spot, read
from fieldinspect.ui.shell.status import StatusBar
from fieldinspect.ui.shell.telling import News, Telling, news
from fieldinspect.ui.widgets.focus import focus_first
from fieldinspect.ui.widgets.notice import Notice
from fieldinspect.ui.widgets.text import Button

if TYPE_CHECKING:
    from fieldinspect.domain.custody import DestructionCertificate
    from fieldinspect.services.depot_ports import DeskVault
    from fieldinspect.ui.shell.start import Parts
    from fieldinspect.ui.shell.window import Window

WIDE, MIDDLE = 1200, 900
"""Breakpoints in pixels at normal text size: three panes; two; below, one."""
LOW = 480
"""A window lower than this shows fewer hints."""
_PLACE = "place"


class _Beginning(NamedTuple):
    policy: Policy
    inspections: list[Inspection]
    visits: list[VisitCard]
    waiting: Waiting
    spot: Spot
    device: str
    lost: bool


class Desk(QWidget):
    """Owns the presenters. `lock` and `leave` write everything down before anything closes."""

    locked = Signal()
    rotation_asked = Signal()
    """The person wants a new master key, for which the vault has to be closed."""

    def __init__(
        self, window: Window, background: Background, preferences: Preferences, parts: Parts
    ) -> None:
        super().__init__()
        self._window, self._background, self._parts = window, background, parts
        self._jobs, self._timers = background.asker(), QtTimers(self)
        self.choices = LookChoices(window.look, preferences, self._restyle)
        self._built: dict[str, Built] = {}
        self._place = Place("today")
        self._visit = ""
        self._device = ""
        self._gone = False
        self._waiting: Waiting | None = None
        self._consultations = ConsultationLog()
        self._visits: list[VisitCard] = []
        self._leaving: Callable[[], None] | None = None
        self.status, self.notice = StatusBar(), Notice()
        self.navigation = Navigation([(name, one.title()) for name, one in SCREENS.items() if one.in_menu])
        self._menu = Button(_("Menu"), self._toggle_menu)
        self._stack = QStackedWidget()
        self._lay_out()
        self.saving = SavedState(self.status, self._timers, parts.clock)
        self.context = Context(
            self._jobs,
            self._timers,
            parts.clock,
            self.saving,
            self.go,
            self.notice.say,
            parts.envelope,
            parts.render,
            parts.page_images,
            parts.instruments,
            preferences.language,
            lambda: new_record_id(self._device),
            self._log_reading,
        )
        self.courier = Delivering(
            background, self._jobs, self._timers, parts.depots, parts.envelope, parts.clock
        )
        self.idle = IdleLock(self.status, self._timers, parts.seconds, self.lock)
        self.session = SessionWatch(self)
        self.cover = Cover(window)
        self._locking = Locking(self.cover, self, self._timers, self.locked.emit)
        self._spot: Spot | None = None
        self._held: Spot | None = None
        """Where the person was, as long as an account of a loss is in front of it."""
        self._returning: Returning | None = None
        self._telling = Telling(
            self._jobs, self._timers, self.notice, self.go, parts.clock, lambda: self.in_use
        )
        self._keys = Keys(self)
        self.palette_layer = Palette(self._palette_commands, self)
        self._connect()

    def _connect(self) -> None:
        self._window.used.connect(self.idle.used)
        self._background.changes_committed.connect(self._changed)
        self._background.problem_met.connect(self._tell_problem)
        self.navigation.chosen.connect(self._chosen)
        self.navigation.lock_asked.connect(self.lock)
        self.status.lock_asked.connect(self.lock)
        self.session.going.connect(self._going)
        self.cover.again_asked.connect(self._locking.try_again)
        self.cover.given_up.connect(self._locking.give_up)
        self.status.palette_asked.connect(self.open_palette)
        self.status.send_asked.connect(lambda: self.go(Place("send")))
        self.courier.listen(self._delivering)

    # Beginning and ending

    def begin(self) -> None:
        """Take policy and marking from the vault and return to where the person was."""
        self.idle.start(Policy().lock_minutes)  # a vault that cannot answer must not stay open either
        self._jobs.on_vault(_begin, self._begun)

    def _begun(self, found: _Beginning) -> None:
        self._device = found.device
        first = found.inspections[0] if found.inspections else None
        if first is not None:
            self._window.show_marking(first.marking or found.policy.marking, first.handling)
        self._window.setWindowTitle(_("Field Inspect"))
        self._visits = found.visits
        self._show_waiting(found.waiting)
        self.courier.begin()
        self.idle.start(found.policy.lock_minutes)
        self._telling.begin(loss_is_shown=found.lost)
        self._held = found.spot
        if found.lost:
            self.go(Place("account"))  # told before anything else; where the person was waits
        else:
            self.resume()

    def resume(self) -> None:
        """Return to where the person was before locking; once done, to the overview."""
        spot, self._held = self._held, None
        if spot is None or spot.place.screen not in SCREENS or spot.place.screen == "account":
            self.go(Place("today"))
            return
        self.go(spot.place)
        self._returning = Returning(spot, self._screen(spot.place.screen), self._jobs, self._timers, self)
        self._returning.begin()

    def lock(self, grace_ms: int = IDLE_GRACE_MS) -> None:
        """Cover the screen, write everything down, then lock. Never waits for a question."""
        self._leaving = None  # whoever was about to quit gets a locked window
        _close_dialogs(self._window)
        self._locking.lock(grace_ms)

    def _going(self) -> None:
        self.lock(GOING_GRACE_MS)

    def leave(self, done: Callable[[], None]) -> None:
        """Write everything down, then `done`; if something cannot be saved, say so and offer to go all the same."""
        if self._locking.begun:
            self._locking.try_again()
            return
        if self._leaving is not None:
            return
        self._leaving = done
        before = self.saving.failures
        self.write_down(lambda: self._left(before))

    def _left(self, failures: int) -> None:
        done, self._leaving, self._spot = self._leaving, None, None
        if done is None:
            return
        if self.saving.failures > failures:
            self.notice.say(
                _(
                    "Something is not saved. Free some space, or leave all the same and lose what is not saved."
                ),
                wrong=True,
                action=_("Leave all the same"),
                run=done,
            )
        else:
            done()

    # What locking needs

    def write_down(self, done: Callable[[], None]) -> None:
        """Hand everything typed to the vault, and where the person was; call `done` when it has answered."""
        QGuiApplication.inputMethod().commit()
        if self._spot is None:
            here = spot_of(self._place, self._screen(self._place.screen))
            self._spot = here if here.words or self._held is None else self._held
        for built in self._built.values():
            self._leave(built)
        spot, now = self._spot, self._parts.clock()
        draft = Draft(DraftKey(_PLACE, _PLACE), "", _PLACE, spot.written(), now, now)

        def refused(problem: Problem) -> None:
            if spot.words:  # half-typed text goes with it; a place alone may be forgotten
                self.saving.failed(problem)
            done()

        self._jobs.on_vault(lambda vault: vault.save_draft(draft), lambda _nothing: done(), refused)

    def _leave(self, built: Built) -> None:
        """Leave a screen; one that fails keeps neither the others from being written down nor the cover away."""
        try:
            built.presenter.leave()
        except Exception as error:  # noqa: BLE001 - a mistake of ours too: it counts as not saved, which is said
            self.saving.saving()
            self.saving.failed(problem(error))

    def stop_job(self) -> None:
        self._background.stop_job()

    @property
    def failures(self) -> int:
        return self.saving.failures

    @property
    def under_way(self) -> int:
        return self.saving.under_way

    def close_down(self) -> None:
        """Stop listening: what is still on its way is told to nobody. The vault closes next."""
        self._gone = True
        self.courier.close()
        self.idle.stop()
        if self._returning is not None:
            self._returning.stop()
        self._window.drop_part(self.cover)
        self.session.going.disconnect(self._going)
        self._window.used.disconnect(self.idle.used)
        self._background.changes_committed.disconnect(self._changed)
        self._background.problem_met.disconnect(self._tell_problem)
        self._jobs.shut()
        self._timers.stop()
        for timer in self.findChildren(QTimer):  # a long section on its way to the screen, a blinking cursor
            timer.stop()

    # Screens

    @property
    def parts(self) -> Parts:
        """What the composition root handed in."""
        return self._parts

    @property
    def place(self) -> Place:
        return self._place

    @property
    def visits(self) -> Sequence[VisitCard]:
        """The visits as last read, latest first."""
        return self._visits

    @property
    def in_use(self) -> frozenset[str]:
        """The records that are open in some screen of this session."""
        return frozenset(filter(None, (self._visit, self._place.record)))

    def certify(self, certificate: DestructionCertificate, language: str) -> bytes:
        """Return a certificate of destruction as a PDF."""
        return self._parts.certify(certificate, language)

    @property
    def current(self) -> QWidget:
        """The view in front."""
        return self._screen(self._place.screen).view

    def go(self, place: Place) -> None:
        """Leave the screen in front, which writes down what was typed there, and enter another."""
        if place.screen == "visit" and not place.record:
            if not self._visit:
                self.notice.say(_("No visit is open. Start one first."))
                return
            place = Place("visit", self._visit)
        self._screen(self._place.screen).presenter.leave()
        self._place = place
        if place.screen == "visit":
            self._visit = place.record
        built = self._screen(place.screen)
        self._stack.setCurrentWidget(built.view)
        self.navigation.show_current(place.screen)
        self.navigation.setVisible(not self._menu.isVisible())
        built.presenter.enter(place)
        self._log_reading(place.record)
        if isinstance(built.view, VisitView):
            built.view.panes.bring(built.view.left)
        focus_first(built.view)

    def _log_reading(self, record: str) -> None:
        if record:
            now, log = self._parts.clock(), self._consultations
            self._jobs.on_vault(lambda vault: log.opened(vault, [record], happened=now), lambda _logged: None)

    def begin_record(self, kind: str) -> None:
        """Begin a record of a stream: under the visit in front, or else under the inspection."""
        presenter = self._screen("records").presenter
        assert isinstance(presenter, RecordsPresenter)  # noqa: S101 - the table of screens says so
        presenter.begin_under(kind, self._place.record if self._place.screen == "visit" else "")

    def _screen(self, name: str) -> Built:
        built = self._built.get(name)
        if built is None:
            built = self._built[name] = SCREENS[name].build(self.context, self)
            self._stack.addWidget(built.view)
            self._fit()
        return built

    def _chosen(self, screen: str) -> None:
        self.go(Place(screen))

    def _changed(self, changes: Changes) -> None:
        if self._gone:  # what was on its way when it stopped listening still arrives
            return
        for built in self._built.values():
            built.presenter.changed(changes)
        self._jobs.on_vault(_outbox, self._outbox_read)

    def _outbox_read(self, found: tuple[Waiting, News]) -> None:
        self._show_waiting(found[0])
        self._telling.tell(found[1])

    def _delivering(self, state: SyncState) -> None:
        self._show_waiting()
        if not state.running and not self._gone:
            self._jobs.on_vault(_outbox, self._outbox_read)

    def _show_waiting(self, found: Waiting | None = None) -> None:
        self._waiting = found or self._waiting
        if self._waiting is not None and not self._gone:
            words, warning = told(self._waiting, self.courier.state, self._parts.clock())
            self.status.show_waiting(words, warning=warning)

    def _tell_problem(self, problem: Problem) -> None:
        if self._gone:
            return
        self.notice.say(problem.sentence, wrong=True)

    # Commands

    def commands(self) -> Sequence[Command]:
        """Return everything that can be done here and now."""
        return self._keys.commands()

    def _palette_commands(self) -> Sequence[Command]:
        visits = [
            Command(
                _("Go to visit: {station}").format(station=card.station),
                "",
                partial(self._open, card),
            )
            for card in self._visits
        ]
        return [*self.commands(), *visits]

    def _open(self, card: VisitCard) -> None:
        self.go(Place("visit", card.id))

    def open_palette(self) -> None:
        self._jobs.on_vault(lambda vault: reading.visits(vault, counted=False), self._visits_read)
        self.palette_layer.open()

    def _visits_read(self, visits: list[VisitCard]) -> None:
        self._visits = visits

    # Layout

    def _lay_out(self) -> None:
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self._menu)
        middle.addWidget(self.notice)
        middle.addWidget(self._stack, 1)
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addWidget(self.navigation)
        line.addLayout(middle, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line, 1)
        column.addWidget(self.status)
        self._menu.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Choose one, two or three panes by the width in hand and the text size."""
        width = self.width() / self._window.look.scale
        self.navigation.fit(self._window.look.scale)
        small = width < MIDDLE
        if small != (not self._menu.isHidden()):
            self._menu.setVisible(small)
            self.navigation.setVisible(not small)
        visit = self._built.get("visit")
        if visit is not None and isinstance(visit.view, VisitView):
            visit.view.panes.set_narrow(width < WIDE)
            visit.view.set_compact(self.height() / self._window.look.scale < LOW)

    def _restyle(self) -> None:
        self._window.restyle()
        self._fit()

    def _toggle_menu(self) -> None:
        self.navigation.setVisible(not self.navigation.isVisible())
        if self.navigation.isVisible():
            self.navigation.list.setFocus()


def _close_dialogs(window: QWidget) -> None:
    """Close what stands in front of the window, such as a dialog that lists files."""
    for other in QApplication.topLevelWidgets():
        if other is not window and other.isVisible():
            other.close()


def _begin(vault: DeskVault) -> _Beginning:
    roster = vault.roster()
    places = [draft for draft in vault.drafts() if draft.kind == _PLACE]
    return _Beginning(
        roster.policy if roster else Policy(),
        reading.inspections(vault),
        reading.visits(vault, counted=False),
        waiting(vault),
        read(places[-1].value) if places else Spot(),
        vault.identity.device,
        bool(unread(vault)),
    )


def _outbox(vault: DeskVault) -> tuple[Waiting, News]:
    return waiting(vault), news(vault)
