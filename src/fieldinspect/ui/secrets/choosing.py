"""A new passphrase: how strong it is while it is typed, words to take instead, and whether it will do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from fieldinspect.i18n import _
from fieldinspect.ui.jobs.debounce import Debounce
from fieldinspect.ui.jobs.port import Jobs, Timers

_PAUSE_MS: Final = 300
_FEW_BITS, _ENOUGH_BITS, _MANY_BITS = 35, 60, 80


class View(Protocol):
    """What is said beside the fields."""

    def suggest(self, passphrase: str) -> None: ...

    def show_strength(self, sentence: str) -> None: ...


class Choosing:
    """Estimates off the window's thread, for the last text only."""

    def __init__(self, view: View, jobs: Jobs, timers: Timers) -> None:
        self._view = view
        self._jobs = jobs
        self._typed = ""
        self._pause = Debounce(timers, _PAUSE_MS, self._estimate)

    def begin(self) -> None:
        self.forget()
        self.suggest_again()

    def suggest_again(self) -> None:
        self._jobs.aside(_words, self._view.suggest)

    def typed(self, text: str) -> None:
        self._typed = text
        if text:
            self._pause.ask()
        else:
            self.forget()

    def forget(self) -> None:
        self._typed = ""
        self._pause.drop()
        self._view.show_strength("")

    def check(self, text: str, again: str, good: Callable[[], None], bad: Callable[[str], None]) -> None:
        """Call `good`, or `bad` with what is wrong."""
        if not text:
            bad(_("Enter a passphrase"))
        elif again != text:
            bad(_("The two passphrases are not the same"))
        else:
            self._jobs.aside(
                lambda: _require(text), lambda _nothing: good(), lambda problem: bad(problem.sentence)
            )

    def _estimate(self) -> None:
        text = self._typed

        def show(bits: float) -> None:
            if text == self._typed:
                self._view.show_strength(strength_in_words(bits))

        self._jobs.aside(lambda: _bits(text), show)


def strength_in_words(bits: float) -> str:
    """Return what to say of a passphrase that withstands 2 to the power of `bits` guesses."""
    if bits < _FEW_BITS:
        return _("Strength: very easy to guess. Add more words")
    if bits < _ENOUGH_BITS:
        return _("Strength: not enough yet. Add another word or two")
    return _("Strength: good") if bits < _MANY_BITS else _("Strength: very good")


def _words() -> str:
    from fieldinspect.crypto.passphrase import offer_passphrase  # imports word lists: never before the window

    return offer_passphrase()


def _bits(text: str) -> float:
    from fieldinspect.crypto.passphrase import estimate_bits

    return estimate_bits(text)


def _require(text: str) -> None:
    from fieldinspect.crypto.passphrase import require_strength
    from fieldinspect.crypto.slots import check_length

    check_length(text)
    require_strength(text)
