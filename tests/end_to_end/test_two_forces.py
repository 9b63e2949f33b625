"""Two inspectors of two forces and two leads, with sealed files alone between them: who holds what, who sees what."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest

from fieldinspect.domain.kinds import Kind, Role
from fieldinspect.domain.roster import Policy, Team
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import capture, conflicts, exchange, interests, programme, reading, review
from fieldinspect.services.exchange import NothingToSend
from fieldinspect.store.vault import StoredVault
from tests.kept_team import Post
from tests.store.test_roster import next_roster
from tests.team import FORMS, NOW, door, make_vault

__all__ = ["door", "make_vault"]
ENVELOPE = BundleEnvelope()
FIELD = "/station_visit/arrival/escort"


class Field(NamedTuple):
    """The four vaults, and the folder in which files are handed over."""

    east: StoredVault
    """Lead who founded the inspection."""
    west: StoredVault
    """Another lead."""
    ann: StoredVault
    """Inspects Gwent."""
    ben: StoredVault
    """Inspects Dorset; once served in Gwent."""
    folder: Path

    def hand(self, sender: StoredVault, *receivers: StoredVault) -> exchange.Sealed:
        people = [receiver.identity.person for receiver in receivers]
        sealed = exchange.seal_bundle(sender, ENVELOPE, people, self.folder)
        for receiver in receivers:
            exchange.receive_bundle(receiver, ENVELOPE, Path(sealed.path), now=datetime.now(UTC))
        return sealed

    def everybody_hands_over(self) -> None:
        """Bring all work to the leads, from one lead to the other, and what they decided back."""
        east, west, ann, ben, _folder = self
        for sender, receivers in (
            (ann, (east, west)), (ben, (east, west)), (east, (west,)), (west, (east,)), (east, (ann,)), (east, (ben,)),
        ):  # fmt: skip
            with suppress(NothingToSend):
                self.hand(sender, *receivers)


@pytest.fixture
def field(make_vault: Callable[[str], StoredVault], tmp_path: Path) -> Field:
    east, west, ann, ben = (make_vault(name) for name in ("east", "west", "ann", "ben"))
    programme.found_inspection(east, "Two forces", now=NOW, forms=FORMS, policy=Policy(envelope="x25519"))
    for vault, role in ((west, Role.LEAD), (ann, Role.INSPECTOR), (ben, Role.INSPECTOR)):
        programme.admit(east, programme.enrolment_request(vault), [role], now=NOW)
    roster = east.roster()
    assert roster is not None
    people = tuple(
        replace(one, conflicts=("gwent",)) if one.id == ben.identity.person else one for one in roster.people
    )
    teams = (
        Team("1" * 32, "South", ("gwent",), (ann.identity.person,)),
        Team("2" * 32, "West", ("dorset", "gwent"), (ben.identity.person,)),
    )
    east.install_roster(next_roster(east, people=people, teams=teams))
    for vault in (west, ann, ben):
        programme.join(vault, east.roster_bytes(), programme.fingerprint(east.roster_bytes()))
    folder = tmp_path / "stick"
    folder.mkdir()
    one = Field(east, west, ann, ben, folder)
    one.hand(east, west, ann, ben)
    return one


def shown(vault: StoredVault, visit: str) -> list[object]:
    """Return all that a vault shows of a visit and what hangs beneath it."""
    found: list[object] = []
    at = [visit]
    while at:
        views = [view for record in at if (view := vault.record(record))]
        found += [
            (view.id, view.kind, view.author, view.conflicts, sorted(view.fields.items())) for view in views
        ]
        at = [view.id for view in vault.children_of(at) if view.kind not in (Kind.CONDUCT_MATTER,)]
    return sorted(found)  # type: ignore[type-var]  # tuples of text


def leads_agree(field: Field, post: Post) -> bool:
    """Give each lead the last lines of the other's log, which nobody sealed yet; tell whether their digests agree."""
    post.carry(field.east, field.west)
    post.carry(field.west, field.east)
    return field.east.digest() == field.west.digest()


def test_everybody_holds_what_is_theirs_and_decisions_come_back(field: Field) -> None:
    east, west, ann, ben, _folder = field
    post = Post()
    inspection = reading.inspections(east)[0].id
    gwent, dorset = (
        capture.start_visit(vault, inspection=inspection, station="Example Road", force=force, happened=NOW)
        for vault, force in ((ann, "gwent"), (ben, "dorset"))
    )
    note = capture.add_note(ann, gwent, "zebra crossing", happened=NOW)
    capture.attach(ann, gwent, name="a", media_type="text/plain", source=BytesIO(b"a plan"), happened=NOW)
    matter = capture.add_record(ann, Kind.CONDUCT_MATTER, gwent, happened=NOW, fields={"text": "who"})
    other = capture.add_note(ben, dorset, "yellow door", happened=NOW)
    field.hand(ann, east, west)
    field.hand(ben, east, west)
    field.everybody_hands_over()

    # Who holds what
    assert shown(ann, gwent) == shown(east, gwent) == shown(west, gwent)
    assert len(shown(ann, gwent)) == 3
    assert shown(ben, dorset) == shown(east, dorset) == shown(west, dorset)
    assert leads_agree(field, post)
    assert (ben.record(gwent), ann.record(dorset)) == (None, None)
    assert ben.search("zebra") == ann.search("yellow") == []
    assert [vault.record(matter) is not None for vault in (east, west, ann, ben)] == [True, True, True, False]
    keys_of_ben = ben.outgoing(frozenset(scope.id for scope in ben.roster().scopes), {}).keys  # type: ignore[union-attr]
    assert {gwent, note, matter}.isdisjoint(keys_of_ben)
    assert all(vault.examine_chains().problems == () for vault in field[:4])

    # Two leads at once, one disagreement; a return, a withdrawal
    capture.answer(east, gwent, {FIELD: "yes"}, happened=NOW)
    capture.answer(west, gwent, {FIELD: "no"}, happened=NOW)
    review.return_to_author(east, note, "say when", happened=NOW)
    capture.withdraw(west, other, "of another day", happened=NOW)
    lacking = east.outgoing(
        east.roster().scopes_for(frozenset({west.identity.person})),  # type: ignore[union-attr]
        east.sent_to([west.identity.device]),
        [west.identity.person],
    )
    assert {gwent, note} <= lacking.keys.keys()
    assert {other, dorset, matter}.isdisjoint(lacking.keys)  # nothing that both have and nobody touched
    field.hand(east, west)
    field.hand(west, east)
    assert len(east.conflicts()) == len(west.conflicts()) == 1
    conflicts.resolve(west, west.conflicts()[0], "no", reason="asked both", happened=NOW)
    field.everybody_hands_over()
    assert east.conflicts() == west.conflicts() == []
    assert leads_agree(field, post)
    assert ann.record(gwent).get(FIELD) == "no"  # type: ignore[union-attr]
    assert [view.id for view, _asked in review.to_do(ann)] == [note]
    assert ben.record(other).withdrawn  # type: ignore[union-attr]
    review.hand_in_again(ann, note, happened=NOW)
    field.everybody_hands_over()
    assert review.out(west)[0].answered

    # A permission brings all of it, at once
    interests.permit(west, ben.identity.person, "gwent", reason="nobody else speaks Welsh", happened=NOW)
    field.everybody_hands_over()
    assert shown(ben, gwent) == shown(east, gwent)
    assert ben.record(matter) is None
    capture.add_note(ben, gwent, "now mine too", happened=NOW)
    field.everybody_hands_over()
    assert shown(ann, gwent) == shown(ben, gwent) == shown(west, gwent)
    assert leads_agree(field, post)
    assert all(vault.rebuild() for vault in field[:4])
    assert all(vault.quarantined() == {} for vault in field[:4])
