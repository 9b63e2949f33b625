"""Attacks on who may write what about whom: conflicts of interest, dates, branches, settling, families."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.domain.kinds import Kind, Scope
from fieldinspect.domain.roster import Revocation
from fieldinspect.journal.clock import at
from fieldinspect.journal.entry import from_line
from fieldinspect.services import capture, planning, reading, visits, writing
from fieldinspect.services.exporting import record_tables
from tests.attacks.catalogue import FORMER, MEMBER, NoEffect, Quarantined, attack
from tests.attacks.entries import own_record
from tests.attacks.field import Field, Pen, key_of
from tests.team import NOW

FORCE = "essex"
DEEP = 200


def with_conflict(field: Field) -> None:
    """Let ann's visit be of a force, and ben have a conflict of interest with it, for ann and the lead."""
    writing.change(field.ann, field.visit, {"force": FORCE}, happened=NOW)
    ben = field.ben.identity.person
    people = tuple(
        replace(person, conflicts=(FORCE,)) if person.id == ben else person for person in field.roster.people
    )
    field.lead.install_roster(field.next_list(people=people))
    field.ann.install_roster(field.lead.roster_bytes())


@attack("a note on a force by who has a conflict of interest", by=MEMBER, ends=Quarantined("conflict"))
def _(field: Field) -> Path:
    with_conflict(field)
    line, keys, _record = own_record(field, parent=field.visit)
    return field.sends(line, keys=keys)


@attack("the force taken off a visit by who has a conflict with it", by=MEMBER, ends=Quarantined("role"))
def _(field: Field) -> Path:
    with_conflict(field)
    key = key_of(field.ben, field.visit)
    line = Pen(field.ben).line(
        field.visit, key, {"force": ""}, kind=Kind.VISIT, parent=field.roster.inspection
    )
    return field.sends(line)


@attack(
    "a visit said to be of another force by who neither began it nor leads",
    by=MEMBER,
    ends=Quarantined("role"),
)
def _(field: Field) -> Path:
    """It would hide the visit from a lead with a conflict, or give it to another team; replacing, without a trace."""
    key, pen = key_of(field.ben, field.visit), Pen(field.ben)
    said = {"force": "kent"}
    line = pen.line(field.visit, key, said, kind=Kind.VISIT, parent=field.roster.inspection)
    return field.sends(line)


@attack("another team's visit said to be that of one's own plan", by=MEMBER, ends=Quarantined("role"))
def _(field: Field) -> Path:
    details = planning.Details(NOW.date(), NOW.date(), station="X", assigned=(field.ben.identity.person,))
    plan = planning.plan(field.lead, details, happened=NOW)
    key, pen = key_of(field.ben, field.visit), Pen(field.ben)
    said = {"planned": plan}
    return field.sends(pen.line(field.visit, key, said, kind=Kind.VISIT, parent=field.roster.inspection))


@attack("a visit begun by who was taken off it", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Callable[[], object]:
    """That they began it is their own word, and brings them nothing."""
    ann, ben = (vault.identity.person for vault in (field.ann, field.ben))
    field.aim_at("lead")
    details = planning.Details(NOW.date(), NOW.date(), station="X", assigned=(ann, ben))
    plan = planning.plan(field.lead, details, happened=NOW)
    visit = planning.one(field.lead, plan).visit
    note = capture.add_note(field.lead, visit, "words", happened=NOW)
    planning.assign(field.lead, plan, ben, away=True, happened=NOW)
    said = {f"begun/{ben}": NOW.isoformat()}
    line = Pen(field.ben).line(
        visit, key_of(field.lead, visit), said, kind=Kind.VISIT, parent=field.roster.inspection
    )
    field.receive(field.sends(line))

    def look() -> None:
        scopes = frozenset({field.roster.scope_id(Scope.TEAM)})
        assert not {visit, note} & field.lead.outgoing(scopes, {}, (ben,)).keys.keys()
        assert {visit, note} <= field.lead.outgoing(scopes, {}, (ann,)).keys.keys()

    return look


@attack(
    "an inspector's leave for themselves to work in spite of a conflict", by=MEMBER, ends=Quarantined("role")
)
def _(field: Field) -> Path:
    with_conflict(field)
    said = {"person": field.ben.identity.person, "force": FORCE, "reason": "x"}
    line, keys, _record = own_record(
        field, fields=said, kind=Kind.CONFLICT_OVERRIDE, parent=field.roster.inspection
    )
    return field.sends(line, keys=keys)


@attack("what who has a conflict asks the lead for", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Callable[[], object]:
    """A bundle for ben holds no key and no body of the visit or of anything beneath it."""
    with_conflict(field)
    carried = field.ann.outgoing(field.roster.scopes_for(frozenset({field.lead.identity.person})), {})
    field.aim_at("lead")
    sealed = field.sends(*carried.lines(), keys=carried.keys, by="ann")
    field.receive(sealed)
    field.aim_at("ann")

    def look() -> None:
        ben = field.ben.identity.person
        given = field.lead.outgoing(frozenset({field.roster.scope_id(Scope.TEAM)}), {}, (ben,))
        assert not {field.visit, field.note} & given.keys.keys()
        theirs = [from_line(line) for line in given.lines()]
        assert all(one.sealed is None for one in theirs if one.header.record in (field.visit, field.note))

    return look


@attack("an entry dated before its author took part", by=MEMBER, ends=Quarantined("expired"))
def _(field: Field) -> Path:
    early = at(NOW - timedelta(days=400))
    line, keys, _record = own_record(field, parent=field.visit, clock=early)
    return field.sends(line, keys=keys)


@attack("a disagreement settled by an inspector", by=MEMBER, ends=Quarantined("role"))
def _(field: Field) -> Path:
    """Ann and the lead answered differently; ben replaces both by what suits him."""
    question = "/station_visit/arrival/escort"
    for name, value in (("ann", "yes"), ("lead", "no")):
        capture.answer(getattr(field, name), field.visit, {question: value}, happened=NOW)
    lines = field.lead.outgoing(field.roster.scopes_for(frozenset({field.ann.identity.person})), {}).lines()
    field.receive(field.sends(*lines, by="lead"))
    (conflict,) = field.ann.conflicts()
    heads = [version.change for version in conflict.versions]
    line = Pen(field.ben).line(
        field.visit, key_of(field.ben, field.visit), {question: "mine"},
        kind=Kind.VISIT, parent=field.roster.inspection, replaces=heads, clock=at(NOW + timedelta(days=9999)),
    )  # fmt: skip
    return field.sends(line)


@attack("a branch that a thief grew before the place of the revocation", by=FORMER, ends=Quarantined("fork"))
def _(field: Field) -> Path:
    """Ben's laptop counts up to its second entry; the thief writes another second one with the same key."""
    capture.add_note(field.ben, field.visit, "honest", happened=NOW)
    me = field.ben.identity
    lines = list(field.ben.outgoing(field.roster.scopes_for(frozenset({me.person})), {}).lines())
    own = [from_line(line) for line in lines if from_line(line).header.device == me.device]
    field.receive(field.sends(*lines, keys={}))
    last = max(own, key=lambda entry: entry.header.sequence)
    revocations = (
        Revocation(me.device, me.incarnation, last.header.sequence, last.id),
        Revocation(me.device, "", 0),
    )
    field.lead.install_roster(field.next_list(revocations=revocations))
    field.ann.install_roster(field.lead.roster_bytes())
    thief, key = Pen(field.ben, me.incarnation, last.header.sequence - 1), RecordKey.generate()
    thief.previous = last.header.previous
    record = thief.new_record()
    return field.sends(thief.line(record, key, parent=field.visit), keys={record: (key.secret,)})


@attack("two hundred records one below the other", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Callable[[], object]:
    pen, key = Pen(field.ben), RecordKey.generate()
    records = [pen.new_record() for _each in range(DEEP)]
    above = [field.visit, *records]
    lines = [pen.line(one, key, parent=parent) for one, parent in zip(records, above, strict=False)]
    field.receive(field.sends(*lines, keys=dict.fromkeys(records, (key.secret,))))

    def look() -> None:
        ann = field.ann
        assert ann.family(field.visit)
        reading.timeline(ann, records[-1])
        assert record_tables(ann, ["note"]).left_out == 0
        assert ann.readings_over([records[-1]]) == frozenset()
        assert len(ann.search("forged", limit=9)) == 9

    return look


@attack("a circle of parents that names a force", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Callable[[], object]:
    with_conflict(field)
    pen, key = Pen(field.ben), RecordKey.generate()
    one, other = pen.new_record(), pen.new_record()
    lines = (
        pen.line(one, key, {"force": "kent", "text": "x"}, parent=other),
        pen.line(other, key, {"text": "x"}, parent=one),
    )
    field.receive(field.sends(*lines, keys=dict.fromkeys((one, other), (key.secret,))))

    def look() -> None:
        assert {one, other} <= {view.id for view in field.ann.of_kind(Kind.NOTE)}
        people = tuple(person.id for person in field.roster.people)
        field.ann.outgoing(field.roster.scopes_for(frozenset(people)), {}, people)

    return look


@attack("somebody else's visits said to be one", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Callable[[], object]:
    """Ben began neither of them; nor is a visit one with itself, nor with what is no visit."""
    pen, key = Pen(field.ben), RecordKey.generate()
    others = [view.id for view in field.ann.of_kind(Kind.VISIT)]
    assert len(others) == 2
    said = ["\n".join(others), "\n".join([field.visit] * 3), f"{field.visit}\n{field.note}\n../x\n"]
    records = [pen.new_record() for _each in said]
    lines = [
        pen.line(record, key, {"visits": text}, kind=Kind.VISIT_LINK, parent=pen.inspection)
        for record, text in zip(records, said, strict=True)
    ]
    field.receive(field.sends(*lines, keys=dict.fromkeys(records, (key.secret,))))

    def look() -> None:
        assert [len(group) for group in visits.all_visits(field.ann)] == [1, 1]

    return look
