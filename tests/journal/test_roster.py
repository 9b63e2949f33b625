from dataclasses import replace

import pytest

from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.roster import Roster
from fieldinspect.journal.roster import FORMAT, follow, read_roster, root_fingerprint, write_roster
from tests.journal.test_acceptance import roster_of
from tests.journal.writers import Writer


def signed(version: int, root: SigningKey, *signers: SigningKey, **changes: object) -> bytes:
    roster = replace(roster_of(Writer("a" * 32)), format=FORMAT, version=version, roots=(root.public.line,))
    return write_roster(replace(roster, **changes), list(signers or (root,)))  # type: ignore[arg-type]


@pytest.fixture
def root() -> SigningKey:
    return SigningKey.generate()


@pytest.fixture
def ours(root: SigningKey) -> Roster:
    return read_roster(signed(2, root))


def test_a_later_roster_of_the_same_root_follows(ours: Roster, root: SigningKey) -> None:
    following = follow(ours, signed(3, root))
    assert following is not None
    assert following.version == 3


@pytest.mark.parametrize("version", [1, 2])
def test_versions_only_grow(ours: Roster, root: SigningKey, version: int) -> None:
    assert follow(ours, signed(version, root)) is None


def test_a_roster_of_another_root_is_refused(ours: Roster) -> None:
    with pytest.raises(BadInput):
        follow(ours, signed(3, SigningKey.generate()))


def test_a_new_root_needs_the_old_roots_signature_too(ours: Roster, root: SigningKey) -> None:
    new = SigningKey.generate()
    with pytest.raises(BadInput):
        follow(ours, signed(3, new, new))
    following = follow(ours, signed(3, new, new, root))
    assert following is not None
    assert following.roots == (new.public.line,)


def test_another_inspections_roster_is_refused(ours: Roster, root: SigningKey) -> None:
    with pytest.raises(BadInput, match="another inspection"):
        follow(ours, signed(3, root, inspection="2" * 32))


@pytest.mark.parametrize(
    "changes",
    [{"threshold": 2}, {"threshold": 0}, {"format": "fieldinspect-roster/2"}, {"roots": ("ssh-ed25519 x",)}],
)
def test_a_roster_that_contradicts_itself_is_refused(root: SigningKey, changes: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        read_roster(signed(1, root, root, **changes))


@pytest.mark.parametrize("raw", [b"", b"{}", b"null", b'{"document":"{}","signatures":["x"]}'])
def test_what_is_no_roster_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        read_roster(raw)


def test_the_fingerprint_is_20_digits_of_the_roots_alone(ours: Roster, root: SigningKey) -> None:
    said = root_fingerprint(ours)
    assert [len(group) for group in said.split()] == [5, 5, 5, 5]
    assert said.replace(" ", "").isdecimal()
    assert root_fingerprint(read_roster(signed(9, root))) == said
    assert root_fingerprint(read_roster(signed(2, SigningKey.generate()))) != said
