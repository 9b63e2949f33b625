"""Queueing and synchronising between vaults, over depots that are folders and depots that fail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from fieldinspect.domain.depots import (
    Credentials,
    DepotKind,
    Destination,
    Fetched,
    QueueState,
    SyncReport,
    SyncStep,
)
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.views import VaultPlace
from fieldinspect.exchange.depots import troubles
from fieldinspect.exchange.depots.folder import FolderDepot
from fieldinspect.exchange.depots.opening import KnownDepots
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import capture, destinations, exchange, queue, reading
from fieldinspect.services.care import Stopped
from fieldinspect.services.depot_ports import DepotOdd
from fieldinspect.services.sync import Sync
from fieldinspect.store.vault import StoredVault
from tests.store.test_roster import next_roster
from tests.store.test_standing import conflicted
from tests.team import NOW, PASSPHRASE

Team = dict[str, StoredVault]
ENVELOPE = BundleEnvelope()


class Clock:
    """The time, which a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Failing:
    """Depots that fail while there is a reason; else those of KnownDepots.

    depots = Failing(); depots.reason = troubles.NoConnection()
    """

    def __init__(self) -> None:
        self.reason: Exception | None = None
        self.only = ""
        """A destination's name: others do not fail."""
        self.asked = 0
        self.fetched: list[str] = []

    def open(self, destination: Destination, credentials: Credentials):
        self.asked += 1
        made = KnownDepots().open(destination, credentials)
        assert isinstance(made, FolderDepot)
        if self.reason is not None and self.only in ("", destination.name):
            made.put = made.sizes = self._fail  # type: ignore[method-assign]
        get = made.get

        def noted(name: str, *rest) -> None:
            self.fetched.append(name)
            get(name, *rest)

        made.get = noted  # type: ignore[method-assign]
        return made

    def marker(self, destination: Destination) -> str:
        raise NotImplementedError

    def host_key(self, destination: Destination) -> str:
        raise NotImplementedError

    def _fail(self, *_arguments, **_named):
        assert self.reason is not None
        raise self.reason


class Desk:
    """One person's vault, its destinations and its synchronising."""

    def __init__(self, vault: StoredVault, clock: Clock) -> None:
        self.vault, self.clock = vault, clock
        self.depots = Failing()
        self.steps: list[SyncStep] = []
        self.sync = Sync(lambda work: work(vault), self.depots, ENVELOPE, clock)

    def knows(self, name: str, folder: Path) -> Destination:
        folder.mkdir(exist_ok=True)
        return destinations.add(
            self.vault, Destination("", name, DepotKind.FOLDER, str(folder)), Credentials("user", "secret")
        )

    def queue(self, *people: StoredVault, to: str = "Share", everything: bool = True) -> str:
        names = [one.identity.person for one in people]
        return queue.seal_for(self.vault, ENVELOPE, names, to, everything=everything, now=self.clock()).bundle

    def run(self, **options) -> SyncReport:
        return self.sync.run(self.steps.append, **options)

    def waiting(self) -> list[tuple[QueueState, int, str]]:
        return [(one.state, one.attempts, one.reason) for one in queue.waiting(self.vault)]

    def files(self, name: str) -> list[str]:
        return sorted(path.name for path in (self.vault.staging.parent / name).iterdir())


@pytest.fixture
def share(tmp_path: Path) -> Path:
    return tmp_path / "share"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desks(team: Team, share: Path, clock: Clock) -> dict[str, Desk]:
    made = {name: Desk(vault, clock) for name, vault in team.items()}
    for desk in made.values():
        desk.knows("Share", share)
    return made


def test_what_waits_is_sent_and_what_others_left_is_received_once(
    desks: dict[str, Desk], share: Path
) -> None:
    lead, ann, ben = desks["lead"], desks["ann"], desks["ben"]
    lead.queue(ann.vault)
    assert lead.waiting() == [(QueueState.READY, 0, "")]
    (report,) = lead.run().destinations
    assert (report.sent, report.waiting, report.received, report.trouble) == (1, 0, 0, "")
    assert [state for state, _n, _why in lead.waiting()] == [QueueState.SENT]
    assert lead.files("outgoing") == []
    (name,) = [path.name for path in share.iterdir()]
    (report,) = ann.run().destinations
    assert (report.received, report.others) == (1, 0)
    assert reading.inspections(ann.vault)[0].title == "Sample"
    (report,) = ann.run().destinations
    assert (report.received, report.others) == (0, 0)
    assert ann.depots.fetched == [name]
    assert [path for path in ann.vault.incoming_folder.rglob("*") if path.is_file()] == []
    (report,) = ben.run().destinations
    assert (report.received, report.others) == (0, 1)
    assert ben.depots.fetched == []
    assert ben.vault.seen(ben.vault.destinations()[0].id) == {name: Fetched.NOT_FOR_US}
    assert [step.sending for step in lead.steps] == [True] * len(lead.steps)
    assert lead.steps[-1].done == lead.steps[-1].size > 0


def test_delivered_when_the_receipt_comes_and_then_taken_away(desks: dict[str, Desk], share: Path) -> None:
    lead, ann = desks["lead"], desks["ann"]
    lead.queue(ann.vault)
    lead.run()
    ann.run()
    assert len(list(share.iterdir())) == 1
    ann.queue(lead.vault)
    ann.run()
    lead.run()
    assert [state for state, _n, _why in lead.waiting()] == [QueueState.DELIVERED]
    lead.run()
    assert [path.name for path in share.iterdir()] == [ann.vault.queue()[0].name]


def test_offline_it_waits_longer_each_time_and_goes_when_the_network_is_back(
    desks: dict[str, Desk], clock: Clock, share: Path
) -> None:
    lead, ann = desks["lead"], desks["ann"]
    bundle = lead.queue(ann.vault)
    lead.depots.reason = troubles.NoConnection()
    waits = []
    for attempt in range(1, 7):
        report = lead.run(due=True)
        (one,) = queue.waiting(lead.vault)
        assert (one.state, one.attempts, one.bundle) == (QueueState.FAILED, attempt, bundle)
        assert one.reason == str(troubles.NoConnection()) == report.destinations[0].trouble
        assert one.next_try is not None
        waits.append((one.next_try - clock.now) / timedelta(minutes=1))
        asked = lead.vault.queue()
        lead.run(due=True)  # not due yet: nothing is tried
        assert lead.vault.queue() == asked
        clock.now = one.next_try
    for wait, planned in zip(waits, (1, 5, 15, 60, 60, 60), strict=True):
        assert 0.8 * planned <= wait <= 1.2 * planned
    lead.depots.reason = None
    assert lead.run(due=True).destinations[0].sent == 1
    assert len(list(share.iterdir())) == 1


def test_a_refused_sign_in_is_not_tried_again_until_somebody_asks(
    desks: dict[str, Desk], clock: Clock
) -> None:
    lead = desks["lead"]
    lead.queue(desks["ann"].vault)
    lead.depots.reason = troubles.WrongCredentials()
    lead.run(due=True)
    (one,) = queue.waiting(lead.vault)
    assert (one.state, one.next_try) == (QueueState.FAILED, None)
    outlook = queue.outlook(lead.vault)
    assert (outlook.waiting, outlook.next_try, outlook.reason) == (1, None, str(troubles.WrongCredentials()))
    asked = lead.depots.asked
    clock.now += timedelta(days=2)
    assert lead.run(due=True).destinations == ()
    assert lead.depots.asked == asked  # a wrong password, given again and again, locks an account
    lead.depots.reason = None
    assert lead.run().destinations[0].sent == 1
    assert queue.outlook(lead.vault).waiting == 0


def test_one_destination_that_fails_stops_no_other(desks: dict[str, Desk], tmp_path: Path) -> None:
    lead, ann = desks["lead"], desks["ann"]
    other = tmp_path / "other"
    lead.knows("Another", other)
    lead.queue(ann.vault, to="Another")
    lead.queue(ann.vault, to="Share")
    lead.depots.reason, lead.depots.only = troubles.NoConnection(), "Another"
    first, second = lead.run().destinations
    assert (first.destination, first.sent, first.trouble) == ("Another", 0, str(troubles.NoConnection()))
    assert (second.destination, second.sent, second.trouble) == ("Share", 1, "")
    assert list(other.iterdir()) == []


def test_a_second_click_seals_nothing_and_a_second_run_beside_the_first_does_nothing(
    desks: dict[str, Desk],
) -> None:
    lead, ann = desks["lead"], desks["ann"]
    lead.queue(ann.vault, everything=False)
    with pytest.raises(exchange.NothingToSend):
        lead.queue(ann.vault, everything=False)
    beside: list[SyncReport] = []
    lead.sync.run(lambda _step: beside.append(lead.sync.run()))
    assert beside
    assert all(one == SyncReport((), busy=True) for one in beside)
    assert lead.run().busy is False


def test_a_restart_goes_on_under_the_same_name(
    desks: dict[str, Desk], door, clock: Clock, share: Path
) -> None:
    lead, ann = desks["lead"], desks["ann"]
    bundle = lead.queue(ann.vault)
    (name,) = lead.files("outgoing")
    sent = FolderDepot(share).put(  # it arrived, and the laptop lost power before it could write that down
        lead.vault.outgoing_folder / name, lead.vault.posted_bundles()[0].digest, name=name
    )
    assert (lead.run().destinations[0].sent, [path.name for path in share.iterdir()]) == (1, [sent])
    assert lead.vault.queue()[0].bundle == bundle


def test_stopped_it_stays_ready_and_nothing_counts_as_a_failure(desks: dict[str, Desk]) -> None:
    lead = desks["lead"]
    lead.queue(desks["ann"].vault)

    def stop(_step: SyncStep) -> None:
        raise Stopped

    assert lead.sync.run(stop).stopped
    assert lead.waiting() == [(QueueState.READY, 0, "")]
    assert lead.run().destinations[0].sent == 1


def test_a_sealed_file_that_is_gone_holds_up_no_other(desks: dict[str, Desk]) -> None:
    lead, ann, ben = desks["lead"], desks["ann"], desks["ben"]
    lead.queue(ann.vault)
    (lead.vault.outgoing_folder / lead.files("outgoing")[0]).unlink()
    lead.queue(ben.vault)
    (report,) = lead.run().destinations
    assert (report.sent, report.waiting, report.trouble) == (1, 1, str(troubles.SourceChanged()))
    assert lead.waiting()[0][0] is QueueState.FAILED
    queue.cancel(lead.vault, lead.vault.queue()[0].bundle)
    assert [state for state, _n, _why in lead.waiting()] == [QueueState.SENT]
    with pytest.raises(BadInput, match="does not wait"):
        queue.cancel(lead.vault, lead.vault.queue()[0].bundle)


def test_what_was_taken_out_of_the_queue_waits_again(desks: dict[str, Desk], share: Path) -> None:
    lead, ann, ben = desks["lead"], desks["ann"], desks["ben"]
    lead.queue(ben.vault, everything=False)
    lead.run()
    assert lead.vault.outbox().entries == 0
    first = lead.queue(ann.vault, everything=False)
    queue.cancel(lead.vault, first)
    assert first not in [one.bundle for one in lead.vault.posted_bundles()]
    assert lead.vault.outbox().entries == 0  # Ben has it
    second = lead.queue(ann.vault, everything=False)
    assert lead.run().destinations[0].sent == 1
    assert ann.run().destinations[0].received == 1
    assert ann.vault.digest() == lead.vault.digest()
    with pytest.raises(exchange.NothingToSend):
        lead.queue(ann.vault, everything=False)
    assert [one.bundle for one in lead.vault.posted_bundles()][1:] == [second]


def test_what_waits_for_a_laptop_that_was_revoked_since_is_not_sent(
    desks: dict[str, Desk], share: Path
) -> None:
    lead, ann = desks["lead"], desks["ann"].vault
    lead.queue(ann)
    roster = lead.vault.roster()
    assert roster is not None
    devices = tuple(
        replace(one, status="revoked") if one.id == ann.identity.device else one for one in roster.devices
    )
    lead.vault.install_roster(next_roster(lead.vault, devices=devices))
    (report,) = lead.run().destinations
    assert (report.sent, report.waiting) == (0, 0)
    assert "the laptop of ann is not on the team any more" in report.trouble
    assert lead.waiting() == []
    assert list(share.glob("*.fib")) == []


def test_what_waits_for_somebody_with_a_conflict_of_interest_since_is_not_sent(
    desks: dict[str, Desk],
) -> None:
    lead, ann = desks["lead"], desks["ann"].vault
    inspection = reading.inspections(lead.vault)[0].id
    capture.start_visit(lead.vault, inspection=inspection, station="Here", force="gwent", happened=NOW)
    lead.queue(ann)
    lead.vault.install_roster(conflicted(lead.vault, ann.identity.person, "dorset"))
    assert lead.run().destinations[0].sent == 1, "of that force it holds nothing"
    lead.queue(ann)
    lead.vault.install_roster(conflicted(lead.vault, ann.identity.person, "gwent"))
    (report,) = lead.run().destinations
    assert report.sent == 0
    assert "may not see any more" in report.trouble
    lead.queue(ann)
    assert lead.run().destinations[0].sent == 1, "sealed again, without it"


def test_while_the_team_list_has_lapsed_a_bundle_is_fetched_once_and_again_after_the_next_list(
    desks: dict[str, Desk], clock: Clock
) -> None:
    lead, ann = desks["lead"], desks["ann"]
    lead.vault.install_roster(next_roster(lead.vault, expires=(NOW + timedelta(days=1)).isoformat()))
    lead.queue(ann.vault)
    lead.run()
    clock.now = NOW + timedelta(days=17)
    for _minute in range(2):
        (report,) = ann.run(due=True).destinations
        assert len(ann.depots.fetched) == 1
    ann.vault.install_roster(next_roster(lead.vault, expires=""))
    (report,) = ann.run(due=True).destinations
    assert (report.received, report.trouble) == (1, "")


def test_work_nobody_else_has_waits_again_with_its_body(desks: dict[str, Desk]) -> None:
    lead, ann = desks["lead"], desks["ann"]
    lead.queue(ann.vault)
    lead.run()
    ann.run()
    ann.queue(lead.vault)
    written = capture.start_visit(
        ann.vault,
        inspection=reading.inspections(lead.vault)[0].id,
        station="Example Road",
        force="gwent",
        happened=NOW,
    )
    bundle = ann.queue(lead.vault, everything=False)
    assert ann.vault.outbox().entries == 0
    queue.cancel(ann.vault, bundle)
    assert ann.vault.outbox().entries == 1
    ann.queue(lead.vault, everything=False)
    ann.run()
    lead.run()
    assert [one.id for one in reading.visits(lead.vault)] == [written]


def test_what_a_crash_left_is_cleared_and_what_is_half_fetched_stays(
    desks: dict[str, Desk], share: Path
) -> None:
    lead, ann = desks["lead"], desks["ann"]
    lead.queue(ann.vault)
    lead.run()
    (name,) = [path.name for path in share.iterdir()]
    incoming = ann.vault.incoming_folder / ann.vault.destinations()[0].id
    incoming.mkdir()
    half = share.joinpath(name).read_bytes()[:2000]
    (incoming / f".{name}.part").write_bytes(half)
    for left in (
        ann.vault.outgoing_folder / ("0" * 32 + ".fib"),
        ann.vault.outgoing_folder / ("." + "1" * 32 + ".fib.0011.part"),
        incoming / ("." + "1" * 32 + ".fib.part"),
        incoming / ("0" * 32 + ".fib"),
    ):
        left.write_bytes(b"x")
    (report,) = ann.run().destinations
    assert (report.received, report.trouble) == (1, "")
    assert ann.steps[0].done == len(half)
    assert list(incoming.iterdir()) == ann.files("outgoing") == []


def test_a_refused_bundle_is_told_kept_and_not_fetched_again(desks: dict[str, Desk], share: Path) -> None:
    lead, ann = desks["lead"], desks["ann"]
    lead.queue(ann.vault)
    lead.run()
    (path,) = share.iterdir()
    raw = bytearray(path.read_bytes())
    raw[-20] ^= 1
    path.write_bytes(raw)
    (report,) = ann.run().destinations
    assert (report.received, report.refused) == (0, 1)
    assert report.trouble
    (kept,) = ann.vault.refused_bundles()
    assert ann.vault.refused_file(kept.id).read_bytes() == raw
    (report,) = ann.run(due=True).destinations
    assert (report.refused, report.trouble) == (0, "")
    assert ann.depots.fetched == [path.name]


def test_a_bundle_that_is_still_being_copied_there_is_received_once_it_is_whole(
    desks: dict[str, Desk], share: Path
) -> None:
    lead, ann = desks["lead"], desks["ann"]
    lead.queue(ann.vault)
    lead.run()
    (path,) = share.iterdir()
    whole = path.read_bytes()
    for there in (0, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:there])
        (report,) = ann.run(due=True).destinations
        assert (report.received, report.refused) == (0, 1), there
        ann.depots.fetched.clear()
        (report,) = ann.run(due=True).destinations
        assert (report.refused, ann.depots.fetched) == (0, []), there
    path.write_bytes(whole)
    (report,) = ann.run(due=True).destinations
    assert (report.received, report.trouble) == (1, "")


def test_room_that_was_set_aside_for_a_copy_is_looked_at_again_when_somebody_asks(
    desks: dict[str, Desk], share: Path
) -> None:
    lead, ann = desks["lead"], desks["ann"]
    lead.queue(ann.vault)
    lead.run()
    (path,) = share.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2].ljust(len(whole), b"\0"))
    assert ann.run(due=True).destinations[0].refused == 1
    path.write_bytes(whole)
    assert ann.run().destinations[0].received == 1


def test_one_forbidden_name_hides_none_behind_it(
    desks: dict[str, Desk], share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, ann = desks["lead"], desks["ann"]
    lead.queue(ann.vault)
    lead.run()
    (share / ("0" * 32 + ".fib")).write_bytes(b"x")
    head = FolderDepot.head

    def forbidden(depot: FolderDepot, name: str, length: int) -> bytes:
        if name.startswith("0000"):
            raise troubles.NotAllowed
        return head(depot, name, length)

    monkeypatch.setattr(FolderDepot, "head", forbidden)
    (report,) = ann.run().destinations
    assert (report.received, report.trouble) == (1, str(troubles.NotAllowed()))
    assert len(ann.run(due=True).destinations) == 1


def test_where_nothing_may_be_written_what_lies_there_is_fetched(
    desks: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, ann = desks["lead"], desks["ann"]
    lead.queue(ann.vault)
    lead.run()
    ann.queue(lead.vault)

    def forbidden(*_given: object, **_named: object) -> str:
        raise troubles.NotAllowed

    monkeypatch.setattr(FolderDepot, "put", forbidden)
    (report,) = ann.run().destinations
    assert (report.sent, report.received, report.waiting) == (0, 1, 1)


def test_what_nobody_foresaw_stops_no_other_destination(desks: dict[str, Desk], tmp_path: Path) -> None:
    lead, ann = desks["lead"], desks["ann"]
    lead.knows("Another", tmp_path / "other")
    lead.queue(ann.vault, to="Another")
    lead.queue(ann.vault, to="Share")
    lead.depots.reason, lead.depots.only = KeyError("Key"), "Another"
    first, second = lead.run().destinations
    assert (first.sent, first.trouble) == (0, str(DepotOdd()))
    assert (second.sent, second.trouble) == (1, "")
    assert [state for state, _n, _why in lead.waiting()] == [QueueState.FAILED, QueueState.SENT]


def test_what_failed_while_the_clock_was_wrong_is_tried_by_the_right_one(
    desks: dict[str, Desk], clock: Clock
) -> None:
    lead = desks["lead"]
    lead.queue(desks["ann"].vault)
    clock.now = NOW + timedelta(days=9000)
    lead.depots.reason = troubles.NoConnection()
    lead.run(due=True)
    clock.now, lead.depots.reason = NOW, None
    assert lead.run(due=True).destinations[0].sent == 1


def test_a_bundle_too_large_for_this_disk_holds_up_no_other(
    desks: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, ann = desks["lead"], desks["ann"]
    lead.queue(ann.vault)
    lead.queue(ann.vault)
    lead.run()
    room = iter([0, 1 << 40])
    monkeypatch.setattr(
        "fieldinspect.exchange.depots.pieces.files.free_space", lambda _path: next(room, 1 << 40)
    )
    (report,) = ann.run().destinations
    assert (report.received, "not enough space" in report.trouble) == (1, True)
    (report,) = ann.run().destinations
    assert (report.received, report.trouble) == (1, "")


def test_names_that_left_the_depot_are_forgotten(desks: dict[str, Desk], share: Path) -> None:
    lead, ben = desks["lead"], desks["ben"]
    lead.queue(desks["ann"].vault)
    lead.run()
    ben.run()
    place = ben.vault.destinations()[0].id
    assert len(ben.vault.seen(place)) == 1
    for path in share.iterdir():
        path.unlink()
    ben.run()
    assert ben.vault.seen(place) == {}
    ben.vault.forget_seen(place, frozenset(f"{number:032x}.fib" for number in range(40_000)))


# Destinations


def test_credentials_survive_the_vault_being_closed_and_are_in_no_file(
    team: Team, door, tmp_path: Path
) -> None:
    vault = team["ann"]
    secret = "correct-horse-battery-staple"
    kept = destinations.add(
        vault,
        Destination("", "Bucket", DepotKind.S3, "https://store.example/bucket"),
        Credentials("AKIAEXAMPLE", secret),
    )
    assert secret not in repr(vault.credentials(kept.id))
    vault.close()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes()
    place = VaultPlace(str(tmp_path / "vaults" / "ann"), "ann")
    again = team["ann"] = door.open(place, PASSPHRASE)
    assert again.destinations() == [kept]
    assert again.credentials(kept.id) == Credentials("AKIAEXAMPLE", secret)
    destinations.change(again, replace(kept, name="Store"), Credentials("other", "new"))
    assert destinations.named(again, "Store").address == kept.address
    assert again.credentials(kept.id).secret == "new"
    destinations.remove(again, kept.id)
    assert again.destinations() == []
    assert again.credentials(kept.id) == Credentials()


def test_a_new_master_key_keeps_credentials_and_what_waits(team: Team, desks: dict[str, Desk], door) -> None:
    lead = desks["lead"]
    lead.queue(desks["ann"].vault)
    folder = lead.vault.staging.parent
    place = VaultPlace(str(folder), "lead")
    lead.vault.close()
    door.rotate(place, PASSPHRASE, "new-orchid-lantern-gravel-teapot")
    again = team["lead"] = door.open(place, "new-orchid-lantern-gravel-teapot")
    assert again.credentials(again.destinations()[0].id) == Credentials("user", "secret")
    (report,) = Desk(again, lead.clock).run().destinations
    assert (report.sent, report.trouble) == (1, "")


@pytest.mark.parametrize(
    ("kind", "address", "says"),
    [
        (DepotKind.FOLDER, "relative", "whole path"),
        (DepotKind.S3, "http://store.example/bucket", "not encrypted"),
        (DepotKind.S3, "https://store.example/", "bucket"),
        (DepotKind.S3, "ftp://store.example/x", "must begin"),
        (DepotKind.WEBDAV, "http://dav.example/x", "not encrypted"),
        (DepotKind.WEBDAV, "https://ann:pw@dav.example/x", "Leave user name"),
        (DepotKind.WEBDAV, "https://dav.example:x/", "not an address"),
        (DepotKind.SFTP, "https://ssh.example/x", "must begin"),
        (DepotKind.SFTP, "sftp:///x", "must begin"),
    ],
)
def test_addresses_that_will_not_do(team: Team, kind: DepotKind, address: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        destinations.add(team["ann"], Destination("", "There", kind, address), Credentials())
    assert team["ann"].destinations() == []


def test_plain_http_only_on_this_machine_or_by_choice() -> None:
    for address, plain in (("http://127.0.0.1:9/dav", False), ("http://dav.example/", True)):
        destinations.must_make_sense(Destination("", "x", DepotKind.WEBDAV, address, plain=plain))


def test_names_are_given_once_and_nothing_is_forgotten_while_something_waits(desks: dict[str, Desk]) -> None:
    lead = desks["lead"]
    with pytest.raises(BadInput, match="already"):
        lead.knows("Share", lead.vault.staging.parent)
    lead.queue(desks["ann"].vault)
    place = lead.vault.destinations()[0].id
    with pytest.raises(BadInput, match="still wait"):
        destinations.remove(lead.vault, place)
    lead.run()
    destinations.remove(lead.vault, place)
    assert lead.vault.queue() == []


def test_the_next_try_spreads(desks: dict[str, Desk]) -> None:
    lead = desks["lead"]
    lead.queue(desks["ann"].vault)
    (one,) = lead.vault.queue()
    chance: Callable[[float], Callable[[], float]] = lambda value: lambda: value  # noqa: E731
    tries = [
        queue.failed(one, troubles.NoConnection(), NOW, lasting=False, chance=chance(value)).next_try
        for value in (0.0, 0.5, 1.0)
    ]
    assert tries == [NOW + timedelta(seconds=seconds) for seconds in (48, 60, 72)]
