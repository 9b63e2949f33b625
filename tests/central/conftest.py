"""The centre's database, and teams of which one party is on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldinspect.domain.roster import Policy
from fieldinspect.services import programme
from fieldinspect.services.ports import Replica
from fieldinspect.store.central.replica import CentralReplica, open_replica
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault
from tests.central import cluster
from tests.central.cluster import Cluster
from tests.kept_team import NAMES, Post, _made, post, reopen, visit
from tests.team import FORMS, NOW, PASSPHRASE, door, make_vault

__all__ = ["_made", "door", "make_vault", "post", "reopen", "visit"]

Make = Callable[[], CentralReplica]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    with cluster.running() as found:
        yield found


@pytest.fixture
def make_replica(postgresql: Cluster, tmp_path: Path) -> Iterator[Make]:
    """Make replicas, each in a database of its own; they are closed after the test."""
    made: list[CentralReplica] = []

    def make() -> CentralReplica:
        made.append(open_replica(postgresql.keys(), tmp_path / f"central{len(made)}"))
        return made[-1]

    yield make
    for replica in made:
        replica.close()


def admit(lead: Replica, *newcomers: Replica, roles: tuple[str, ...] = ("central",)) -> None:
    """Admit parties and let them join; everybody else learns of it by the next bundle."""
    for newcomer in newcomers:
        programme.admit(lead, programme.enrolment_request(newcomer), roles, now=NOW)
    for newcomer in newcomers:
        programme.join(newcomer, lead.roster_bytes(), programme.fingerprint(lead.roster_bytes()))


@pytest.fixture
def kept(reopen: Callable[..., StoredVault], make_replica: Make, post: Post) -> dict[str, Replica]:
    """The kept team with the centre on PostgreSQL, and its `twin`: the same role in a vault of its own."""
    team: dict[str, Replica] = {name: reopen(name) for name in NAMES}
    team["twin"] = team["centre"]
    team["centre"] = make_replica()
    admit(team["lead"], team["centre"])
    for name in ("ann", "ben", "twin"):
        team[name].install_roster(team["lead"].roster_bytes())
    post.carry(team["lead"], team["centre"])
    return team


@pytest.fixture
def team(door: Door, make_replica: Make) -> Iterator[dict[str, Replica]]:
    """A lead on PostgreSQL and two inspectors with vaults: what a lead's vault must do, the other engine does."""
    lead = make_replica()
    programme.found_inspection(lead, "Sample", now=NOW, forms=FORMS, policy=Policy(envelope="x25519"))
    laptops = {name: door.create(name, name, PASSPHRASE, folder_name=name) for name in ("ann", "ben")}
    admit(lead, *laptops.values(), roles=("inspector",))
    yield {"lead": lead, **laptops}
    for vault in laptops.values():
        vault.close()
