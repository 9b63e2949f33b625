"""Attacks by entries and keys: what an enrolled laptop with a changed program writes, in a sound bundle."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.durability import Cause, Heads
from fieldinspect.domain.ids import new_id
from fieldinspect.domain.kinds import Kind, Scope
from fieldinspect.domain.roster import Revocation
from fieldinspect.journal import entry as entry_module
from fieldinspect.journal.clock import at
from fieldinspect.journal.entry import LAST_CLOCK, MalformedEntry, from_line, to_line
from fieldinspect.services import capture, durability, reading
from fieldinspect.services.exporting import record_tables
from fieldinspect.store.keyring import load_keys
from fieldinspect.store.verify import ForgedEntry, UnknownWriter
from tests.attacks.catalogue import FORMER, MEMBER, RECIPIENT, NoEffect, Quarantined, Refused, attack
from tests.attacks.envelopes import CHANGED
from tests.attacks.field import CLOCK, Field, Pen, key_of
from tests.exchange.making import Forged
from tests.team import NOW

FORGED = Refused(ForgedEntry, "whose signature is wrong")
STRANGE = Refused(UnknownWriter, "by a device that is not in your team list")
MALFORMED = Refused(MalformedEntry, "entry")


def first_line_of(field: Field, record: str, by: str = "ann") -> bytes:
    vault = getattr(field, by)
    roster = field.roster
    lines = vault.outgoing(frozenset(scope.id for scope in roster.scopes), {}).lines()
    return next(line for line in lines if from_line(line).header.record == record)


def own_record(
    field: Field, by: str = "ben", **lies: object
) -> tuple[bytes, dict[str, tuple[bytes, ...]], str]:
    """Return line, keys and id of a record that a member founds as they like."""
    pen, key = Pen(getattr(field, by)), RecordKey.generate()
    record = pen.new_record()
    return pen.line(record, key, **lies), {record: (key.secret,)}, record  # type: ignore[arg-type]


# --- in somebody else's name


@attack("an entry signed by another laptop than it names", by=MEMBER, ends=FORGED)
def _(field: Field) -> Path:
    line, keys, _record = own_record(field, signer=field.writer("lead", ("ann", "ben")).signer)
    return field.sends(line, keys=keys)


@attack("an entry by a laptop nobody admitted", by=MEMBER, ends=STRANGE)
def _(field: Field) -> Path:
    stranger = SigningKey.generate()
    line, keys, _record = own_record(field, signer=stranger, device=stranger.public.fingerprint)
    return field.sends(line, keys=keys)


@attack("an entry that names the lead as its author", by=MEMBER, ends=Quarantined("wrong-author"))
def _(field: Field) -> Path:
    line, keys, _record = own_record(field, author=field.lead.identity.person)
    return field.sends(line, keys=keys)


@attack("the signature of an entry on another header", by=MEMBER, ends=FORGED)
def _(field: Field) -> Path:
    pen, key = Pen(field.ben), RecordKey.generate()
    record = pen.new_record()
    one, other = (from_line(pen.line(record, key)) for _each in range(2))
    return field.sends(_line(one.header_bytes, other.signature, one.sealed))


@attack("the signature of a bundle's manifest on an entry", by=MEMBER, ends=FORGED)
def _(field: Field) -> Path:
    pen, key = Pen(field.ben), RecordKey.generate()
    entry = from_line(pen.line(pen.new_record(), key))
    return field.sends(
        _line(entry.header_bytes, field.ben._pen.signer.sign(entry.header_bytes), entry.sealed)
    )


# --- on what others founded


@attack("an entry that says a note is a print log", by=MEMBER, ends=Quarantined("kind"))
def _(field: Field) -> Path:
    key = key_of(field.ben, field.note)
    return field.sends(Pen(field.ben).line(field.note, key, kind=Kind.PRINT_LOG, parent=field.visit))


@attack(
    "an entry that moves a note under another visit, before its founder wrote",
    by=MEMBER,
    ends=Quarantined("kind"),
)
def _(field: Field) -> Path:
    key = key_of(field.ben, field.note)
    return field.sends(Pen(field.ben).line(field.note, key, parent=new_id()))


@attack("junk in the team's scope on a restricted record", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Path:
    """Afterwards the lead must still give ben neither body nor key; this is asked of the lead's vault."""
    field.aim_at("lead")
    junk = Pen(field.ben).line(
        field.matter, RecordKey.generate(), kind=Kind.CONDUCT_MATTER, parent=field.visit
    )
    path = field.sends(junk)
    field.receive(path)
    given = field.lead.outgoing(field.roster.scopes_for(frozenset({field.ben.identity.person})), {})
    assert field.matter not in given.keys
    assert all(
        from_line(line).sealed is None for line in given.lines() if field.matter.encode() in _header(line)
    )
    return path


@attack("junk in a scope nobody holds, to keep a note back", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Path:
    path = field.sends(
        Pen(field.ben).line(field.note, RecordKey.generate(), scope=new_id(), parent=field.visit)
    )
    field.receive(path)
    everybody = field.roster.scopes_for(frozenset(person.id for person in field.roster.people))
    assert field.note in field.ann.outgoing(everybody, {}).keys
    return path


@attack("bodies taken out of a bundle that is passed on", by=RECIPIENT, ends=NoEffect())
def _(field: Field) -> Path:
    """The lead sends everybody's entries on without bodies; what is here stays, and what is not may come later."""
    lines = field.lead.outgoing(frozenset({field.roster.scope_id(Scope.TEAM)}), {}).lines()
    bare = [to_line(from_line(line), withhold=True) for line in lines]
    return field.sends(*bare, by="lead")


@attack("a body exchanged for another of the same record", by=MEMBER, ends=MALFORMED)
def _(field: Field) -> Path:
    pen, key = Pen(field.ben), RecordKey.generate()
    record = pen.new_record()
    one, other = (from_line(pen.line(record, key, {"text": text})) for text in ("yes", "no"))
    return field.sends(_line(one.header_bytes, one.signature, other.sealed))


@attack("a body moved to another place of the chain", by=MEMBER, ends=Quarantined("unreadable"))
def _(field: Field) -> Path:
    """Sealed for one place, signed for the next: what was withdrawn cannot be said again by its old bytes."""
    pen, key = Pen(field.ben), RecordKey.generate()
    record = pen.new_record()
    first = pen.entry(record, key)
    header = json.loads(first.header_bytes) | {"sequence": 2, "previous": first.id}
    moved = json.dumps(header, separators=(",", ":")).encode()
    signed = field.ben._pen.signer.sign(b"fieldinspect-entry-v1\n" + moved)
    return field.sends(_line(moved, signed, first.sealed), keys={record: (key.secret,)})


@attack("a key that the body does not name", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Callable[[], object]:
    """The signed digest covers what names the key: nobody shows two readers two texts, nor fills a vault with keys."""
    pen, key = Pen(field.ben), RecordKey.generate()
    record = pen.new_record()
    field.receive(field.sends(pen.line(record, key), keys={record: (RecordKey.generate().secret,)}))

    def look() -> None:
        assert field.ann.record(record) is None
        with field.ann._transaction() as connection:
            assert load_keys(connection, [record]).of(record) == ()

    return look


# --- entries that are none


def malformed(name: str, change: Callable[[bytes], bytes], ends: Refused = MALFORMED) -> None:
    """Enter an attack whose header is changed as text, and signed as it is then."""

    @attack(f"entry: {name}", by=MEMBER, ends=ends)
    def _(field: Field) -> Path:
        pen = Pen(field.ben)
        entry = from_line(pen.line(pen.new_record(), RecordKey.generate()))
        header = change(entry.header_bytes)
        assert header != entry.header_bytes
        signed = field.ben._pen.signer.sign(b"fieldinspect-entry-v1\n" + header)
        return field.sends(_line(header, signed, entry.sealed))


malformed("one member twice", lambda raw: raw.replace(b'"sequence":1', b'"sequence":2,"sequence":1'))
malformed("a member more", lambda raw: raw[:-1] + b',"x":1}')
malformed("white space", lambda raw: raw.replace(b'"sequence":1', b'"sequence": 1'))
malformed("a letter written as its number", lambda raw: raw.replace(b'"format"', b'"\\u0066ormat"'))
malformed(
    "a place beyond 64 bits", lambda raw: raw.replace(b'"sequence":1', b'"sequence":36893488147419103232')
)
malformed("a place as a fraction", lambda raw: raw.replace(b'"sequence":1', b'"sequence":1.0'))
malformed("a clock that is no number", lambda raw: raw.replace(b'"clock":%d' % (CLOCK), b'"clock":NaN'))
malformed("a clock after the year 2200", lambda raw: raw.replace(b"%d" % (CLOCK), b"%d" % LAST_CLOCK))
malformed("a clock before there were clocks", lambda raw: raw.replace(b"%d" % (CLOCK), b"-1"))
malformed(
    "a record whose id is a path",
    lambda raw: (
        raw[: raw.index(b'"record":"') + 10]
        + b"../../../../etc/passwd00000000000"
        + raw[raw.index(b'","scope"') :]
    ),
)
malformed("a hundred thousand brackets", lambda raw: raw[:-1] + b',"x":' + b"[" * 100_000)


@attack("entry: base 64 of the same bytes in other letters", by=MEMBER, ends=MALFORMED)
def _(field: Field) -> Path:
    line = own_record(field)[0]
    assert line.count(b"==") == 1  # of the signature, 64 bytes: four bits of its last letter are spare
    at = line.index(b"==") - 1
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    spare = letters[letters.index(line[at]) | 1]
    return field.sends(line[:at] + bytes([spare]) + line[at + 1 :])


# --- clocks


@attack("a clock of another century", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Callable[[], object]:
    """The entry is judged like any other; what ann writes next is of today all the same."""
    line, keys, _record = own_record(field, clock=at(datetime(2150, 1, 1, tzinfo=UTC)), parent=field.visit)
    field.receive(field.sends(line, keys=keys))
    note = capture.add_note(field.ann, field.visit, "after the trap", happened=NOW)

    def look() -> None:
        written = field.ann.record(note)
        assert written is not None
        assert written.written.year < 2100

    return look


# --- by who is no longer with us


def revoke(field: Field, *revocations: Revocation) -> None:
    field.lead.install_roster(field.next_list(revocations=revocations))
    field.ann.install_roster(field.lead.roster_bytes())


def ben_is_revoked(field: Field) -> tuple[str, int]:
    me = field.ben.identity
    revoke(field, Revocation(me.device, me.incarnation, 1, reason="stolen"), Revocation(me.device, "", 0))
    return me.incarnation, 1


@attack("an entry of a revoked laptop past its sequence", by=FORMER, ends=Quarantined("revoked"))
def _(field: Field) -> Path:
    chain, last = ben_is_revoked(field)
    pen, key = Pen(field.ben, chain, last), RecordKey.generate()
    record = pen.new_record()
    return field.sends(pen.line(record, key, parent=field.visit), keys={record: (key.secret,)})


@attack("the same, dated before it was revoked", by=FORMER, ends=Quarantined("revoked"))
def _(field: Field) -> Path:
    chain, last = ben_is_revoked(field)
    pen, key = Pen(field.ben, chain, last), RecordKey.generate()
    record = pen.new_record()
    return field.sends(
        pen.line(record, key, parent=field.visit, clock=CLOCK - 1), keys={record: (key.secret,)}
    )


@attack("the same, in a chain begun anew", by=FORMER, ends=Quarantined("revoked"))
def _(field: Field) -> Path:
    ben_is_revoked(field)
    line, keys, _record = own_record(field, parent=field.visit)
    return field.sends(line, keys=keys)


# --- roles


@attack("a form set by an inspector", by=MEMBER, ends=Quarantined("role"))
def _(field: Field) -> Path:
    line, keys, _record = own_record(field, kind=Kind.FORM_SET, parent=field.roster.inspection)
    return field.sends(line, keys=keys)


@attack("an erasure asked and confirmed by an inspector", by=MEMBER, ends=Quarantined("role", 2))
def _(field: Field) -> Path:
    pen, key, other = Pen(field.ben), RecordKey.generate(), RecordKey.generate()
    one, two = pen.new_record(), pen.new_record()
    asked = pen.entry(one, key, {"records": field.note}, kind=Kind.ERASURE_REQUEST)
    confirmed = pen.line(two, other, {"request": one, "entry": asked.id}, kind=Kind.ERASURE)
    return field.sends(to_line(asked), confirmed, keys={one: (key.secret,), two: (other.secret,)})


# --- keys


@attack("keys of records that are not in the bundle", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Path:
    return field.sends(keys={new_id(): (bytes(32),) for _each in range(1000)})


@attack("wrong keys for every record of the team", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Path:
    outgoing = field.ben.outgoing(frozenset({field.roster.scope_id(Scope.TEAM)}), {})
    return field.sends(*outgoing.lines(), keys=dict.fromkeys(outgoing.keys, (b"x" * 32,)))


def bad_keys(name: str, make: Callable[[str], str]) -> None:
    @attack(f"keys: {name}", by=MEMBER, ends=CHANGED)
    def _(field: Field) -> Path:
        raw = make(field.note).encode()
        return Forged(field.writer(), members=lambda members: members | {"keys.json": raw}).write(
            field.folder / "attack.fib"
        )


KEY = base64.b64encode(b"k" * 32).decode()
bad_keys("one record twice", lambda note: f'{{"{note}":["{KEY}"],"{note}":["{KEY}"]}}')
bad_keys(
    "seventeen for one record",
    lambda note: json.dumps(
        {note: [base64.b64encode(bytes([n]) * 32).decode() for n in range(17)]}, separators=(",", ":")
    ),
)
bad_keys(
    "a key of 31 bytes",
    lambda note: json.dumps({note: [base64.b64encode(bytes(31)).decode()]}, separators=(",", ":")),
)
bad_keys("a record whose name is a path", lambda _note: f'{{"../../etc":["{KEY}"]}}')


# --- structures that turn back on themselves


@attack("two records that stand under each other", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Callable[[], object]:
    """Looking up, looking down, exporting, counting and erasing come to an end all the same."""
    pen, key = Pen(field.ben), RecordKey.generate()
    one, other = pen.new_record(), pen.new_record()
    lines = pen.line(one, key, parent=other), pen.line(other, key, parent=one)
    field.receive(field.sends(*lines, keys={one: (key.secret,), other: (key.secret,)}))

    def look() -> None:
        ann = field.ann
        for record in (one, other):
            assert ann.record(record) is not None
            reading.timeline(ann, record)
            assert len(ann.family(record)) == 2
            assert ann.readings_over([record]) == frozenset()
        assert len(ann.search("forged")) == 2
        (notes,) = [one for one in record_tables(ann, ["note"]).tables if one.name == "note"]
        assert len(notes.rows) == 3

    return look


def _line(header: bytes, signature: bytes, sealed: bytes | None) -> bytes:
    parts = {"header": header, "signature": signature, "body": sealed}
    text = {name: base64.b64encode(part).decode() for name, part in parts.items() if part is not None}
    return json.dumps(text, separators=(",", ":")).encode()


def _header(line: bytes) -> bytes:
    return from_line(line).header_bytes


# --- times that no calendar holds


@attack("an entry that happened before the first year", by=MEMBER, ends=Quarantined("unreadable"))
def _(field: Field) -> Path:
    """In another time zone it has no date: every screen that shows it would stop."""
    with patch.object(entry_module, "_read_body"):  # our own program would not write it
        line, keys, _record = own_record(field, parent=field.visit, happened="0001-01-01T00:00:00.000+14:00")
    return field.sends(line, keys=keys)


@attack("an account of a loss at a time without a zone", by=MEMBER, ends=NoEffect())
def _(field: Field) -> Callable[[], object]:
    """It is not told; and those of others are, whatever stands beside them."""
    pen, key = Pen(field.ben), RecordKey.generate()
    heads = dict.fromkeys(Heads.__dataclass_fields__, 0) | {
        name: "" for name in ("device", "incarnation", "entry") if name in Heads.__dataclass_fields__
    }
    times = ("2014-02-04T10:00:00Z", "2014-02-04T10:00:00", "0001-01-01T00:00:00+14:00")
    accounts = [json.dumps({"noticed": time, "cause": Cause.RESTORED, "found": heads}) for time in times]
    accounts.append("[" * 100_000)
    records = [pen.new_record() for _each in accounts]
    lines = [
        pen.line(record, key, {"heads": "", "account": account}, kind=Kind.CHAIN, parent=pen.inspection)
        for record, account in zip(records, accounts, strict=True)
    ]
    field.receive(field.sends(*lines, keys=dict.fromkeys(records, (key.secret,))))

    def look() -> None:
        (told,) = durability.told_by_others(field.ann)
        assert told[0] == "ben"

    return look
