"""Between the locked window and the desk: recovering a vault, its recovery code, and a new master key.

A vault that was just made or recovered is open here before there is a desk, so this locks as the desk does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fieldinspect.domain.roster import Policy
from fieldinspect.ui.screens.handover.presenter import HandoverPresenter, Why
from fieldinspect.ui.screens.handover.view import HandoverView
from fieldinspect.ui.screens.recover.presenter import RecoverPresenter, Way
from fieldinspect.ui.screens.recover.view import RecoverView
from fieldinspect.ui.screens.rotate.presenter import RotatePresenter
from fieldinspect.ui.screens.rotate.view import RotateView
from fieldinspect.ui.secrets.code_view import wire_code
from fieldinspect.ui.secrets.new_passphrase import wire_choosing
from fieldinspect.ui.shell.locking import IdleLock
from fieldinspect.ui.shell.session import SessionWatch

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from fieldinspect.domain.views import VaultPlace
    from fieldinspect.ui.jobs.lane import Background, QtTimers
    from fieldinspect.ui.shell.start import Parts
    from fieldinspect.ui.shell.window import Window


class Entrance(QObject):
    """Shows one part at a time, and forgets it when it is left."""

    def __init__(
        self,
        window: Window,
        background: Background,
        timers: QtTimers,
        parts: Parts,
        language: str,
        *,
        lock: Callable[[], None],
        parent: QObject,
    ) -> None:
        """`lock` closes the vault and begins afresh."""
        super().__init__(parent)
        self._window, self._background, self._timers = window, background, timers
        self._parts, self._language = parts, language
        self._lock_vault = lock
        self._part: QWidget | None = None
        self._presenter: object = None  # a connection does not keep it
        self._forget: Callable[[], None] = _nothing
        self._idle = IdleLock(_Unseen(), timers, parts.seconds, self._lock)
        self._session: SessionWatch | None = None

    def recover(
        self, place: VaultPlace, way: Way, *, opened: Callable[[], None], left: Callable[[], None]
    ) -> None:
        """Open a vault without its passphrase; then offer a code, and call `opened`."""
        why = Why.BY_CODE if way is Way.CODE else Why.BY_SHARES
        view = RecoverView(way, place.nickname)
        presenter = RecoverPresenter(
            view,
            self._background,
            self._timers,
            self._parts.door,
            place,
            way,
            opened=lambda passphrase: self.hand_over(passphrase, why, opened),
            left=left,
        )
        view.code_typed.connect(presenter.typed)
        view.secrets_given.connect(presenter.give)
        view.file_given.connect(presenter.take_file)
        view.passphrase_given.connect(presenter.choose)
        view.back_asked.connect(presenter.back)
        wire_choosing(view.passphrase, presenter.choosing)
        self._show(view, presenter, view.forget)
        presenter.begin()

    def hand_over(self, passphrase: str, why: Why, opened: Callable[[], None]) -> None:
        """Make or offer a recovery code for the vault that is open now, say who else can open it, then `opened`."""

        def done() -> None:
            self.leave()
            opened()

        view = HandoverView()
        presenter = HandoverPresenter(
            view,
            self._background,
            self._parts.door,
            self._parts.paper,
            self._language,
            self._today,
            done,
        )
        view.code_asked.connect(presenter.make)
        view.without_asked.connect(presenter.go_without)
        view.go_on_asked.connect(presenter.go_on)
        wire_code(view.code, presenter.keeping)
        self._show(view, presenter, presenter.forget)
        self._watch()
        presenter.begin(passphrase, why)

    def rotate(self, place: VaultPlace, vault: str, left: Callable[[], None]) -> None:
        """Give a vault that is closed a new master key; `vault` is its number, for the page to print."""
        view = RotateView(place.nickname)
        presenter = RotatePresenter(
            view,
            self._background,
            self._timers,
            self._parts.door,
            place,
            vault,
            self._parts.paper,
            self._language,
            self._today,
            left,
        )
        view.start_asked.connect(presenter.start)
        view.back_asked.connect(presenter.back)
        view.stop_asked.connect(presenter.stop)
        wire_choosing(view.passphrase, presenter.choosing)
        wire_code(view.code, presenter.keeping)
        self._show(view, presenter, presenter.forget)
        self._window.ask_before_closing(True)
        presenter.begin()

    def leave(self) -> None:
        """Forget what is shown and typed; work that can be stopped is."""
        self._idle.stop()
        if self._session is not None:
            self._session.going.disconnect(self._lock)
            self._window.used.disconnect(self._idle.used)
            self._session.let_sleep()
            self._session.deleteLater()
            self._session = None
        self._window.ask_before_closing(False)
        self._forget()
        self._forget = _nothing
        if self._part is not None:
            self._window.drop_part(self._part)
            self._part = self._presenter = None

    def _show(self, part: QWidget, presenter: object, forget: Callable[[], None]) -> None:
        self.leave()
        self._part, self._presenter, self._forget = part, presenter, forget
        self._window.show_part(part)

    def _watch(self) -> None:
        """Lock as the desk would: the vault is open."""
        self._window.ask_before_closing(True)
        self._session = SessionWatch(self)
        self._session.going.connect(self._lock)
        self._window.used.connect(self._idle.used)
        self._idle.start(Policy().lock_minutes)

    def _lock(self) -> None:
        self.leave()
        self._lock_vault()

    def _today(self) -> date:
        return self._parts.clock().date()


class _Unseen:
    """There is no status bar yet."""

    def show_lock_time(self, words: str, *, soon: bool) -> None:
        """Nobody is told: nothing that was typed can be lost here."""


def _nothing() -> None:
    """There is nothing to forget."""
