"""A clock that jumps by ten years: order, the idle lock, the wait after wrong tries, and expiry hold."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from fieldinspect.crypto.slots import WrongPassphrase
from fieldinspect.domain.errors import BadInput
from fieldinspect.exchange import refusals
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import capture, exchange, reading
from fieldinspect.services.vault_keys import TooSoon
from fieldinspect.store import pen
from fieldinspect.store.throttle import FREE, Throttle
from fieldinspect.store.vault import StoredVault
from fieldinspect.ui.shell.locking import IdleLock
from tests.exchange.making import NOW as SEALED
from tests.exchange.making import World
from tests.fakes.background import FakeTime
from tests.team import NOW

YEARS = timedelta(days=3652)
JUMPS = (YEARS, -YEARS, -YEARS, YEARS)
Team = dict[str, StoredVault]


class Clock:
    """The clock on the wall, which somebody sets."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def time_ns(self) -> int:
        return time.time_ns() + int(self.ahead / timedelta(microseconds=1)) * 1000


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(pen, "time", made)
    return made


@pytest.fixture
def visit(team: Team, tmp_path: Path) -> str:
    lead, ann = team["lead"], team["ann"]
    send(lead, ann, tmp_path)
    inspection = reading.inspections(ann)[0].id
    return capture.start_visit(ann, inspection=inspection, station="Example Road", force="", happened=NOW)


def send(sender: StoredVault, receiver: StoredVault, stick: Path) -> None:
    envelope = BundleEnvelope()
    sealed = exchange.seal_bundle(sender, envelope, [receiver.identity.person], stick)
    exchange.receive_bundle(receiver, envelope, Path(sealed.path), now=NOW)


def test_the_later_correction_stands_whatever_the_clock_says(
    team: Team, visit: str, clock: Clock, tmp_path: Path
) -> None:
    ann, lead = team["ann"], team["lead"]
    note = capture.add_note(ann, visit, "first words", happened=NOW)
    for number, jump in enumerate(JUMPS):
        clock.ahead += jump
        capture.correct(ann, note, "text", f"words {number}", reason="misheard", happened=NOW)
        assert ann.record(note).get("text") == f"words {number}"  # type: ignore[union-attr]  # it is there
    clock.ahead = timedelta()
    send(ann, lead, tmp_path)
    for vault in (ann, lead):
        versions = [version.value for version in vault.history(note, "text")]
        assert versions == ["first words", *(f"words {number}" for number in range(len(JUMPS)))]
        assert vault.conflicts() == []
        assert vault.examine_chains().problems == ()


def test_a_colleague_ten_years_ahead_does_not_take_our_clock_along(
    team: Team, visit: str, clock: Clock, tmp_path: Path
) -> None:
    ann, lead = team["ann"], team["lead"]
    clock.ahead = YEARS
    capture.add_note(ann, visit, "from the future", happened=NOW)
    clock.ahead = timedelta()
    send(ann, lead, tmp_path)
    capture.add_note(lead, visit, "from today", happened=NOW)
    assert {view.get("text") for view in lead.children(visit)} >= {"from the future", "from today"}
    assert lead._pen.clock >> 16 < (time.time() + 2 * 86_400) * 1000


class Silent:
    def show_lock_time(self, words: str, *, soon: bool) -> None: ...


@pytest.mark.parametrize("jump", JUMPS[:2])
def test_the_idle_lock_neither_comes_early_nor_stays_away(
    jump: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    timers, locked = FakeTime(NOW), list[bool]()
    lock = IdleLock(Silent(), timers, timers.seconds, lambda: locked.append(True))
    lock.start(5)
    monkeypatch.setattr(time, "time", lambda: (NOW + jump).timestamp())
    timers.pass_ms(4 * 60_000)
    assert locked == []
    timers.pass_ms(61_000)
    assert locked == [True]


@pytest.mark.parametrize("jump", JUMPS[:2])
def test_the_wait_after_wrong_tries_is_not_shortened(
    jump: timedelta, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong() -> None:
        with Throttle(tmp_path).attempt():
            raise WrongPassphrase

    for _try in range(FREE):
        with pytest.raises(WrongPassphrase):
            wrong()
    monkeypatch.setattr(time, "time", lambda: (NOW + jump).timestamp())
    monkeypatch.setattr(time, "time_ns", lambda: int((NOW + jump).timestamp() * 1e9))
    assert 0 < Throttle(tmp_path).wait() <= 2
    with pytest.raises(TooSoon):
        wrong()


@pytest.mark.parametrize(("jump", "refusal"), [(YEARS, refusals.BundleExpired), (-YEARS, None)])
def test_a_bundle_expires_by_the_clock_and_by_nothing_else(
    jump: timedelta, refusal: type[BadInput] | None, tmp_path: Path
) -> None:
    world = World(tmp_path)
    world.seal(not_after="2026-03-15T00:00:00Z")
    if refusal is None:
        with world.open(now=SEALED + jump):
            pass
        return
    with pytest.raises(refusal):
        world.open(now=SEALED + jump)
