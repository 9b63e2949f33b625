"""Two vaults over real servers whose connections break: a large bundle goes on where it was, a later one is small."""

import io
import os
from dataclasses import replace

import pytest

from fieldinspect.domain.depots import DepotKind, QueueState
from fieldinspect.domain.kinds import Kind
from fieldinspect.exchange.depots import retrying
from fieldinspect.exchange.depots.opening import KnownDepots
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import capture, destinations, queue, reading
from fieldinspect.services.sync import Sync
from fieldinspect.store.vault import StoredVault
from tests.exchange.depots.servers import Place, Wire
from tests.team import NOW, door, team

__all__ = ["door", "team"]

MIB = 1 << 20
ATTACHED = 12 * MIB


def synchronising(vault: StoredVault, there: Place) -> Sync:
    destinations.add(vault, replace(there.destination, id="", name="Far"), there.credentials)
    return Sync(lambda work: work(vault), KnownDepots(), BundleEnvelope(), lambda: NOW)


def wire(there: Place) -> Wire:
    assert there.wire is not None
    return there.wire


def cut(there: Place, *, up: int | None = None, down: int | None = None) -> None:
    line = wire(there)
    line.reset()
    line.cut_up_after, line.cut_down_after = up, down


@pytest.mark.parametrize(
    ("kind", "goes_on"), [(DepotKind.SFTP, True), (DepotKind.S3, True), (DepotKind.WEBDAV, False)]
)
def test_a_large_bundle_goes_on_where_it_was(
    kind: DepotKind,
    goes_on: bool,
    places: dict[DepotKind, Place],
    team: dict[str, StoredVault],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retrying, "WAITS_S", ())  # a laptop that is closed in between
    there, lead, ann = places[kind], team["lead"], team["ann"]
    sending, fetching = synchronising(lead, there), synchronising(ann, there)
    inspection = reading.inspections(lead)[0].id
    visit = capture.start_visit(
        lead, inspection=inspection, station="Example Road", force="gwent", happened=NOW
    )
    scan = os.urandom(MIB) * (ATTACHED // MIB)
    capture.attach(
        lead, visit, name="scan.bin", media_type="application/x", source=io.BytesIO(scan), happened=NOW
    )
    people = [ann.identity.person]
    full = queue.seal_for(lead, BundleEnvelope(), people, "Far", now=NOW)
    (name,) = [path.name for path in lead.outgoing_folder.iterdir()]

    cut(there, up=ATTACHED * 3 // 4)
    (report,) = sending.run().destinations
    assert (report.sent, report.waiting) == (0, 1)
    assert queue.waiting(lead)[0].state is QueueState.FAILED
    cut(there)
    (report,) = sending.run().destinations
    assert (report.sent, report.trouble) == (1, "")
    assert (wire(there).up < ATTACHED * 2 // 3) is goes_on
    assert there.files() == [name]

    cut(there, down=ATTACHED * 3 // 4)
    (report,) = fetching.run().destinations
    assert report.received == 0
    assert report.trouble
    cut(there)
    (report,) = fetching.run().destinations
    assert (report.received, report.trouble) == (1, "")
    assert wire(there).down < ATTACHED * 2 // 3
    assert ann.digest() == lead.digest()

    capture.add_note(lead, visit, "Nine forms wait", happened=NOW)
    delta = queue.seal_for(lead, BundleEnvelope(), people, "Far", now=NOW)
    assert delta.size < full.size // 100
    assert sending.run().destinations[0].sent == 1
    cut(there)
    assert fetching.run().destinations[0].received == 1
    assert wire(there).down < ATTACHED // 10
    assert [one.text for one in reading.timeline(ann, visit) if one.kind == Kind.NOTE] == ["Nine forms wait"]
