"""The sample inspection: fictional people and one station visit, played through the same use cases as real work."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from fieldinspect import resources
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Policy
from fieldinspect.domain.views import Sealed
from fieldinspect.services import capture, conflicts, exchange, programme, reading
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.services.ports import Envelope, Replica

LEAD, FIRST, SECOND = "lead", "inspector-a", "inspector-b"


class Part(msgspec.Struct, frozen=True):
    """Somebody of the sample: the vault's name, the person's, the role."""

    vault: str
    name: str
    role: str


class Record(msgspec.Struct, frozen=True):
    """Something recorded during the visit: a note has a text, a matter fields, the others answers."""

    by: str
    at: datetime
    kind: str
    text: str = ""
    answers: dict[str, str] = {}
    fields: dict[str, str] = {}
    attach: str = ""


class Visit(msgspec.Struct, frozen=True):
    by: str
    at: datetime
    station: str
    force: str
    answers: dict[str, str]


class Disagreement(msgspec.Struct, frozen=True):
    """One question that the two inspectors answer differently, and how the lead settles it."""

    field: str
    other: str
    settled: str
    reason: str


class Sample(msgspec.Struct, frozen=True):
    title: str
    contact: str
    passphrase: str
    people: tuple[Part, ...]
    visit: Visit
    records: tuple[Record, ...]
    disagreement: Disagreement
    issued: date


def load_sample() -> Sample:
    """Return the sample inspection that is shipped."""
    return msgspec.json.decode(resources.file("sample/inspection.json").read_bytes(), type=Sample)


def assemble(sample: Sample, vaults: Mapping[str, Replica]) -> str:
    """Start the inspection in the lead's vault and let the inspectors join it; return its id."""
    lead = vaults[LEAD]
    begun = datetime.now(UTC)  # the visit was long ago, but a team list of that day would have expired
    inspection = programme.found_inspection(
        lead,
        sample.title,
        now=begun,
        forms=shipped_forms(),
        policy=Policy(envelope="x25519"),
        contact=sample.contact,
    )
    others = [part for part in sample.people if part.vault != LEAD]
    for part in others:
        programme.admit(lead, programme.enrolment_request(vaults[part.vault]), [part.role], now=begun)
    roster = lead.roster_bytes()
    for part in others:
        programme.join(vaults[part.vault], roster, programme.fingerprint(roster))
    return inspection


def play(
    sample: Sample, inspection: str, vaults: Mapping[str, Replica], envelope: Envelope, bundles: Path
) -> tuple[str, list[Sealed]]:
    """Play the visit from briefing to the settled conflict; return the visit's id and the bundles made.

    Every bundle is sealed for the lead as well, so that her identity alone opens all of them.
    """
    lead, first, second = vaults[LEAD], vaults[FIRST], vaults[SECOND]
    me, ann, ben = (vault.identity.person for vault in (lead, first, second))
    now = sample.visit.at

    def carry(sender: Replica, people: Sequence[str], *receivers: Replica) -> Sealed:
        sealed = exchange.seal_bundle(sender, envelope, people, bundles)
        for receiver in receivers:
            exchange.receive_bundle(receiver, envelope, Path(sealed.path), now=now)
        return sealed

    briefing = carry(lead, [ann, ben, me], first, second)
    visit = capture.start_visit(
        first, inspection=inspection, station=sample.visit.station, force=sample.visit.force, happened=now
    )
    told = carry(first, [ben, me], second, lead)
    capture.answer(first, visit, sample.visit.answers, happened=now)
    for record in sample.records:
        _enter(vaults[record.by], visit, record)
    capture.answer(second, visit, {sample.disagreement.field: sample.disagreement.other}, happened=now)
    sent = [carry(first, [me], lead), carry(second, [me], lead)]
    _settle(sample.disagreement, lead, now)
    return visit, [briefing, told, *sent]


def _enter(vault: Replica, visit: str, record: Record) -> None:
    if record.kind == Kind.NOTE:
        capture.add_note(vault, visit, record.text, happened=record.at)
        return
    made = capture.add_record(
        vault, record.kind, visit, happened=record.at, answers=record.answers, fields=record.fields
    )
    if record.attach:
        with resources.file(f"sample/{record.attach}").open("rb") as source:
            capture.attach(
                vault, made, name=record.attach, media_type="text/plain", source=source, happened=record.at
            )


def _settle(disagreement: Disagreement, lead: Replica, now: datetime) -> None:
    for conflict in lead.conflicts():
        if conflict.field == disagreement.field:
            conflicts.resolve(lead, conflict, disagreement.settled, reason=disagreement.reason, happened=now)


def summary_facts(vault: Replica, visit: str) -> dict[str, int]:
    """Return what the visit holds by kind: what a demonstration tells its reader."""
    counted: dict[str, int] = {}
    for item in reading.timeline(vault, visit):
        counted[item.kind] = counted.get(item.kind, 0) + 1
    return counted
