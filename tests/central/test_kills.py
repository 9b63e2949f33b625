"""Killed at random: every bundle is merged exactly once, nothing is lost, and what is shown is what a vault shows."""

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

from fieldinspect.store.vault import StoredVault
from tests.central.cluster import Cluster
from tests.central.test_commands import Centre, centre, lead, post, twin

__all__ = ["centre", "lead"]

_ENDED = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE '%merger'"
BUNDLES = int(os.environ.get("CENTRAL_BUNDLES", "6"))
KILLS = int(os.environ.get("CENTRAL_KILLS", "2"))


def merged(cluster: Cluster, database: str) -> int:
    return int(_ask(cluster, database, "SELECT count(*) FROM received"))


def _ask(cluster: Cluster, database: str, query: str) -> str:
    return cluster.run(
        "psql", "-h", str(cluster.folder), "-U", "administrator", "-d", database, "-Atc", query
    ).strip()


def test_every_bundle_is_merged_exactly_once_whoever_is_killed(
    centre: Centre,
    lead: StoredVault,
    postgresql: Cluster,
    tmp_path: Path,
    reopen: Callable[..., StoredVault],
) -> None:
    chance = random.Random(BUNDLES)
    post(lead, centre, tmp_path / "depot", BUNDLES)
    database = centre.database
    for kill in range(KILLS):
        # One bundle a transaction, or many of them.
        arguments = ("--every", "0.05", "--processes", str(kill // 2 % 2))
        runners = [centre.process(*arguments) for _runner in range(2)]
        before, until = merged(postgresql, database), time.monotonic() + 20
        while merged(postgresql, database) == before < BUNDLES and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.1))
        if kill % 2:
            _ask(postgresql, database, _ENDED)
            time.sleep(chance.uniform(0, 0.1))
        for runner in runners:
            runner.send_signal(signal.SIGKILL)
            runner.communicate(timeout=30)
    last = centre.process("--once", "--processes", "1")
    last.communicate(timeout=120)
    assert last.returncode == 0
    assert merged(postgresql, database) == BUNDLES
    replica = centre.replica()
    try:
        assert replica.digest() == twin(lead, reopen).digest()  # type: ignore[attr-defined]  # a vault
        assert replica.rebuild()
        assert replica.examine_chains().problems == ()
    finally:
        replica.close()
