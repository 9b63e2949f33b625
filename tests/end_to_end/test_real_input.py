"""The whole path on real input: 43 forces, a real workbook with its recorded walk, a real press release.

Captured offline by one inspector, sealed, merged, and every paragraph and answer found again, word for word,
in the lead's vault and by search.
"""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldinspect.domain.roster import Policy
from fieldinspect.forms import Session, load
from fieldinspect.interchange.authoring import compile_form
from fieldinspect.services import capture, instruments, programme, reading
from fieldinspect.services.reference import forces
from fieldinspect.store.vault import StoredVault
from tests.shared import shared_data
from tests.team import FORMS, NOW, carry

WORKBOOK = "ifrc-distribution-site-assessment-v1.xls"


@pytest.fixture(scope="module")
def workbook_form() -> bytes:
    """The workbook as authored, compiled. Its walk was recorded under the root name pyxform gives a form: data."""
    return compile_form(shared_data("forms", WORKBOOK).read_bytes(), ".xls", "data")


@pytest.fixture
def paragraphs() -> list[str]:
    text = shared_data("press-release-2014.txt").read_text(encoding="utf-8")
    return [paragraph for paragraph in text.split("\n\n") if paragraph.strip()]


@pytest.fixture
def pair(make_vault: Callable[[str], StoredVault], workbook_form: bytes) -> tuple[StoredVault, StoredVault]:
    """A lead and an inspector whose visit form is the workbook's."""
    lead, ann = make_vault("lead"), make_vault("ann")
    forms = FORMS | {"station_visit": (load(workbook_form).version, workbook_form)}
    programme.found_inspection(lead, "Real input", now=NOW, forms=forms, policy=Policy(envelope="x25519"))
    programme.admit(lead, programme.enrolment_request(ann), ["inspector"], now=NOW)
    programme.join(ann, lead.roster_bytes(), programme.fingerprint(lead.roster_bytes()))
    return lead, ann


def answer_as_walked(vault: StoredVault, visit: str, steps: list[dict[str, str]]) -> Session:
    """Answer the visit's own form, step by step, and store what each step changed."""
    inspection = reading.inspections(vault)[0].id
    session = Session(load(instruments.form_xml(vault, inspection, "visit")))
    for step in steps:
        assert step["op"] == "answer"
        changed = session.answer(step["ref"], step["value"])
        capture.answer(vault, visit, changed.fields, happened=NOW)
    return session


def phrase(text: str) -> str:
    """Quote a text so that it is searched for as it stands."""
    return '"' + text.replace('"', " ") + '"'


def test_every_paragraph_and_answer_arrives_word_for_word(
    pair: tuple[StoredVault, StoredVault], paragraphs: list[str], tmp_path: Path
) -> None:
    lead, ann = pair
    carry(lead, ann, tmp_path)
    inspection = reading.inspections(ann)[0].id
    visit = capture.start_visit(ann, inspection=inspection, station="IFRC site", force="gwent", happened=NOW)
    press = shared_data("press-release-2014.txt")
    with press.open("rb") as source:
        capture.attach(ann, visit, name=press.name, media_type="text/plain", source=source, happened=NOW)
    for paragraph in paragraphs:
        capture.add_note(ann, visit, paragraph, happened=NOW)
    with shared_data("forms", "deep.public.jsonl").open(encoding="utf-8") as lines:
        walk = json.loads(next(lines))
    session = answer_as_walked(ann, visit, walk["steps"])
    carry(ann, lead, tmp_path)

    notes = [view.get("text") for view in lead.children(visit, ["note"])]
    assert sorted(notes) == sorted(paragraphs)
    assert len(notes) == 20
    for paragraph in paragraphs:
        hits = lead.search(phrase(paragraph), limit=200)
        assert any(lead.record(hit.record).get("text") == paragraph for hit in hits)  # type: ignore[union-attr]

    answered = {step["ref"]: step["value"] for step in walk["steps"]}
    kept = reading.answers(lead, visit)
    assert {path: kept.get(path) for path in answered} == answered
    assert len(answered) > 60
    for path, value in answered.items():
        assert any(
            (hit.record, hit.field) == (visit, path) for hit in lead.search(phrase(value), limit=500)
        ), path
    again = Session(load(instruments.form_xml(lead, inspection, "visit")), kept)
    assert {path: again.state(path) for path in answered} == {path: session.state(path) for path in answered}

    (card,) = reading.attachments(lead, visit)
    with lead.open_blob(card.id, card.digest) as opened:
        assert opened.read() == press.read_bytes()
    assert lead.examine_chains().problems == ()
    assert lead.rebuild()


def test_the_shipped_forces_are_the_43(pair: tuple[StoredVault, StoredVault], tmp_path: Path) -> None:
    with shared_data("forces43.csv").open(encoding="utf-8", newline="") as lines:
        listed = list(csv.DictReader(lines))
    assert {row["slug"]: row["name"] for row in listed} == {
        slug: force.name for slug, force in forces().items()
    }
    lead, ann = pair
    carry(lead, ann, tmp_path)
    inspection = reading.inspections(ann)[0].id
    for row in listed:
        capture.start_visit(ann, inspection=inspection, station=row["name"], force=row["slug"], happened=NOW)
    carry(ann, lead, tmp_path)
    cards = reading.visits(lead)
    assert {(card.force, card.station) for card in cards} == {(row["slug"], row["name"]) for row in listed}
    for row in listed:
        assert any(
            hit.field == "force" or row["name"] in hit.snippet.replace("\u2402", "").replace("\u2403", "")
            for hit in lead.search(phrase(row["name"]))
        )
