from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fieldinspect.crypto.age.recipients import generate_identity
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.roster import Person, Policy, Revocation, Roster, Team
from fieldinspect.journal.roster import (
    FORMAT,
    digest,
    newer,
    read_history,
    root_fingerprint,
    write_history,
    write_roster,
)
from tests.journal.test_acceptance import roster_of
from tests.journal.writers import Writer

ANN = Writer("a" * 32)
SCOPES = roster_of(ANN).scopes


def roster_of_root(root: SigningKey, **changes: object) -> Roster:
    roster = replace(roster_of(ANN), format=FORMAT, version=1, roots=(root.public.line,))
    return replace(roster, **changes)  # type: ignore[arg-type]


def history(root: SigningKey, *following: tuple[dict[str, object], tuple[SigningKey, ...]]) -> bytes:
    """Return a team list: a first roster, then one for each (changes, signers)."""
    rosters = [write_roster(roster_of_root(root), [root])]
    for changes, signers in following:
        named: dict[str, object] = {"version": len(rosters) + 1, "previous": digest(rosters[-1])}
        rosters.append(write_roster(roster_of_root(root, **(named | changes)), list(signers or (root,))))
    return write_history(rosters)


def parts(raw: bytes) -> list[bytes]:
    return [signed for _roster, signed in read_history(raw)]


@pytest.fixture
def root() -> SigningKey:
    return SigningKey.generate()


def test_a_list_that_goes_on_from_ours_brings_what_follows(root: SigningKey) -> None:
    first = write_roster(roster_of_root(root), [root])
    following = [first]
    for version in (2, 3, 4):
        named: dict[str, object] = {"version": version, "previous": digest(following[-1])}
        following.append(write_roster(roster_of_root(root, **named), [root]))
    assert [roster.version for roster, _raw in newer(following[:2], write_history(following))] == [4]
    assert newer(following, write_history(following[:2])) == []
    assert newer(following, write_history(following)) == []


def test_a_list_carries_the_first_the_changes_of_roots_and_the_last(root: SigningKey) -> None:
    new = SigningKey.generate()
    changed: dict[str, object] = {"roots": (new.public.line,)}
    raw = history(root, ({}, ()), ({}, ()), (changed, (new, root)), (changed, (new,)), (changed, (new,)))
    assert [roster.version for roster, _signed in read_history(raw)] == [1, 4, 6]


def test_two_lists_that_part_ways_are_a_contradiction(root: SigningKey) -> None:
    first = write_roster(roster_of_root(root), [root])
    after = {"version": 2, "previous": digest(first)}
    left, right = (
        write_roster(roster_of_root(root, **(after | {"expires": year})), [root])
        for year in ("2030-01-01", "2031-01-01")
    )
    with pytest.raises(BadInput, match="contradicts"):
        newer([first, left], write_history([first, right]))


def test_another_inspections_list_is_refused(root: SigningKey) -> None:
    other = write_history([write_roster(roster_of_root(root, inspection="2" * 32), [root])])
    with pytest.raises(BadInput, match="another inspection"):
        newer(parts(history(root)), other)


def test_a_new_root_needs_the_old_roots_signature_too(root: SigningKey) -> None:
    new = SigningKey.generate()
    changed = {"roots": (new.public.line,)}
    with pytest.raises(BadInput):
        read_history(history(root, (changed, (new,))))
    with pytest.raises(BadInput):
        read_history(history(root, (changed, (root,))))
    assert read_history(history(root, (changed, (new, root))))[-1][0].roots == (new.public.line,)


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 1},
        {"previous": "0" * 64},
        {"inspection": "2" * 32},
        {"devices": ()},
        {"people": ()},
        {"people": (Person("a" * 32, "a", ("lead",)),)},
    ],
)
def test_a_roster_that_skips_or_leaves_somebody_out_does_not_follow(
    root: SigningKey, changes: dict[str, object]
) -> None:
    with pytest.raises(BadInput, match="does not follow"):
        read_history(history(root, (changes, ())))


def test_a_role_ends_by_being_named_a_former_one(root: SigningKey) -> None:
    stepped_down = {"people": (Person("a" * 32, "a", ("auditor",), former_roles=("inspector",)),)}
    roster = read_history(history(root, (stepped_down, ())))[-1][0]
    assert roster.roles_of("a" * 32) == {"auditor"}
    assert roster.every_role_of("a" * 32) == {"auditor", "inspector"}


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": 2},
        {"threshold": 0},
        {"format": "fieldinspect-roster/2"},
        {"roots": ("ssh-ed25519 x",)},
        {"version": 2},
        {"policy": Policy(marking="A\x1b[1A\x1b[2K")},
        {"policy": Policy(handling="x" * 5000)},
        {"minimum": {"app\r": "1"}},
        {"scopes": (*SCOPES, replace(SCOPES[1], name="spare"))},
        {"scopes": (*SCOPES, replace(SCOPES[1], id="9" * 32))},
        {"revocations": (Revocation("d", "", 4),)},
    ],
)
def test_a_roster_that_contradicts_itself_is_refused(root: SigningKey, changes: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        read_history(write_history([write_roster(roster_of_root(root, **changes), [root])]))


@pytest.mark.parametrize("raw", [b"", b"{}", b"null", b"[]", b'["{}"]', b'["x" ]', b"[" * 60_000])
def test_what_is_no_team_list_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        read_history(raw)


def test_the_fingerprint_is_20_digits_of_the_roots_alone(root: SigningKey) -> None:
    said = root_fingerprint(roster_of_root(root))
    assert [len(group) for group in said.split()] == [5, 5, 5, 5]
    assert said.replace(" ", "").isdecimal()
    assert root_fingerprint(roster_of_root(root, version=9)) == said
    assert root_fingerprint(roster_of_root(SigningKey.generate())) != said


ESCROW = [generate_identity("x25519")[1] for _each in range(4)]


@pytest.mark.parametrize(
    "escrow", [ESCROW[:1], ESCROW[:2], ESCROW, [*ESCROW[:2], ESCROW[0]], [*ESCROW[:2], "age1nothing"]]
)
def test_escrow_is_three_different_keys_or_none(root: SigningKey, escrow: list[str]) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_history(history(root, ({"escrow": tuple(escrow)}, ())))
    whole = read_history(history(root, ({"escrow": tuple(ESCROW[:3])}, ())))
    assert [len(roster.escrow) for roster, _raw in whole] == [0, 3]


TEAM = Team("1" * 32, "North", ("kent", "west-mercia"), ("a" * 32,))


def test_teams_and_the_days_of_grace_travel(root: SigningKey) -> None:
    changes: dict[str, object] = {"teams": (TEAM,), "policy": Policy(grace_days=7)}
    read = read_history(history(root, (changes, ())))[-1][0]
    assert read.teams == (TEAM,)
    assert read.policy.grace_days == 7


@pytest.mark.parametrize(
    "changes",
    [
        {"teams": (TEAM, replace(TEAM, name="South"))},
        {"teams": (TEAM, replace(TEAM, id="2" * 32))},
        {"teams": (replace(TEAM, id="north"),)},
        {"teams": (replace(TEAM, name=" "),)},
        {"teams": (replace(TEAM, forces=("Kent",)),)},
        {"teams": (replace(TEAM, forces=("kent essex",)),)},
        {"teams": (replace(TEAM, members=("b" * 32,)),)},
        {"teams": (replace(TEAM, members=("a" * 32, "a" * 32)),)},
        {"people": (Person("a" * 32, "a", ("inspector", "lead"), conflicts=("../kent",)),)},
        {"policy": Policy(grace_days=-1)},
        {"policy": Policy(grace_days=4000)},
    ],
)
def test_teams_conflicts_and_grace_that_cannot_be_are_refused(
    root: SigningKey, changes: dict[str, object]
) -> None:
    with pytest.raises(BadInput, match="teams that cannot be"):
        read_history(history(root, (changes, ())))


DAY = datetime(2030, 1, 1, tzinfo=UTC)


def test_a_team_list_expires_and_serves_through_its_days_of_grace(root: SigningKey) -> None:
    roster = roster_of_root(root, expires=DAY.isoformat(), policy=Policy(grace_days=14))
    moments = [DAY, DAY + timedelta(seconds=1), DAY + timedelta(days=14), DAY + timedelta(days=14, seconds=1)]
    assert [roster.is_expired(now) for now in moments] == [False, True, True, True]
    assert [roster.in_grace(now) for now in moments] == [False, True, True, False]
    assert [roster.has_lapsed(now) for now in moments] == [False, False, False, True]
    assert roster.days_left(DAY - timedelta(days=29, hours=1)) == 29
    endless = replace(roster, expires="")
    assert not endless.is_expired(DAY)
    assert not endless.in_grace(DAY)
    assert endless.days_left(DAY) is None


def test_a_minimum_is_compared_number_by_number(root: SigningKey) -> None:
    roster = roster_of_root(root, minimum={"app": "1.10", "format": "1", "screen": "large"})
    assert roster.needs_newer("1.9.3", "1")
    assert not roster.needs_newer("1.10.0", "1")
    assert not roster.needs_newer("2.0", "1")
    assert replace(roster, minimum={"format": "2"}).needs_newer("9.9", "1")
    assert not replace(roster, minimum={}).needs_newer("0.1", "1")


def test_a_person_takes_part_between_their_dates() -> None:
    person = Person("a" * 32, "a", ("lead",), valid_from=DAY.isoformat(), valid_until="2030-02-01")
    assert person.takes_part_at(DAY)
    assert person.takes_part_at(datetime(2030, 2, 1, tzinfo=UTC))
    assert not person.takes_part_at(DAY - timedelta(seconds=1))
    assert not person.takes_part_at(datetime(2030, 2, 1, 1, tzinfo=UTC))
    assert Person("a" * 32, "a", ()).takes_part_at(DAY)


@pytest.mark.parametrize(
    "changes",
    [
        {"expires": "soon"},
        {"people": (Person("a" * 32, "a", ("inspector", "lead"), valid_until="31.12.2030"),)},
        {"minimum": {"app": "new"}},
        {"form_signers": ("ssh-rsa AAAA",)},
    ],
)
def test_dates_versions_and_signers_that_are_none_are_refused(
    root: SigningKey, changes: dict[str, object]
) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_history(history(root, (changes, ())))
