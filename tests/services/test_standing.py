"""Who may be sent to and who may receive, by the dates of the team list."""

from datetime import timedelta
from pathlib import Path

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import exchange, quarantine
from fieldinspect.services.quarantine import NotReceived
from fieldinspect.store.vault import StoredVault
from tests.store.test_standing import with_person
from tests.team import NOW

ENVELOPE = BundleEnvelope()


def test_who_left_in_time_is_sealed_for_no_more_and_receives_no_more(
    team: dict[str, StoredVault], tmp_path: Path
) -> None:
    lead, ann = team["lead"], team["ann"]
    person, after = ann.identity.person, NOW + timedelta(days=1)
    early = exchange.seal_bundle(lead, ENVELOPE, [person], tmp_path, now=NOW)
    until = with_person(lead, person, valid_until=NOW.isoformat())
    lead.install_roster(until)
    ann.install_roster(until)
    assert person in [one.person for one in exchange.recipients(lead, NOW)]
    assert person not in [one.person for one in exchange.recipients(lead, after)]
    with pytest.raises(BadInput, match="The time of ann on the team is over"):
        exchange.seal_bundle(lead, ENVELOPE, [person], tmp_path, everything=True, now=after)
    with pytest.raises(NotReceived, match="Your time on the team is over") as refused:
        quarantine.receive(ann, ENVELOPE, Path(early.path), now=after)
    assert refused.value.stays
    assert exchange.seal_bundle(ann, ENVELOPE, [lead.identity.person], tmp_path, now=after).entries
    longer = with_person(lead, person, valid_until="")
    lead.install_roster(longer)
    ann.install_roster(longer)
    assert quarantine.receive(ann, ENVELOPE, Path(early.path), now=after).new_entries
