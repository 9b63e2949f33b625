from dataclasses import replace

import pytest

from fieldinspect.domain.kinds import Kind, Role
from fieldinspect.domain.roster import Device, Person, Revocation, Roster, SyncScope
from fieldinspect.journal.acceptance import Gate, Reason
from tests.journal.writers import SCOPE, Writer

RECORD = "f" * 32


def roster_of(*writers: Writer, roles: tuple[str, ...] = (Role.INSPECTOR,)) -> Roster:
    return Roster(
        format="",
        inspection="1" * 32,
        version=1,
        previous="",
        issued="",
        expires="",
        threshold=1,
        roots=(),
        people=tuple(Person(writer.author, writer.author[:1], roles) for writer in writers),
        devices=tuple(
            Device(writer.signer.public.fingerprint, writer.author, writer.signer.public.line, ())
            for writer in writers
        ),
        scopes=(
            SyncScope(SCOPE, "team", (Role.INSPECTOR, Role.LEAD)),
            SyncScope("6" * 32, "restricted", (Role.LEAD,)),
        ),
    )


@pytest.fixture
def ann() -> Writer:
    return Writer("a" * 32)


def test_an_enrolled_device_speaks_for_its_person_and_nobody_else(ann: Writer) -> None:
    entry = ann.write(RECORD, {"text": "x"})
    assert Gate(roster_of(ann)).writer(entry.header) is None
    assert Gate(roster_of()).writer(entry.header) is Reason.UNKNOWN_DEVICE
    ann.author = "b" * 32
    assert Gate(roster_of(Writer("a" * 32), ann)).writer(entry.header) is Reason.WRONG_AUTHOR


@pytest.mark.parametrize("incarnation", ["", "this"])
def test_a_revoked_device_counts_up_to_its_last_good_entry(ann: Writer, incarnation: str) -> None:
    first, second, third = (ann.write(RECORD, {"text": str(n)}) for n in range(3))
    named = ann.incarnation if incarnation else ""
    revoked = replace(
        roster_of(ann), revocations=(Revocation(ann.signer.public.fingerprint, named, 2, reason="stolen"),)
    )
    reasons = [Gate(revoked).writer(entry.header) for entry in (first, second, third)]
    assert reasons == [None, None, Reason.REVOKED]


@pytest.mark.parametrize(
    ("roles", "kind", "reason"),
    [
        ((Role.INSPECTOR,), Kind.NOTE, None),
        ((Role.INSPECTOR,), Kind.CONDUCT_MATTER, None),
        ((Role.INSPECTOR,), Kind.FORM_SET, Reason.ROLE),
        ((Role.INSPECTOR,), Kind.ERASURE, Reason.ROLE),
        ((Role.LEAD,), Kind.FORM_SET, None),
        ((Role.LEAD,), Kind.ERASURE, Reason.ROLE),
        ((Role.CENTRAL,), Kind.ERASURE, None),
        ((Role.AUDITOR,), Kind.NOTE, Reason.ROLE),
        ((Role.AUDITOR,), Kind.CHAIN, None),
        ((Role.INSPECTOR,), "kind of a later version", None),
    ],
)
def test_roles_say_who_may_write_what(
    ann: Writer, roles: tuple[str, ...], kind: str, reason: Reason | None
) -> None:
    entry = ann.write(RECORD, {"text": "x"}, kind=kind)
    assert Gate(roster_of(ann, roles=roles)).body(entry.header, ann.read(entry)) is reason
