"""From an empty window to an open vault and back. Imports nothing heavy: `Parts` bring that, from a thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from fieldinspect.i18n import _
from fieldinspect.ui.context import Place
from fieldinspect.ui.screens.unlock.presenter import UnlockPresenter
from fieldinspect.ui.screens.unlock.view import UnlockView
from fieldinspect.ui.shell.preferences import Preferences
from fieldinspect.ui.shell.window import Window
from fieldinspect.ui.theme.look import Look

if TYPE_CHECKING:
    from datetime import datetime

    from fieldinspect.domain.views import VaultPlace
    from fieldinspect.services.depot_ports import Depots, SyncEnvelope
    from fieldinspect.services.ports import OpenVault, VaultDoor
    from fieldinspect.ui.jobs.lane import Background
    from fieldinspect.ui.screens.create.presenter import CreatePresenter
    from fieldinspect.ui.screens.create.view import CreateView
    from fieldinspect.ui.screens.restore.presenter import RestorePresenter
    from fieldinspect.ui.screens.restore.view import RestoreView
    from fieldinspect.ui.shell.clipboard import OwnClipboard
    from fieldinspect.ui.shell.desk import Desk
    from fieldinspect.ui.shell.entrance import Entrance

_LOOK_MS, _FINISH_MS = 50, 3_000
"""How long what runs beside the vault, such as writing a file, may go on before the process is replaced."""


class Parts(NamedTuple):
    """What the composition root hands in, once its imports are done."""

    door: VaultDoor
    envelope: SyncEnvelope
    render: Callable[[Any, str], bytes]
    page_images: Callable[[bytes, float], Sequence[Any]]
    clock: Callable[[], datetime]
    seconds: Callable[[], float]
    instruments: Callable[[], Mapping[str, tuple[str, bytes]]]
    certify: Callable[[Any, str], bytes]
    """Certificate of destruction and language -> PDF."""
    paper: Callable[[Any, str], bytes]
    """Recovery code and language -> PDF."""
    depots: Depots


class Start(QObject):
    """Owns the window, the background and whichever part is in front.

    `again` replaces the program by a fresh one after a lock; tests hand in something gentler.
    """

    def __init__(
        self,
        application: QApplication,
        look: Look,
        preferences: Preferences,
        parts: Callable[[], Parts],
        again: Callable[[], None],
    ) -> None:
        super().__init__()
        self.window = Window(application, look)
        self.window.closing.connect(self._close)
        self._preferences = preferences
        self._make_parts = parts
        self._again = again
        self._parts: Parts | None = None
        self.background: Background | None = None
        self.desk: Desk | None = None
        self.clipboard: OwnClipboard | None = None
        self.create_view: CreateView | None = None
        self._create_presenter: CreatePresenter | None = None
        self.restore_view: RestoreView | None = None
        self._restore_presenter: RestorePresenter | None = None
        self.entrance: Entrance | None = None
        self._known = False
        self._unlock_view = UnlockView()

    def show(self) -> None:
        """Show the window at once; go on with everything else when it stands."""
        self.window.show_part(self._unlock_view)
        self.window.show()
        self.window.activateWindow()
        QTimer.singleShot(0, self, self._load)

    def stop(self) -> None:
        """End the threads; the window is gone after this."""
        if self.background is not None:
            self._timers.stop()
            self.background.stop()

    @property
    def ready(self) -> bool:
        """Whether the vaults that are here are known, so that one can be unlocked or made."""
        return self._known

    def _load(self) -> None:
        from fieldinspect.ui.jobs.lane import Background, QtTimers

        self.background = Background(self)
        self._timers = QtTimers(self)
        self.unlock_presenter = UnlockPresenter(
            self._unlock_view,
            self.background,
            self._timers,
            opened=self._opened,
            found=self._vaults_known,
        )
        view = self._unlock_view
        view.unlock_asked.connect(self.unlock_presenter.unlock)
        view.vault_chosen.connect(self.unlock_presenter.choose)
        view.new_vault_asked.connect(self.create)
        view.recovery_asked.connect(lambda: self._recover(shares=False))
        view.shares_asked.connect(lambda: self._recover(shares=True))
        view.restore_asked.connect(self.restore)
        self.background.aside(self._make_parts, self._parts_ready)

    def _parts_ready(self, parts: Parts) -> None:
        from fieldinspect.ui.shell.entrance import Entrance

        assert self.background is not None  # noqa: S101 - it made the parts
        self._parts = parts
        self.entrance = Entrance(
            self.window,
            self.background,
            self._timers,
            parts,
            self._preferences.language,
            lock=self._locked,
            parent=self,
        )
        self.unlock_presenter.door_ready(parts.door)

    def _vaults_known(self, count: int) -> None:
        self._known = True
        if not count:
            self.create()

    def create(self) -> None:
        """Ask the questions that make a new vault."""
        if self._parts is None or self.background is None:
            return
        from fieldinspect.ui.screens.create.presenter import CreatePresenter
        from fieldinspect.ui.screens.create.view import CreateView
        from fieldinspect.ui.secrets.new_passphrase import wire_choosing

        if self.create_view is not None:
            self.window.drop_part(self.create_view)
        view = CreateView()
        presenter = CreatePresenter(
            view, self.background, self._timers, opened=self._made, left=self._leave_create
        )
        self.create_view, self._create_presenter = view, presenter
        view.answered.connect(presenter.answer)
        view.back_asked.connect(presenter.back)
        wire_choosing(view.passphrase, presenter.choosing)
        view.create_asked.connect(presenter.create)
        presenter.door_ready(self._parts.door)
        self.window.show_part(view)
        presenter.begin()

    def restore(self) -> None:
        """Ask for a backup and what opens it."""
        if self._parts is None or self.background is None:
            return
        from fieldinspect.ui.screens.restore.presenter import RestorePresenter
        from fieldinspect.ui.screens.restore.view import RestoreView

        self._drop_restore()
        view = RestoreView()
        presenter = RestorePresenter(
            view,
            self.background,
            self._timers,
            self._parts.door,
            opened=self._opened,
            left=self._leave_create,
        )
        self.restore_view, self._restore_presenter = view, presenter
        view.file_given.connect(presenter.choose)
        view.restore_asked.connect(lambda secret, is_code: presenter.restore(secret, is_code=is_code))
        view.stop_asked.connect(presenter.stop)
        view.back_asked.connect(presenter.back)
        self.window.show_part(view)
        view.first.setFocus()

    def _drop_restore(self) -> None:
        if self.restore_view is not None:
            self.window.drop_part(self.restore_view)
            self.restore_view = self._restore_presenter = None

    def _leave_create(self) -> None:
        self.window.show_part(self._unlock_view)

    def _made(self, passphrase: str) -> None:
        from fieldinspect.ui.screens.handover.presenter import Why

        assert self.entrance is not None  # noqa: S101 - it comes with the parts
        self.entrance.hand_over(passphrase, Why.MADE, self._opened)
        if self.create_view is not None:  # a passphrase was typed there
            self.window.drop_part(self.create_view)
            self.create_view = self._create_presenter = None

    def _recover(self, *, shares: bool) -> None:
        from fieldinspect.ui.screens.recover.presenter import Way

        place = self.unlock_presenter.place
        if self.entrance is not None and place is not None:
            way = Way.SHARES if shares else Way.CODE
            self.entrance.recover(place, way, opened=self._opened, left=self._leave_recovery)

    def _leave_recovery(self) -> None:
        assert self.entrance is not None  # noqa: S101 - it is what is left
        self.window.show_part(self._unlock_view)
        self.entrance.leave()
        self.unlock_presenter.look_again()

    def _opened(self) -> None:
        from fieldinspect.ui.secrets.code import new_keepers
        from fieldinspect.ui.shell.clipboard import OwnClipboard
        from fieldinspect.ui.shell.desk import Desk

        parts, background = self._parts, self.background
        assert parts is not None  # noqa: S101 - the vault came through its door
        assert background is not None  # noqa: S101 - it opened the vault
        if self.clipboard is None:
            self.clipboard = OwnClipboard(self)
        self.desk = Desk(self.window, background, self._preferences, parts)
        self.desk.locked.connect(self._locked)
        self.desk.rotation_asked.connect(self._rotate)
        self.window.ask_before_closing(True)
        self.window.show_part(self.desk)
        self._drop_restore()
        self.desk.begin()
        background.on_vault(lambda vault: new_keepers(parts.door, vault), self._tell_keepers)

    def _tell_keepers(self, sentence: str) -> None:
        desk = self.desk
        if sentence and desk is not None:
            desk.notice.say(sentence, action=_("Keys of this vault"), run=lambda: desk.go(Place("keys")))

    def _rotate(self) -> None:
        """Close the vault and ask for the rest. Whatever comes of it, the program begins afresh."""
        desk, background, parts = self.desk, self.background, self._parts
        assert desk is not None  # noqa: S101 - it asked
        assert background is not None  # noqa: S101 - it holds the vault
        assert parts is not None  # noqa: S101 - the vault came through its door

        def closed(found: tuple[VaultPlace, str]) -> None:
            self.window.show_locked()
            self.window.show_part(self._unlock_view)
            self.drop_desk()
            self._close_vault(lambda: self._ask_to_rotate(*found))

        desk.leave(lambda: background.on_vault(lambda vault: _place_of(parts.door, vault), closed))

    def _ask_to_rotate(self, place: VaultPlace, vault: str) -> None:
        assert self.entrance is not None  # noqa: S101 - it comes with the parts
        self.entrance.rotate(place, vault, self._rotated)

    def _rotated(self) -> None:
        assert self.entrance is not None  # noqa: S101 - it showed the work
        self.window.show_part(self._unlock_view)
        self.entrance.leave()
        self._afresh()

    def _locked(self) -> None:
        """Everything is written down: close the vault, forget the screens, begin afresh."""
        assert self.background is not None  # noqa: S101 - the desk worked with it
        self.window.show_locked()
        self.window.show_part(self._unlock_view)
        self.drop_desk()
        self._close_vault(self._afresh)

    def _close_vault(self, closed: Callable[[], None]) -> None:
        """Close the vault, then `closed`. What cannot be tidied away at closing is at the next opening."""
        assert self.background is not None  # noqa: S101 - it holds the vault
        self.background.close_vault(lambda _nothing: closed(), lambda _problem: closed())

    def _afresh(self, waited_ms: int = 0) -> None:
        """Begin afresh once nothing runs any more; what writes a file still may finish, for a while."""
        background = self.background
        assert background is not None  # noqa: S101 - it closed the vault
        if background.busy and waited_ms < _FINISH_MS:
            self._timers.after(_LOOK_MS, lambda: self._afresh(waited_ms + _LOOK_MS))
        else:
            self._again()

    def drop_desk(self) -> None:
        if self.desk is not None:
            if self.clipboard is not None:
                self.clipboard.clear()
            self.desk.close_down()
            self.window.drop_part(self.desk)
            self.desk = None
        self.window.ask_before_closing(False)

    def _close(self) -> None:
        if self.desk is not None:
            self.desk.leave(self._left)
        elif self.entrance is not None:
            self.entrance.leave()
            self._close_vault(self.window.leave)

    def _left(self) -> None:
        assert self.background is not None  # noqa: S101 - the desk worked with it
        self.drop_desk()
        self._close_vault(self.window.leave)


def _place_of(door: VaultDoor, vault: OpenVault) -> tuple[VaultPlace, str]:
    """Return where an open vault is, and its number."""
    folder = str(vault.staging.parent)
    return next(place for place in door.known() if place.folder == folder), vault.identity.vault
