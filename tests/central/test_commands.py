"""The centre by its commands: made, admitted, running, asked, ended."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldinspect import cli
from fieldinspect.cli.common import now
from fieldinspect.exchange.ahead import AheadEnvelope, OpeningPool
from fieldinspect.exchange.depots.opening import KnownDepots
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import capture, exchange, programme
from fieldinspect.services.gathering import Gathering
from fieldinspect.services.ports import Replica
from fieldinspect.store.central.keyfile import open_key_file
from fieldinspect.store.central.replica import CentralReplica, open_replica
from fieldinspect.store.vault import StoredVault
from tests.central.cluster import ADMINISTRATOR, PASSPHRASE, Cluster
from tests.kept_team import Post
from tests.team import NOW


class Centre:
    """A centre in a folder of its own, used by its commands alone."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        self.folder = folder / "centre"
        self.secret = folder / "passphrase"
        self.secret.write_text(PASSPHRASE + "\n")
        self._admin = folder / "admin"
        self._admin.write_text(cluster.password + "\n")
        self.database = f"commands_{os.urandom(4).hex()}"
        self._server = f"host={cluster.folder} port={cluster.port}"

    def __call__(self, part: str, *arguments: str) -> int:
        return cli.run(["central", part, *self._known, *arguments])

    @property
    def _known(self) -> list[str]:
        return ["--folder", str(self.folder), "--passphrase-file", str(self.secret)]

    def init(self) -> int:
        given = ("--database", f"{self._server} dbname={self.database}", "--admin", ADMINISTRATOR, "--quick")
        return self("init", "--name", "Central", *given, "--admin-password-file", str(self._admin))

    def admitted(self, lead: StoredVault, depot: Path) -> None:
        """Let the lead admit the centre, and give it a depot to watch."""
        programme.admit(lead, (self.folder / "central.request").read_bytes(), ["central"], now=NOW)
        team_list = self.folder.parent / "team-list"
        team_list.write_bytes(lead.roster_bytes())
        assert self("join", str(team_list), programme.fingerprint(lead.roster_bytes())) == 0
        depot.mkdir(exist_ok=True)
        vault = ["--vault", str(self.folder), "--passphrase-file", str(self.secret)]
        assert cli.run(["depots", "add", "Share", "--kind", "folder", "--address", str(depot), *vault]) == 0

    def process(self, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "fieldinspect", "central", "run", *self._known, *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def replica(self) -> CentralReplica:
        return open_replica(open_key_file(self.folder, PASSPHRASE), self.folder)

    def person(self) -> str:
        return open_key_file(self.folder, PASSPHRASE).person


@pytest.fixture
def lead(reopen: Callable[..., StoredVault]) -> StoredVault:
    return reopen("lead")


@pytest.fixture
def centre(tmp_path: Path, postgresql: Cluster, lead: StoredVault) -> Centre:
    made = Centre(tmp_path, postgresql)
    assert made.init() == 0
    made.admitted(lead, tmp_path / "depot")
    return made


def post(lead: StoredVault, centre: Centre, depot: Path, notes: int) -> None:
    """Have a lead leave one bundle for each note."""
    visit = lead.of_kind("visit")[0].id
    for number in range(notes):
        capture.add_note(lead, visit, f"note {number}", happened=NOW)
        exchange.seal_bundle(lead, BundleEnvelope(), [centre.person()], depot)


def said(captured: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(captured.readouterr().out.splitlines()[-1])
    return found


def twin(lead: StoredVault, reopen: Callable[..., StoredVault]) -> Replica:
    """A vault that holds what the lead holds."""
    vault = reopen("centre")
    vault.install_roster(lead.roster_bytes())
    Post(5000).carry(lead, vault)
    return vault


def test_what_lies_in_a_depot_is_merged_once_and_answered(
    centre: Centre, lead: StoredVault, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    depot = tmp_path / "depot"
    post(lead, centre, depot, 3)
    (depot / f"{'0' * 32}.fib").write_bytes(b"age-encryption.org/v1\nnot one of ours")
    assert centre("run", "--once", "--every", "0.1", "--processes", "1", "--send", "Share") == 0
    done = said(capsys)
    assert (done["merged"], done["refused"], done["sealed"]) == (3, 1, 4)  # four others take part
    assert centre("run", "--once", "--processes", "0") == 0
    assert said(capsys)["merged"] == 0
    assert centre("status") == 0
    status = said(capsys)
    assert status["bundles"] == 3
    assert all(isinstance(one["lag"], int) for one in status["last_bundles"])  # type: ignore[attr-defined]  # rows
    assert status["records"]["note"] == 3  # type: ignore[index]  # counts by kind
    answers = [
        exchange.receive_bundle(lead, BundleEnvelope(), path, now=NOW)
        for path in depot.glob("*.fib")
        if path.stat().st_size > 100 and BundleEnvelope().is_for(lead, path.read_bytes()[: 1 << 16])
    ]
    assert sum(one.new_records.get("receipt", 0) for one in answers) == 3


def test_a_runner_ends_when_asked_and_leaves_nothing_half_done(
    centre: Centre, lead: StoredVault, tmp_path: Path
) -> None:
    post(lead, centre, tmp_path / "depot", 2)
    runner = centre.process("--every", "0.1", "--processes", "1")
    replica = centre.replica()
    until = time.monotonic() + 60
    while len(replica.merged_bundles()) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    runner.send_signal(signal.SIGTERM)
    out, err = runner.communicate(timeout=30)
    assert (runner.returncode, err) == (0, b"")
    assert json.loads(out)["merged"] == 2
    replica.close()


def test_a_killed_helper_process_costs_nothing_but_time(
    centre: Centre, lead: StoredVault, tmp_path: Path
) -> None:
    replica = centre.replica()
    post(lead, centre, tmp_path / "depot", 3)
    with OpeningPool(replica.receiving_identities(), replica.staging, 1) as pool:
        assert pool.begin(tmp_path / "none", {}).result() is None
        for process in multiprocessing.active_children():
            process.kill()
            process.join()
        gathering = Gathering(replica, KnownDepots(), AheadEnvelope(), pool, now)
        assert gathering.round().merged == 3
        post(lead, centre, tmp_path / "depot", 3)
        assert gathering.round().merged == 3
    replica.close()


def test_one_bad_bundle_among_many_is_told_of_by_itself(
    centre: Centre, lead: StoredVault, tmp_path: Path
) -> None:
    replica = centre.replica()
    depot = tmp_path / "depot"
    post(lead, centre, depot, 4)
    worst = sorted(depot.glob("*.fib"))[1]
    content = bytearray(worst.read_bytes())
    content[-20] ^= 1
    worst.write_bytes(content)
    with OpeningPool(replica.receiving_identities(), replica.staging, 1) as pool:
        done = Gathering(replica, KnownDepots(), AheadEnvelope(), pool, now).round()
    assert (done.merged, done.refused) == (3, 1)
    assert len(replica.refused_bundles()) == 1
    assert len(replica.merged_bundles()) == 3
    replica.close()


def test_a_bundle_that_is_still_being_copied_is_looked_at_again_once_it_grew(
    centre: Centre, lead: StoredVault, tmp_path: Path
) -> None:
    replica = centre.replica()
    depot = tmp_path / "depot"
    post(lead, centre, depot, 1)
    (path,) = depot.glob("*.fib")
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with OpeningPool(replica.receiving_identities(), replica.staging, 1) as pool:
        gathering = Gathering(replica, KnownDepots(), AheadEnvelope(), pool, now)
        assert [gathering.round().refused for _time in range(2)] == [1, 0]
        path.write_bytes(whole)
        assert gathering.round().merged == 1
        assert gathering.round().merged == 0
    replica.close()


def test_a_second_centre_under_one_name_and_a_weak_passphrase_are_refused(
    centre: Centre, tmp_path: Path, postgresql: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    again = Centre(tmp_path / "centre", postgresql)
    again.database = centre.database
    assert again.init() == 2
    assert "already" in capsys.readouterr().err
    assert not (again.folder / "central.keys").exists()
    centre.secret.write_text("password\n")
    assert centre.init() == 2
    assert centre("status") == 2
    assert "passphrase" in capsys.readouterr().err
