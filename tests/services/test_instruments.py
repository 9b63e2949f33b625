import pytest

from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import FORM_OF, Kind
from fieldinspect.services import capture, instruments, reading, writing
from fieldinspect.services.ports import Write
from fieldinspect.store.vault import StoredVault
from tests.team import FORM, FORMS, NOW

Team = dict[str, StoredVault]


@pytest.fixture
def lead(team: Team) -> StoredVault:
    return team["lead"]


@pytest.fixture
def inspection(lead: StoredVault) -> str:
    return reading.inspections(lead)[0].id


def publish(lead: StoredVault, inspection: str, version: int, keys: list[SigningKey], form: bytes) -> str:
    forms = FORMS | {"contact": (str(version), form)}
    fields = instruments.sign_form_set(
        inspection, version, NOW.isoformat(), forms, instruments.signer_with(keys)
    )
    record = new_record_id(lead.identity.device)
    lead.write([Write(record, Kind.FORM_SET, inspection, inspection, fields, NOW)])
    return record


def root_of(lead: StoredVault) -> SigningKey:
    secret = lead.secret("root-key")
    assert secret is not None
    return SigningKey(secret)


def test_every_kind_with_a_form_has_one_in_the_shipped_set() -> None:
    shipped = instruments.shipped_forms()
    assert shipped.keys() == set(FORM_OF.values())
    assert all(version and xml.startswith(b"<") for version, xml in shipped.values())


def test_a_signed_set_is_used_and_the_highest_version_wins(lead: StoredVault, inspection: str) -> None:
    assert instruments.form_xml(lead, inspection, Kind.CONTACT) == FORM
    publish(lead, inspection, 2, [root_of(lead)], b"<second/>")
    assert instruments.form_xml(lead, inspection, Kind.CONTACT) == b"<second/>"
    assert instruments.form_name(lead, inspection, Kind.CONTACT).startswith("contact 2 ")


def test_a_set_signed_by_anybody_else_is_not_used(lead: StoredVault, inspection: str) -> None:
    publish(lead, inspection, 9, [SigningKey.generate()], b"<forged/>")
    assert instruments.form_xml(lead, inspection, Kind.CONTACT) == FORM


def test_a_form_that_is_not_the_signed_one_is_refused(lead: StoredVault, inspection: str) -> None:
    record = publish(lead, inspection, 2, [root_of(lead)], b"<second/>")
    writing.change(lead, record, {"form/contact": "<swapped/>"}, happened=NOW)
    with pytest.raises(instruments.FormsNotTrusted):
        instruments.form_xml(lead, inspection, Kind.CONTACT)


def test_capture_waits_for_forms(team: Team, inspection: str) -> None:
    with pytest.raises(BadInput, match="no forms yet"):
        capture.start_visit(
            team["ann"], inspection=inspection, station="Example Road", force="", happened=NOW
        )
