"""Four laptops write, ask, confirm, withdraw and send in any order: all show the same, and erased stays erased."""

import shutil
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldinspect.domain.custody import EraseReason, EraseState
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.kinds import Kind
from fieldinspect.services import capture, erasure
from fieldinspect.store.vault import StoredVault
from tests.kept_team import NAMES, Post, Team
from tests.team import NOW

_PERSON = st.integers(0, len(NAMES) - 1)
_STEP = st.one_of(
    st.tuples(st.just("note"), _PERSON, st.integers(0, 9)),
    st.tuples(st.just("correct"), _PERSON, st.integers(0, 9)),
    st.tuples(st.just("ask"), st.just(0), st.integers(0, 9)),
    st.tuples(st.just("withdraw"), st.just(0), st.integers(0, 9)),
    st.tuples(st.just("confirm"), st.just(3), st.integers(0, 9)),
    st.tuples(st.just("send"), _PERSON, _PERSON),
    st.tuples(st.just("send"), _PERSON, _PERSON),
)


class Play:
    """Plays a script on four open vaults; what a person could not do there is left out."""

    def __init__(self, vaults: list[StoredVault], visit: str) -> None:
        self.vaults, self.visit, self.post = vaults, visit, Post(5000)
        self.notes: list[str] = []
        self.requests: list[str] = []

    def step(self, act: str, who: int, what: int) -> None:
        vault = self.vaults[who]
        if act == "note":
            self.notes.append(capture.add_note(vault, self.visit, f"note {len(self.notes)}", happened=NOW))
        elif act == "send" and who != what:
            self.post.carry(vault, self.vaults[what])
        elif act == "correct" and self.notes:
            note = self.notes[what % len(self.notes)]
            if vault.record(note) is not None:
                capture.correct(vault, note, "text", f"by {who}, {what}", reason="x", happened=NOW)
        elif act == "ask" and self.notes:
            self._ask(vault, self.notes[what % len(self.notes)])
        elif act in ("confirm", "withdraw") and self.requests:
            asked = self.requests[what % len(self.requests)]
            try:
                if act == "confirm":
                    erasure.confirm(vault, asked, happened=NOW)
                else:
                    erasure.withdraw(vault, asked, "x", happened=NOW)
            except BadInput:
                return  # it is not here yet, or past that

    def _ask(self, vault: StoredVault, note: str) -> None:
        if vault.record(note) is not None:
            self.requests.append(
                erasure.request(vault, [note], reason=EraseReason.OTHER, why="x", basis="x", happened=NOW)
            )

    def meet(self) -> None:
        for _round in range(2):
            for sender in self.vaults:
                self.post.carry(sender, *(vault for vault in self.vaults if vault is not sender))


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(script=st.lists(_STEP, min_size=8, max_size=30))
def test_all_converge_whatever_was_erased_when(
    script: list[tuple[str, int, int]], reopen: Callable[..., StoredVault], kept: Team, tmp_path: Path
) -> None:
    for vault in kept.values():
        vault.close()
    place = tmp_path / "play"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(tmp_path / "team" / "vaults", place)
    vaults = [reopen(name, place / name) for name in NAMES]
    play = Play(vaults, vaults[0].of_kind(Kind.VISIT)[0].id)
    for act, who, what in script:
        play.step(act, who, what)
    play.meet()
    assert len({vault.digest() for vault in vaults}) == 1
    done = [one for one in erasure.erasures(vaults[0]) if one.state is EraseState.DONE]
    gone = {record for one in done for record in one.records}
    for vault in vaults:
        assert set(vault.erased()) == gone
        assert {view.id for view in vault.of_kind(Kind.NOTE)} == set(play.notes) - gone
        assert vault.examine_chains().problems == ()
        assert vault.rebuild()
        vault.close()
