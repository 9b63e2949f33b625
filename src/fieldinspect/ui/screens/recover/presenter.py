"""Open a vault by its recovery code or two shares, and set a new passphrase."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Protocol

from fieldinspect.i18n import _
from fieldinspect.ui.jobs.port import Lane, Problem, Timers
from fieldinspect.ui.secrets.choosing import Choosing
from fieldinspect.ui.secrets.choosing import View as PassphrasePart
from fieldinspect.ui.secrets.typing import read_back, trouble
from fieldinspect.ui.secrets.waiting import Waiting

if TYPE_CHECKING:
    from pathlib import Path

    from fieldinspect.domain.views import VaultPlace
    from fieldinspect.services.ports import OpenVault, VaultDoor


_LONGEST = 1024
"""Bytes read of a file that should hold a share."""


class Way(Enum):
    """What is used in place of the passphrase."""

    CODE = "code"
    SHARES = "shares"


class Step(IntEnum):
    SECRET = 0
    PASSPHRASE = 1


class View(Protocol):
    """What the presenter says to the screen."""

    @property
    def passphrase(self) -> PassphrasePart: ...

    def show_step(self, step: Step) -> None: ...

    def show_read(self, groups: str) -> None:
        """Show the recovery code as it was read, group by group."""
        ...

    def show_secret(self, index: int, text: str) -> None:
        """Put what a file holds into a field."""
        ...

    def show_problems(self, problems: Sequence[str]) -> None:
        """Say what is wrong: one sentence for each field of the step in front, "" where nothing is."""
        ...

    def show_wait(self, sentence: str, *, aloud: bool) -> None: ...

    def show_working(self, working: bool) -> None: ...

    def forget(self) -> None:
        """Clear every field."""
        ...


class RecoverPresenter:
    """First the secret, then the passphrase; the vault tries both at once."""

    def __init__(
        self,
        view: View,
        lane: Lane,
        timers: Timers,
        door: VaultDoor,
        place: VaultPlace,
        way: Way,
        *,
        opened: Callable[[str], None],
        left: Callable[[], None],
    ) -> None:
        """Begin with nothing; `opened` gets the new passphrase, with which a new recovery code can be made."""
        self._view = view
        self._lane = lane
        self._door = door
        self._place = place
        self._way = way
        self._opened = opened
        self._left = left
        self.choosing = Choosing(view.passphrase, lane, timers)
        self._wait = Waiting(view.show_wait, lane, timers)
        self._secrets: Sequence[str] = ()
        self._passphrase = ""
        self._busy = False

    def begin(self) -> None:
        self.choosing.begin()
        self._show(Step.SECRET)
        self._look_at_wait()

    def typed(self, code: str) -> None:
        self._view.show_read(read_back(code))

    def give(self, secrets: Sequence[str]) -> None:
        """Take the code, or two shares, and go on when they can be right."""
        if self._busy or self._wait.holds():
            return
        self._secrets = [secret.strip().replace("–", "-") for secret in secrets]  # as the page prints it
        problems = [self._missing(secret) for secret in self._secrets]
        self._view.show_problems(problems)
        if any(problems):
            return
        given, check = self._secrets, _misread_code if self._way is Way.CODE else _misread_share
        self._busy = True
        self._lane.aside(lambda: [check(secret) for secret in given], self._checked, self._refused)

    def take_file(self, index: int, path: Path) -> None:
        """Take a share from the file its keeper made, so that it never comes to the clipboard."""
        self._lane.aside(
            lambda: _text_of(path),
            lambda text: self._view.show_secret(index, text),
            lambda problem: self._view.show_problems([*[""] * index, problem.sentence]),
        )

    def choose(self, passphrase: str, again: str) -> None:
        """Take the new passphrase, and open the vault."""
        if self._busy:
            return
        self._busy = True
        self._passphrase = passphrase
        self.choosing.check(passphrase, again, self._open, self._weak)

    def back(self) -> None:
        if not self._busy:
            self._wait.stop()
            self._view.forget()
            self.choosing.forget()
            self._left()

    def _missing(self, secret: str) -> str:
        if self._way is Way.CODE:
            return trouble(secret)
        return "" if secret else _("Enter the share, as its keeper gave it to you")

    def _checked(self, problems: list[str]) -> None:
        self._busy = False
        self._view.show_problems(problems)
        if not any(problems):
            self._show(Step.PASSPHRASE)

    def _weak(self, sentence: str) -> None:
        self._busy = False
        self._view.show_problems([sentence])

    def _open(self) -> None:
        self._view.show_working(True)
        self._lane.open_vault(self._work(), self._done, self._refused)

    def _work(self) -> Callable[[], OpenVault]:
        door, place, secrets, passphrase = self._door, self._place, self._secrets, self._passphrase
        if self._way is Way.CODE:
            return lambda: door.open_with_recovery_code(place, secrets[0], passphrase)
        return lambda: door.open_with_shares(place, secrets, passphrase)

    def _done(self, _nothing: None) -> None:
        passphrase, self._passphrase, self._secrets = self._passphrase, "", ()
        self._wait.stop()
        self._view.show_working(False)
        self._view.forget()
        self.choosing.forget()
        self._opened(passphrase)

    def _refused(self, problem: Problem) -> None:
        """Go back to the secret, which is kept, as the passphrase is."""
        self._busy = False
        self._view.show_working(False)
        self._show(Step.SECRET)
        self._view.show_problems([problem.sentence])
        self._look_at_wait()

    def _show(self, step: Step) -> None:
        self._view.show_step(step)
        self._view.show_problems([])

    def _look_at_wait(self) -> None:
        door, place = self._door, self._place
        self._wait.look(lambda: door.wait(place))


def _text_of(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_LONGEST).decode("ascii", "replace").strip()


def _misread_code(code: str) -> str:
    from fieldinspect.crypto.recovery import MistypedRecoveryCode, from_code

    try:
        from_code(code)
    except MistypedRecoveryCode as error:
        return str(error)
    return ""


def _misread_share(text: str) -> str:
    from fieldinspect.crypto.escrow import MistypedShare, read_share

    try:
        read_share(text)
    except MistypedShare as error:
        return str(error)
    return ""
