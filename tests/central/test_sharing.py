"""Several processes at one database: one chain, one merge at a time, and nobody goes on who lost the lock."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from fieldinspect.domain.kinds import Kind
from fieldinspect.services import capture
from fieldinspect.store.central.replica import CentralReplica, open_replica
from fieldinspect.store.faults import DatabaseAway
from fieldinspect.store.vault import StoredVault
from tests.central.cluster import Cluster
from tests.central.conftest import admit
from tests.kept_team import Post
from tests.store.test_roster import next_roster
from tests.team import NOW

Two = tuple[CentralReplica, CentralReplica]


@pytest.fixture
def lead(reopen: object) -> StoredVault:
    vault: StoredVault = reopen("lead")  # type: ignore[operator]  # a function of the kept team
    return vault


@pytest.fixture
def two(postgresql: Cluster, tmp_path: Path, lead: StoredVault, post: Post) -> Iterator[Two]:
    """Two processes' replicas of one database, with what a lead had."""
    keys = postgresql.keys()
    first = open_replica(keys, tmp_path / "centre")
    admit(lead, first)
    post.carry(lead, first)
    second = open_replica(keys, tmp_path / "centre")
    yield first, second
    first.close()
    second.close()


def session(replica: CentralReplica) -> int:
    with replica._transaction() as connection:
        return int(connection.execute(sa.select(sa.func.pg_backend_pid())).scalar_one())


def end(replica: CentralReplica, pid: int) -> None:
    """End a session from another one, as a crash of its server process would."""
    with replica._transaction() as connection:
        connection.execute(sa.select(sa.func.pg_terminate_backend(pid)))


def test_both_write_one_chain_without_a_fork(two: Two, lead: StoredVault, post: Post) -> None:
    visit = lead.of_kind(Kind.VISIT)[0].id
    for number in range(4):
        capture.add_note(two[number % 2], visit, f"note {number}", happened=NOW)
    for replica in two:
        report = replica.examine_chains()
        assert report.problems == ()
        assert len(replica.children(visit, [Kind.NOTE])) == 4
    post.carry(two[1], lead)
    assert lead.digest() == two[0].digest()


def test_the_team_list_that_one_took_over_counts_for_the_other(two: Two, lead: StoredVault) -> None:
    first, second = two
    roster = lead.roster()
    assert roster is not None
    assert first.install_roster(next_roster(lead, expires="2030-01-01T00:00:00+00:00"))
    with second.alone():
        assert second.roster() == first.roster()
    assert second.roster() != roster


def test_whoever_lost_the_session_does_not_go_on(two: Two, lead: StoredVault) -> None:
    first, second = two
    visit = lead.of_kind(Kind.VISIT)[0].id
    with first.alone():
        end(second, session(first))
        with pytest.raises(DatabaseAway):
            session(first)
        capture.add_note(second, visit, "meanwhile", happened=NOW)
        with pytest.raises(DatabaseAway):
            capture.add_note(first, visit, "too late", happened=NOW)
    capture.add_note(first, visit, "afterwards", happened=NOW)
    texts = {note.get("text") for note in second.children(visit, [Kind.NOTE])}
    assert texts == {"meanwhile", "afterwards"}
    assert first.examine_chains().problems == ()


def test_a_claim_is_free_again_when_its_holder_is_gone(two: Two) -> None:
    first, second = two
    names = [f"{number:032x}.fib" for number in range(3)]
    assert first.claim(names) == names
    assert second.claim(names) == []
    first.unclaim(names[:1])
    assert second.claim(names) == names[:1]
    end(second, session(first))
    assert second.claim(names[1:]) == names[1:]
