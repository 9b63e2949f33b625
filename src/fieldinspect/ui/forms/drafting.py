"""What a person typed into a form that is not an answer yet: kept as drafts after a pause."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from fieldinspect.domain.views import Draft, DraftKey
from fieldinspect.ui.context import Context
from fieldinspect.ui.jobs.debounce import Debounce
from fieldinspect.ui.jobs.port import Problem

if TYPE_CHECKING:
    from fieldinspect.services.ports import Vault

PAUSE_MS, IDLE_MS = 400, 30_000


class Drafts:
    """The typing in one record; owned by the form's presenter."""

    def __init__(self, context: Context, leave: Callable[[], None]) -> None:
        """`leave` makes answers of the typing, after a while without any."""
        self._context = context
        self.typing: dict[str, str] = {}
        """By path what becomes the answer when the person leaves the field."""
        self.unchosen: dict[str, str] = {}
        """By path what was typed into a list to find something in it: it is no answer until a choice is made."""
        self.refused: dict[str, str] = {}
        """By path why the form did not take what was typed, or chosen."""
        self._place = "", "", ""
        self._pause = Debounce(context.timers, PAUSE_MS, self._save)
        self._idle = Debounce(context.timers, IDLE_MS, leave)

    def begin(self, record: str, kind: str, about: str) -> None:
        """Take up a record; `about` is what it belongs to."""
        self._place = record, kind, about

    @property
    def all(self) -> dict[str, str]:
        return self.typing | self.unchosen

    def key(self, path: str) -> DraftKey:
        return DraftKey(self._place[0], path)

    def typed(self, path: str, text: str) -> None:
        self.typing[path] = text
        self.refused.pop(path, None)
        self._pause.ask()
        self._idle.ask()

    def sought(self, path: str, text: str) -> None:
        """Keep what was typed into a list; "" when nothing is left of it."""
        if text:
            self.unchosen[path] = text
            self._pause.ask()
        elif self.unchosen.pop(path, None) is not None:
            key = self.key(path)
            self._context.jobs.on_vault(lambda vault: vault.drop_draft(key), lambda _nothing: None)

    @property
    def under_way(self) -> bool:
        """Whether anything is typed that may still become an answer by itself."""
        return bool(self.typing.keys() - self.refused.keys())

    def refuse(self, path: str, sentence: str) -> None:
        """Keep what was typed, for the form did not take it as an answer; `sentence` says why."""
        self.refused[path] = sentence

    def take(self, path: str) -> list[DraftKey]:
        """Forget what was typed at a path, for the question is answered; return the drafts that go with it."""
        self.refused.pop(path, None)
        typed = [each.pop(path, None) for each in (self.typing, self.unchosen)]
        if not self.typing:
            self._idle.drop()
            if not self.unchosen:
                self._pause.drop()
        return [self.key(path)] if any(text is not None for text in typed) else []

    def recover(self, drafts: Iterable[Draft], is_list: Callable[[str], bool]) -> None:
        """Take up what the vault has; what was typed since goes before it."""
        for draft in drafts:
            path = draft.key.field
            if path not in self.all:
                (self.unchosen if is_list(path) else self.typing)[path] = draft.value

    def put_away(self) -> None:
        """Save at once what waits to be saved: the person goes elsewhere."""
        self._pause.flush()

    def forget(self) -> None:
        self.typing, self.unchosen, self.refused = {}, {}, {}
        self._pause.drop()
        self._idle.drop()

    def _save(self) -> None:
        now, (_record, kind, about) = self._context.clock(), self._place
        drafts = [Draft(self.key(path), about, kind, text, now, now) for path, text in self.all.items()]
        if not drafts:
            return

        def save(vault: Vault) -> None:
            for draft in drafts:
                vault.save_draft(draft)

        self._context.saving.saving()
        self._context.jobs.on_vault(save, lambda _nothing: self._context.saving.saved(), self._failed)

    def _failed(self, problem: Problem) -> None:
        self._context.saving.failed(problem)
        self._pause.ask()
