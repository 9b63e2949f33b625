"""Pictures are part of the signed set: they travel with it, and what was not signed is not shown."""

import hashlib
import json
from pathlib import Path

import msgspec
import pytest

from fieldinspect.crypto.signed import sign_document
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import RecordView
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.forms.media import MOST_BYTES
from fieldinspect.services import exchange, instruments, reading, writing
from fieldinspect.services.ports import Write
from fieldinspect.store.vault import StoredVault
from tests.pictures import bomb, png
from tests.team import FORM, FORMS, NOW

Team = dict[str, StoredVault]
ENVELOPE = BundleEnvelope()
DOOR, FRONT = png(8, 6), png(4, 4)


def contact(version: str = "2", *names: str) -> bytes:
    """Return a form of contacts whose only question has these pictures."""
    values = "".join(
        f'<value form="{kind}">jr://images/{name}</value>'
        for kind, name in zip(("image", "big-image"), names or ("door.png", "front.png"), strict=False)
    )
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>'
        f'<model><itext><translation lang="en"><text id="a"><value>See</value>{values}</text></translation></itext>'
        f'<instance><contact id="contact" version="{version}"><a/></contact></instance></model></h:head>'
        '<h:body><input ref="/contact/a"><label ref="jr:itext(\'a\')"/></input></h:body></h:html>'
    ).encode()


FILES = {"door.png": DOOR, "front.png": FRONT, "not-asked-for.png": png(2, 2)}


@pytest.fixture
def lead(team: Team) -> StoredVault:
    return team["lead"]


@pytest.fixture
def inspection(lead: StoredVault) -> str:
    return reading.inspections(lead)[0].id


def publish(lead: StoredVault, inspection: str, xml: bytes, files: dict[str, bytes] = FILES) -> int:
    return instruments.publish_forms(lead, inspection, {"contact": xml}, now=NOW, pictures={"contact": files})


def kept(vault: StoredVault) -> list[RecordView]:
    return vault.of_kind(Kind.FORM_PICTURE)


def test_what_a_form_asks_for_is_signed_and_read_back(lead: StoredVault, inspection: str) -> None:
    assert publish(lead, inspection, contact()) == 2
    assert instruments.pictures_of(lead, inspection, contact()) == {"door.png": DOOR, "front.png": FRONT}
    assert instruments.pictures_of(lead, inspection, FORM) == {}
    assert len(kept(lead)) == 2
    assert lead.search("png") == []


def test_pictures_travel_with_the_set_to_another_laptop(team: Team, inspection: str, tmp_path: Path) -> None:
    lead, ann = team["lead"], team["ann"]
    publish(lead, inspection, contact())
    sealed = exchange.seal_bundle(lead, ENVELOPE, [ann.identity.person], tmp_path)
    exchange.receive_bundle(ann, ENVELOPE, Path(sealed.path), now=NOW)
    assert instruments.pictures_of(ann, inspection, contact()) == {"door.png": DOOR, "front.png": FRONT}


def test_a_later_set_carries_only_what_is_new(lead: StoredVault, inspection: str) -> None:
    publish(lead, inspection, contact())
    assert publish(lead, inspection, contact("3"), FILES | {"front.png": png(5, 5)}) == 3
    assert len(kept(lead)) == 3
    assert instruments.pictures_of(lead, inspection, contact("3"))["front.png"] == png(5, 5)
    assert instruments.pictures_of(lead, inspection, contact())["front.png"] == FRONT


@pytest.mark.parametrize("field", ["blob", "sha256"])
def test_a_picture_that_is_not_the_signed_one_is_not_shown(
    lead: StoredVault, inspection: str, field: str
) -> None:
    publish(lead, inspection, contact())
    door, front = sorted(kept(lead), key=lambda view: view.get("sha256") != hashlib.sha256(DOOR).hexdigest())
    writing.change(lead, door.id, {field: front.get(field)}, happened=NOW)
    shown = instruments.pictures_of(lead, inspection, contact())
    assert shown.get("front.png", FRONT) == FRONT
    assert "door.png" not in shown


def test_an_inspector_cannot_add_pictures_to_a_set(team: Team, inspection: str, tmp_path: Path) -> None:
    lead, ann = team["lead"], team["ann"]
    publish(lead, inspection, contact())
    sealed = exchange.seal_bundle(lead, ENVELOPE, [ann.identity.person], tmp_path)
    exchange.receive_bundle(ann, ENVELOPE, Path(sealed.path), now=NOW)
    record = new_record_id(ann.identity.device)
    with pytest.raises(BadInput, match="does not allow you"):
        ann.write([Write(record, Kind.FORM_PICTURE, kept(ann)[0].parent, inspection, {"sha256": "0"}, NOW)])


def test_a_changed_picture_needs_a_new_version_of_the_form(lead: StoredVault, inspection: str) -> None:
    publish(lead, inspection, contact())
    with pytest.raises(BadInput, match="was changed, but not its version 2"):
        publish(lead, inspection, contact(), FILES | {"door.png": png(9, 9)})
    assert publish(lead, inspection, contact()) == 3


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (bomb(), "60000 × 60000 pixels"),
        (b"<svg/>", "is not a picture"),
        (png() + bytes(MOST_BYTES), "kB is the most"),
    ],
)
def test_a_hostile_picture_is_not_signed(
    lead: StoredVault, inspection: str, bad: bytes, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        publish(lead, inspection, contact(), {"door.png": bad})
    assert instruments.form_xml(lead, inspection, Kind.CONTACT) == FORM
    assert kept(lead) == []


def test_the_pictures_of_a_set_have_a_limit_together(
    lead: StoredVault, inspection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fieldinspect.services.form_pictures.MOST_TOGETHER", len(DOOR) + len(FRONT) - 1)
    with pytest.raises(BadInput, match="Save them smaller"):
        publish(lead, inspection, contact())


def test_a_picture_that_is_not_here_is_left_out(lead: StoredVault, inspection: str) -> None:
    publish(lead, inspection, contact("2"), {"door.png": DOOR})
    assert instruments.pictures_of(lead, inspection, contact("2")) == {"door.png": DOOR}


def test_a_set_without_pictures_is_written_as_it_always_was(inspection: str) -> None:
    """Sets of before there were pictures stay valid, and older programs read those of today."""
    fields = instruments.sign_form_set(
        inspection, 1, "now", {"contact": ("1", FORM)}, instruments.signer_with([SigningKey.generate()])
    )
    text = json.loads(fields["manifest"] or "")["document"]
    digest = hashlib.sha256(FORM).hexdigest()
    assert text == (
        f'{{"format":"fieldinspect-formset/1","inspection":"{inspection}","version":1,"issued":"now",'
        f'"forms":[{{"id":"contact","version":"1","sha256":"{digest}"}}]}}'
    )


def test_a_set_from_before_there_were_pictures_still_loads(lead: StoredVault, inspection: str) -> None:
    secret = lead.secret("root-key")
    assert secret is not None
    entries = ",".join(
        f'{{"id":"{name}","version":"1","sha256":"{hashlib.sha256(xml).hexdigest()}"}}'
        for name, (_version, xml) in FORMS.items()
    )
    text = (
        f'{{"format":"fieldinspect-formset/1","inspection":"{inspection}","version":7,"issued":"then",'
        f'"forms":[{entries}]}}'
    )
    fields: dict[str, str | None] = {
        "manifest": sign_document(text, [SigningKey(secret)], instruments.NAMESPACE).decode()
    }
    fields |= {f"form/{name}": xml.decode() for name, (_version, xml) in FORMS.items()}
    record = new_record_id(lead.identity.device)
    lead.write([Write(record, Kind.FORM_SET, inspection, inspection, fields, NOW)])
    assert instruments.form_xml(lead, inspection, Kind.CONTACT) == FORM
    assert publish(lead, inspection, contact()) == 8


class _OldEntry(msgspec.Struct, frozen=True):
    id: str
    version: str
    sha256: str


class _OldSet(msgspec.Struct, frozen=True):
    format: str
    inspection: str
    version: int
    issued: str
    forms: tuple[_OldEntry, ...]


def test_a_program_from_before_reads_a_set_with_pictures(lead: StoredVault, inspection: str) -> None:
    publish(lead, inspection, contact())
    manifest = max((view.get("manifest") for view in lead.of_kind(Kind.FORM_SET)), key=len)
    text = json.loads(manifest)["document"]
    assert '"pictures":[{"name":"door.png","sha256":"' in text
    read = msgspec.json.decode(text, type=_OldSet)
    assert {one.id for one in read.forms} == FORMS.keys()
