"""Play a scenario in a process of its own, forked from one that has imported everything, and perhaps kill it."""

import json
import os
import select
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fieldinspect.domain.errors import WorldFailed
from tests.faults import world
from tests.faults.power.scenario import Scenario, read_promises

Facts = dict[str, Any]
NEVER = 120.0


@dataclass(frozen=True)
class Played:
    """What was acknowledged, how the process ended, and after how many seconds.

    `told` are the sentences with which it said that the disk refused; `crashed` means it ended in any other way than by
    finishing, by telling, or by our hand.
    """

    promises: Sequence[tuple[str, Any]]
    told: Sequence[str]
    crashed: bool
    seconds: float


def play(
    scenario: Scenario,
    root: Path,
    facts: Facts,
    *,
    kill_after: float = NEVER,
    spoken: bool = False,
    around: Callable[[Callable[[], None]], None] | None = None,
) -> Played:
    """Fork, act, and gather what is acknowledged; `around` is given the act, to run it under some limit.

    The time until it is killed begins with the fork, or with `spoken` at the first acknowledgement.
    """
    reading, writing = os.pipe()
    begun = time.monotonic()
    process = os.fork()
    if process == 0:
        os.close(reading)
        _live(scenario, root, facts, writing, around)
    os.close(writing)
    if spoken:
        select.select([reading], [], [], NEVER)
    said = _hear(reading, time.monotonic() + kill_after)
    os.kill(process, signal.SIGKILL)
    said += _hear(reading, None)
    os.close(reading)
    _process, status = os.waitpid(process, 0)
    lines = [line.decode() for line in said.split(b"\n")[:-1]]
    promises = read_promises(lines)
    told = [which[0] for what, which in promises if what == "told"]
    crashed = os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0
    kept = [promise for promise in promises if promise[0] != "told"]
    return Played(kept, told, crashed, time.monotonic() - begun)


def _hear(reading: int, until: float | None) -> bytes:
    """Return what comes until the other end closes or the time is up (None: until it closes)."""
    heard = b""
    while True:
        left = None if until is None else until - time.monotonic()
        if left is not None and (left <= 0 or not select.select([reading], [], [], left)[0]):
            return heard
        piece = os.read(reading, 65536)
        if not piece:
            return heard
        heard += piece


def _live(
    scenario: Scenario,
    root: Path,
    facts: Facts,
    writing: int,
    around: Callable[[Callable[[], None]], None] | None,
) -> None:
    """The child's whole life: it never returns."""

    def say(what: str, which: Any) -> None:
        os.write(writing, json.dumps([what, which]).encode() + b"\n")

    def act() -> None:
        try:
            scenario.act(root, facts, say)
        except WorldFailed as refused:
            say("told", (str(refused), 0))

    try:
        world.live_in(root)
        act() if around is None else around(act)
    except BaseException:  # noqa: BLE001 - the child's last word, whatever it was
        traceback.print_exc()
        os._exit(3)
    os._exit(0)
