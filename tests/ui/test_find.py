"""Finding words: what the screen shows of somebody's reading of a case file counts as seen."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

from fieldinspect.domain.views import SearchHit
from fieldinspect.services import second_reading
from fieldinspect.store.vault import StoredVault
from fieldinspect.ui.context import Place
from fieldinspect.ui.screens.find.presenter import FindPresenter
from tests.services.test_second_reading import Readers, first_reading, readers
from tests.team import NOW, carry, door, make_vault

__all__ = ["door", "make_vault", "readers"]


class Shown:
    hits: Sequence[SearchHit] = ()

    def show_hits(self, hits: Sequence[SearchHit], _words: str) -> None:
        self.hits = hits


class AtOnce:
    """A background without a thread, and a clock that waits for nothing."""

    def __init__(self, vault: StoredVault) -> None:
        self._vault = vault

    def on_vault(self, work: Callable[[StoredVault], object], done: Callable[[object], None]) -> None:
        done(work(self._vault))

    def after(self, _milliseconds: int, call: Callable[[], None]) -> SimpleNamespace:
        call()
        return SimpleNamespace(stop=lambda: None, cancel=lambda: None)


def test_whose_search_shows_a_reading_does_not_read_that_file_again(readers: Readers, tmp_path: Path) -> None:
    ann, ben = readers
    first = first_reading(ann)
    carry(ann, ben, tmp_path)
    view, background = Shown(), AtOnce(ben)
    context = SimpleNamespace(jobs=background, timers=background, clock=lambda: NOW)
    find = FindPresenter(view, context)  # type: ignore[arg-type]  # of a context it uses no more
    find.enter(Place("find"))
    find.typed("zebra")
    assert first in second_reading.may_be_read_again(ben)
    find.typed("Sound")
    assert [hit.record for hit in view.hits] == [first]
    assert first not in second_reading.may_be_read_again(ben)
