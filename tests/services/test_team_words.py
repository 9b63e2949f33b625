"""Whoever signs is told of every change: a version that differs in anything says so in words."""

from dataclasses import fields, replace

import pytest

from fieldinspect.crypto.age.recipients import generate_identity
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.roster import Device, Person, Policy, Revocation, Roster, SyncScope, Team
from fieldinspect.services.team_words import differences
from tests.journal.test_acceptance import roster_of
from tests.journal.writers import Writer

ANN = Writer("a" * 32)
BEFORE = replace(
    roster_of(ANN),
    roots=(SigningKey.generate().public.line,),
    teams=(Team("1" * 32, "North", ("kent",), ("a" * 32,)),),
    revocations=(Revocation("x", "1" * 32, 1),),
)
FIXED = {"format", "inspection", "version", "previous", "issued"}
"""What no proposal changes, or each one does; a reader checks them."""


def other(value: object) -> object:
    """Return another value of the same kind."""
    if isinstance(value, tuple):
        return (*value, "other")
    if isinstance(value, int):
        return value + 1
    return f"{value}2030-01-01" if value == "" else f"{value}x"


def said(after: Roster) -> list[str]:
    return list(differences(BEFORE, after))


def test_the_same_says_nothing() -> None:
    assert said(BEFORE) == []


@pytest.mark.parametrize("name", [one.name for one in fields(Policy)])
def test_each_field_of_the_policy(name: str) -> None:
    policy = replace(BEFORE.policy, **{name: other(getattr(BEFORE.policy, name))})  # type: ignore[arg-type]
    assert len(said(replace(BEFORE, policy=policy))) == 1


@pytest.mark.parametrize("name", [one.name for one in fields(Person) if one.name != "id"])
def test_each_field_of_a_person(name: str) -> None:
    person = replace(BEFORE.people[0], **{name: other(getattr(BEFORE.people[0], name))})  # type: ignore[arg-type]
    assert said(replace(BEFORE, people=(person,)))


@pytest.mark.parametrize("name", ["receiving", "status"])
def test_each_field_of_a_laptop_that_may_change(name: str) -> None:
    device = replace(BEFORE.devices[0], **{name: other(getattr(BEFORE.devices[0], name))})  # type: ignore[arg-type]
    assert said(replace(BEFORE, devices=(device,)))


@pytest.mark.parametrize("name", [one.name for one in fields(Team)])
def test_each_field_of_a_team(name: str) -> None:
    team = replace(BEFORE.teams[0], **{name: other(getattr(BEFORE.teams[0], name))})  # type: ignore[arg-type]
    assert said(replace(BEFORE, teams=(team,)))


@pytest.mark.parametrize("name", [one.name for one in fields(Revocation)])
def test_each_field_of_a_revocation(name: str) -> None:
    one = replace(BEFORE.revocations[0], **{name: other(getattr(BEFORE.revocations[0], name))})  # type: ignore[arg-type]
    assert said(replace(BEFORE, revocations=(one,)))


def test_each_field_of_the_list() -> None:
    key = SigningKey.generate().public
    changes: dict[str, object] = {
        "expires": "2030-01-01",
        "threshold": 2,
        "roots": (key.line,),
        "people": (*BEFORE.people, Person("b" * 32, "Ben", ("lead",))),
        "devices": (*BEFORE.devices, Device(key.fingerprint, "a" * 32, key.line, ())),
        "scopes": (SyncScope("5" * 32, "team", ("auditor",)), BEFORE.scopes[1]),
        "revocations": (),
        "escrow": tuple(generate_identity("x25519")[1] for _each in range(3)),
        "minimum": {"app": "1.2"},
        "policy": Policy(keep_days=1),
        "teams": (),
        "form_signers": (key.line,),
    }
    assert changes.keys() | FIXED == {one.name for one in fields(Roster)}
    for name, value in changes.items():
        assert said(replace(BEFORE, **{name: value})), name  # type: ignore[arg-type]
