"""Changing the team list: proposals, root keys kept elsewhere, and what somebody may try against them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from fieldinspect.crypto import sshsig
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.root_key import RootKey, make_root_key
from fieldinspect.crypto.signed import document_of
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind, Role
from fieldinspect.domain.roster import Roster, Team
from fieldinspect.journal import roster as rosters
from fieldinspect.services import (
    instruments,
    programme,
    proposals,
    root_files,
    team_draft,
    team_edits,
    team_list,
    team_words,
)
from fieldinspect.services.ports import Write
from fieldinspect.services.proposals import Proposal, read_proposal
from fieldinspect.store.vault import StoredVault
from fieldinspect.store.writing import Scribe
from tests.team import FORM, FORMS, NOW, PASSPHRASE

LATER = NOW + timedelta(hours=1)
Vaults = dict[str, StoredVault]


@pytest.fixture(scope="module")
def roots() -> list[RootKey]:
    return [make_root_key(PASSPHRASE, FLOOR_COST) for _each in range(3)]


def lines(keys: list[RootKey]) -> list[str]:
    return [key.signing.public.line for key in keys]


def signed(proposal: Proposal, *keys: RootKey) -> Proposal:
    for key in keys:
        proposal = proposals.sign(read_proposal(proposal.raw), key.signing)
    return proposal


def offline(lead: StoredVault, roots: list[RootKey], threshold: int = 2) -> None:
    """Hand the team list of a vault over to root keys that are kept elsewhere."""
    edit = team_edits.roots_set(lines(roots), threshold, form_signers=[lead.signing_key_line()])
    proposal = team_list.change(lead, [edit], now=LATER).proposal
    team_list.publish(lead, signed(proposal, *roots[:threshold]), now=LATER)


def roster_of(vault: StoredVault) -> Roster:
    roster = vault.roster()
    assert roster is not None
    return roster


def change(vault: StoredVault, *edits: team_edits.Edit) -> team_list.Outcome:
    return team_list.change(vault, edits, now=LATER)


def test_an_inspection_begins_when_enough_root_keys_signed_it(
    make_vault: Callable[[str], StoredVault], roots: list[RootKey]
) -> None:
    lead, ann = make_vault("lead"), make_vault("ann")
    proposal = programme.propose_inspection(lead, "Roots", lines(roots), 2, now=NOW)
    assert lead.roster() is None
    assert any("lead takes part, as: Team lead" in one for one in team_words.proposal_sentences(proposal))
    with pytest.raises(BadInput, match="1 signature is missing"):
        programme.begin_inspection(lead, signed(proposal, roots[0]), now=NOW, forms=FORMS)
    complete = signed(proposal, roots[0], roots[2])
    with pytest.raises(BadInput, match="did not propose"):
        programme.begin_inspection(ann, complete, now=NOW, forms=FORMS)
    raw = programme.begin_inspection(lead, read_proposal(complete.raw), now=NOW, forms=FORMS)
    assert roster_of(lead).threshold == 2
    assert lead.secret(instruments.ROOT_KEY) is None
    assert instruments.form_xml(lead, roster_of(lead).inspection, "contact") == FORM
    request = programme.enrolment_request(ann)
    outcome = change(lead, programme.admission(request, ["inspector"], now=LATER))
    assert not outcome.in_force
    with pytest.raises(BadInput, match="cannot sign its team list alone"):
        programme.admit(lead, request, ["inspector"], now=LATER)
    raw = team_list.publish(lead, signed(outcome.proposal, roots[1], roots[2]), now=LATER)
    programme.join(ann, raw, programme.fingerprint(raw))


def test_one_proposal_gives_up_the_one_before(
    make_vault: Callable[[str], StoredVault], roots: list[RootKey]
) -> None:
    lead = make_vault("lead")
    first = programme.propose_inspection(lead, "Roots", lines(roots), 1, now=NOW)
    programme.propose_inspection(lead, "Roots", lines(roots), 1, now=NOW)
    with pytest.raises(BadInput, match="did not propose"):
        programme.begin_inspection(lead, signed(first, roots[0]), now=NOW, forms=FORMS)


def test_roots_change_only_when_the_old_and_enough_of_the_new_sign(
    team: Vaults, roots: list[RootKey]
) -> None:
    lead = team["lead"]
    old = instruments.own_root(lead)
    edit = team_edits.roots_set(lines(roots), 2, form_signers=[lead.signing_key_line()])
    outcome = change(lead, edit)
    assert outcome.proposal.lacking == (0, 2)
    with pytest.raises(BadInput, match="signature is missing"):
        team_list.publish(lead, signed(outcome.proposal, roots[0]), now=LATER)
    team_list.publish(lead, signed(outcome.proposal, roots[0], roots[1]), now=LATER)
    assert old is not None
    assert instruments.root_keys_here(lead) == []  # destroyed: it signs nothing any more
    assert Role.ROOT not in roster_of(lead).roles_of(lead.identity.person)
    with pytest.raises(BadInput, match="holds no root key"):
        team_list.rotate_own_root(lead, now=LATER)
    # The old key signs nothing any more, nor does one new key alone.
    after = change(lead, team_edits.conflicts_set("ann", ["kent"])).proposal
    with pytest.raises(BadInput, match="none of the root keys"):
        proposals.sign(after, old)
    with pytest.raises(BadInput, match="1 signature is missing"):
        team_list.publish(lead, signed(after, roots[0]), now=LATER)


def test_a_small_team_gets_a_new_root_key_in_one_step(team: Vaults) -> None:
    lead, ann = team["lead"], team["ann"]
    before = roster_of(lead)
    old = SigningKey(lead.secret(instruments.ROOT_KEY) or b"")
    outcome = team_list.rotate_own_root(lead, now=LATER)
    assert outcome.in_force
    assert roster_of(lead).roots != before.roots
    assert team_list.signs_alone(lead)
    assert ann.install_roster(outcome.raw)
    forged = replace(roster_of(lead), version=4, previous=rosters.digest(outcome.proposal.document()))
    with pytest.raises(BadInput):
        ann.install_roster(
            rosters.write_history(
                [
                    *(raw for _one, raw in rosters.read_history(lead.roster_bytes())),
                    rosters.write_roster(forged, [old]),
                ]
            )
        )
    assert change(lead, team_edits.conflicts_set("ann", ["gwent"])).in_force


def test_an_old_root_key_signs_no_forms_in_place_of_todays(team: Vaults) -> None:
    lead = team["lead"]
    inspection = roster_of(lead).inspection
    old = SigningKey(lead.secret(instruments.ROOT_KEY) or b"")
    team_list.rotate_own_root(lead, now=LATER)
    evil = FORM.replace(b"html xmlns", b"html  xmlns")
    fields = instruments.sign_form_set(
        inspection, 99, "later", FORMS | {"contact": ("9", evil)}, instruments.signer_with([old])
    )
    record = new_record_id(lead.identity.device)
    lead.write([Write(record, Kind.FORM_SET, inspection, inspection, fields, LATER)])
    assert instruments.form_xml(lead, inspection, "contact") == FORM


def test_one_key_counts_once_and_only_its_own_text(team: Vaults, roots: list[RootKey]) -> None:
    lead = team["lead"]
    offline(lead, roots)
    proposal = change(lead, team_edits.conflicts_set("ann", ["kent"])).proposal
    once = signed(proposal, roots[0])
    with pytest.raises(BadInput, match="signed this proposal already"):
        proposals.sign(once, roots[0].signing)
    doubled = replace(once, signatures=once.signatures * 2)
    with pytest.raises(BadInput):
        read_proposal(doubled.raw)
    moved = change(lead, team_edits.conflicts_set("ann", ["gwent"])).proposal
    with pytest.raises(BadInput, match="changed after it was signed"):
        read_proposal(replace(moved, signatures=once.signatures).raw)
    with pytest.raises(BadInput, match="changed after it was signed"):
        read_proposal(once.raw.replace(b"kent", b"cumb"))
    with pytest.raises(BadInput, match="changed on its way"):
        read_proposal(once.raw + b" ")
    for cut in range(0, len(once.raw) - 1, 97):
        with pytest.raises(BadInput):
            read_proposal(once.raw[:cut])


def test_the_second_proposal_of_one_version_is_refused(team: Vaults, roots: list[RootKey]) -> None:
    lead = team["lead"]
    offline(lead, roots)
    first = change(lead, team_edits.conflicts_set("ann", ["kent"])).proposal
    second = change(lead, team_edits.conflicts_set("ben", ["kent"])).proposal
    _signed, remembering = proposals.sign_with_file(first, roots[0])
    with pytest.raises(BadInput, match="another proposal for version"):
        proposals.sign_with_file(second, remembering)
    instead, _key = proposals.sign_with_file(second, remembering, instead=True)
    assert instead.signers == {roots[0].signing.public.line}
    team_list.publish(lead, signed(first, roots[0], roots[1]), now=LATER)
    with pytest.raises(BadInput, match="in force already, and it is another one"):
        team_list.publish(lead, signed(second, roots[1], roots[2]), now=LATER)
    with pytest.raises(BadInput, match="in force here already"):
        team_list.publish(lead, signed(first, roots[0], roots[1]), now=LATER)
    _later, ahead = proposals.sign_with_file(
        change(lead, team_edits.conflicts_set("ben", ["kent"])).proposal, roots[0]
    )
    with pytest.raises(BadInput, match="is not signed after it"):
        proposals.sign_with_file(first, ahead)


def test_a_vault_that_met_one_of_two_versions_refuses_the_other(team: Vaults, roots: list[RootKey]) -> None:
    lead, ann, ben = (team[name] for name in ("lead", "ann", "ben"))
    offline(lead, roots)
    for vault in (ann, ben):
        vault.install_roster(lead.roster_bytes())
    first = signed(change(ann, team_edits.conflicts_set("ann", ["kent"])).proposal, roots[0], roots[1])
    second = signed(change(ben, team_edits.conflicts_set("ben", ["kent"])).proposal, roots[1], roots[2])
    team_list.publish(ann, first, now=LATER)
    raw = team_list.publish(ben, second, now=LATER)
    with pytest.raises(BadInput, match="contradicts"):
        ann.install_roster(raw)
    assert not ann.install_roster(lead.roster_bytes())
    assert roster_of(ann).version == first.after.version


def test_a_proposal_leaves_nobody_out_and_says_all_it_changes(team: Vaults) -> None:
    lead = team["lead"]
    roster = roster_of(lead)
    with pytest.raises(BadInput, match="does not follow"):
        change(lead, lambda one: replace(one, people=one.people[:-1]))
    with pytest.raises(BadInput, match="does not follow"):
        change(lead, lambda one: replace(one, devices=one.devices[1:]))
    with pytest.raises(BadInput, match="changes nothing"):
        change(lead, team_edits.conflicts_set("ann", []))
    stolen = proposals.draft(replace(roster, inspection="1" * 32), b"", LATER)
    with pytest.raises(BadInput, match="another inspection"):
        team_list.publish(lead, stolen, now=LATER)


def test_changes_collect_in_one_proposal(team: Vaults, roots: list[RootKey]) -> None:
    lead = team["lead"]
    offline(lead, roots)
    first = signed(change(lead, team_edits.conflicts_set("ann", ["kent"])).proposal, roots[0])
    outcome = team_list.change(
        lead, [team_edits.team_set("North", ["gwent", "kent"], ["ann"])], now=LATER, onto=first
    )
    assert outcome.proposal.signers == frozenset()
    assert outcome.proposal.after.version == first.after.version
    said = "\n".join(team_words.proposal_sentences(outcome.proposal))
    assert "ann may not inspect: Kent" in said
    assert "Team North inspects" in said
    team_list.publish(lead, signed(outcome.proposal, *roots[:2]), now=LATER)
    assert roster_of(lead).person(team["ann"].identity.person).conflicts == ("kent",)  # type: ignore[union-attr]


def test_people_change_and_keep_their_place(team: Vaults) -> None:
    lead, ann = team["lead"], team["ann"].identity
    change(lead, team_edits.roles_changed("ann", begin=["auditor"], end=["inspector"]))
    person = roster_of(lead).person(ann.person)
    assert person is not None
    assert (person.roles, person.former_roles) == (("auditor",), ("inspector",))
    change(lead, team_edits.team_set("North", ["kent"], ["ann", "ben"]))
    change(lead, team_edits.departure("ann", LATER))
    roster = roster_of(lead)
    assert roster.devices_of(ann.person) == ()
    assert roster.every_role_of(ann.person) == {"auditor", "inspector"}
    assert [team.members for team in roster.teams] == [(team_edits.find_person(roster, "ben").id,)]
    assert not roster.person(ann.person).takes_part_at(LATER + timedelta(days=1))  # type: ignore[union-attr]
    change(lead, team_edits.team_removed("North"))
    assert roster_of(lead).teams == ()


@pytest.mark.parametrize(
    "edit",
    [
        lambda: team_edits.conflicts_set("ann", ["narnia"]),
        lambda: team_edits.conflicts_set("nobody", ["kent"]),
        lambda: team_edits.roles_changed("ann", begin=["root"]),
        lambda: team_edits.roles_changed("ann", end=["lead"]),
        lambda: team_edits.validity_set("ann", "2030-02-01", "2030-01-01"),
        lambda: team_edits.validity_set("ann", "yesterday", ""),
        lambda: team_edits.team_set(" ", [], []),
        lambda: team_edits.team_removed("South"),
        lambda: team_edits.minimum_set({"app": "newest"}),
        lambda: team_edits.minimum_set({"screen": "1"}),
        lambda: team_edits.policy_set(lock_minutes=60),
        lambda: team_edits.policy_set(envelope="hybrid"),
        lambda: team_edits.policy_set(marking="A\x1b[2J"),
        lambda: team_edits.team_set("North\nSouth", [], []),
        lambda: team_edits.policy_set(marking="A" * 5000),
        lambda: team_edits.roots_set([], 1),
        lambda: team_edits.roots_set(["ssh-rsa AAAA"], 1),
        lambda: team_edits.roots_set([SigningKey.generate().public.line], 2),
        lambda: team_edits.roots_set([SigningKey.generate().public.line] * 2, 1),
        lambda: team_edits.reinstatement("ann"),
        lambda: team_edits.expiry_set(LATER + timedelta(days=4000), LATER),
        lambda: team_edits.escrow_set(["age1nonsense", "a", "b"]),
    ],
)
def test_changes_that_cannot_be_are_told(team: Vaults, edit: Callable[[], team_edits.Edit]) -> None:
    with pytest.raises(BadInput):
        change(team["lead"], edit())


def test_what_serves_until_when_is_set(team: Vaults, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposals, "VALID", timedelta(days=365))
    lead = team["lead"]
    until = datetime(2016, 1, 1, tzinfo=UTC)
    change(lead, team_edits.expiry_set(until, LATER), team_edits.policy_set(grace_days=3, marking="OFFICIAL"))
    change(lead, team_edits.minimum_set({"app": "1.2"}))
    roster = roster_of(lead)
    assert roster.policy.marking == "OFFICIAL"
    assert roster.needs_newer("1.1.9", "1")
    assert roster.in_grace(until + timedelta(days=3))  # a later change shortens nothing
    assert roster.has_lapsed(until + timedelta(days=4))
    said = list(team_words.differences(roster, replace(roster, teams=(Team("1" * 32, "A", (), ()),))))
    assert said == ["Team A inspects none. On it: none"]


def test_a_request_for_a_laptop_of_somebody_else_is_refused(team: Vaults) -> None:
    lead, ann, ben = (team[name] for name in ("lead", "ann", "ben"))
    request = msgspec.json.decode(msgspec.json.decode(programme.enrolment_request(ann))["document"])
    forged = programme.Request(**request | {"person": ben.identity.person, "name": "ben"})
    text = msgspec.json.encode(forged).decode()
    raw = document_of(text, [ann.sign(text.encode(), programme.REQUEST_NAMESPACE)])
    with pytest.raises(BadInput, match="belongs to ann already"):
        change(lead, programme.admission(raw, [], now=LATER, another_laptop=True))
    other = SigningKey.generate()
    posing = {
        "device": other.public.fingerprint,
        "signing": other.public.line,
        "person": lead.identity.person,
    }
    text = msgspec.json.encode(programme.Request(**request | posing)).decode()
    raw = document_of(text, [sshsig.sign(text.encode(), programme.REQUEST_NAMESPACE, other)])
    with pytest.raises(BadInput, match="is of ann, but says that it is another laptop of lead"):
        change(lead, programme.admission(raw, [], now=LATER, another_laptop=True))
    unruly = programme.Request(**request | {"name": "ann\nroot ssh-ed25519"})
    text = msgspec.json.encode(unruly).decode()
    with pytest.raises(BadInput, match="damaged"):
        programme.read_request(document_of(text, [ann.sign(text.encode(), programme.REQUEST_NAMESPACE)]))


def test_changes_wait_in_the_vault_until_they_are_put_into_force_or_given_up(team: Vaults) -> None:
    lead = team["lead"]
    with pytest.raises(BadInput, match="no change to put into force"):
        team_draft.put_into_force(lead, now=LATER)
    team_draft.collect(lead, team_edits.conflicts_set("ann", ["kent"]), now=LATER)
    team_draft.collect(lead, team_edits.team_set("North", ["gwent"], ["ben"]), now=LATER)
    waiting = team_draft.pending(lead)
    assert waiting is not None
    assert not waiting.signers
    assert len(team_words.proposal_sentences(waiting)) == 2  # it serves until the same day
    assert roster_of(lead).teams == ()
    team_draft.give_up(lead)
    assert team_draft.pending(lead) is None
    team_draft.collect(lead, team_edits.team_set("North", ["gwent"], ["ben"]), now=LATER)
    raw = team_draft.put_into_force(lead, now=LATER)
    assert team["ann"].install_roster(raw)
    assert [one.name for one in roster_of(lead).teams] == ["North"]
    assert team_draft.pending(lead) is None


def test_what_waited_is_gone_when_another_version_came(team: Vaults, roots: list[RootKey]) -> None:
    lead = team["lead"]
    offline(lead, roots)
    team_draft.collect(lead, team_edits.conflicts_set("ann", ["kent"]), now=LATER)
    with pytest.raises(BadInput, match="2 signatures are missing"):
        team_draft.put_into_force(lead, now=LATER)
    proposal = read_proposal(team_draft.proposal_file(lead))
    team_list.publish(lead, signed(proposal, *roots[1:]), now=LATER)
    assert team_draft.pending(lead) is None


def test_nobody_signs_what_cannot_be_put_into_words(team: Vaults) -> None:
    proposal = change(team["lead"], team_edits.conflicts_set("ann", ["kent"])).proposal
    for text in (
        proposal.text[:-1] + ',"erases":["everything"]}',
        proposal.text.replace('{"format"', '{"threshold":9,"format"'),
        proposal.text + " ",
    ):
        with pytest.raises(BadInput, match="does not know"):
            read_proposal(replace(proposal, text=text, signatures=()).raw)


def test_a_new_root_key_that_others_published_serves_where_it_was_made(
    team: Vaults, roots: list[RootKey]
) -> None:
    """One of two roots is in the vault: its new key needs the other's signature, and comes back in a bundle."""
    lead, ann = team["lead"], team["ann"]
    own = roster_of(lead).roots[0]
    both = change(lead, team_edits.roots_set([own, *lines(roots[:1])], 2)).proposal
    team_list.publish(lead, signed(both, roots[0]), now=LATER)
    outcome = team_list.rotate_own_root(lead, now=LATER)
    assert not outcome.in_force
    team_list.rotate_own_root(lead, now=LATER)  # asked once more: the first proposal is on its way
    ann.install_roster(lead.roster_bytes())
    raw = team_list.publish(ann, signed(outcome.proposal, roots[0]), now=LATER)
    assert lead.install_roster(raw)
    new = instruments.own_root(lead)
    assert new is not None
    assert new.public.line != own
    again = team_list.rotate_own_root(lead, now=LATER)
    assert new.public.line in again.proposal.signers


def test_no_flipped_byte_of_a_signed_proposal_is_read(team: Vaults) -> None:
    proposal = team_list.signed_here(
        team["lead"],
        team_list.drafted(team["lead"], [team_edits.conflicts_set("ann", ["kent"])], now=LATER),
    )
    for place in range(0, len(proposal.raw), 41):
        broken = bytearray(proposal.raw)
        broken[place] ^= 1
        with pytest.raises(BadInput):
            read_proposal(bytes(broken))


def test_a_last_day_lasts_to_its_end(team: Vaults) -> None:
    lead = team["lead"]
    change(lead, team_edits.validity_set("ann", "2014-02-01", "2014-02-28"))
    ann = team_edits.find_person(roster_of(lead), "ann")
    assert ann.takes_part_at(datetime(2014, 2, 28, 18, tzinfo=UTC))
    assert not ann.takes_part_at(datetime(2014, 3, 1, tzinfo=UTC))
    with pytest.raises(BadInput, match="Write a date as"):
        change(lead, team_edits.validity_set("ann", "", "2014-02-30"))


def test_what_is_signed_is_what_was_shown(team: Vaults, roots: list[RootKey], tmp_path: Path) -> None:
    lead, (path, key) = team["lead"], (tmp_path / "next.proposal", tmp_path / "one.root-key")
    offline(lead, roots)
    key.write_bytes(roots[0].file())
    harmless = change(lead, team_edits.policy_set(lock_minutes=6)).proposal
    harmful = change(lead, team_edits.roles_changed("ann", begin=["lead"])).proposal
    path.write_bytes(harmful.raw)
    with pytest.raises(BadInput, match="another proposal than the one that was shown"):
        root_files.sign_file(path, harmless, key, PASSPHRASE)
    assert path.read_bytes() == harmful.raw
    path.write_bytes(harmless.raw)
    assert root_files.sign_file(path, harmless, key, PASSPHRASE).lacking == (1, 1)


def test_an_inspection_begins_wholly_or_not_at_all(
    make_vault: Callable[[str], StoredVault], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the team list and the first records, a vault could neither go on nor begin again."""
    vault = make_vault("lead")
    with monkeypatch.context() as killed:
        killed.setattr(Scribe, "write", lambda *_given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            programme.found_inspection(vault, "Sample", now=NOW, forms=FORMS)
    assert vault.roster() is None
    programme.found_inspection(vault, "Sample", now=NOW, forms=FORMS)
    assert [one.get("title") for one in vault.of_kind(Kind.INSPECTION)] == ["Sample"]
    assert instruments.form_xml(vault, roster_of(vault).inspection, "contact") == FORM


def test_a_vault_signs_one_text_of_a_version_and_only_what_follows(
    team: Vaults, roots: list[RootKey]
) -> None:
    lead, ann = team["lead"], team["ann"]
    own = roster_of(lead).roots[0]
    both = change(lead, team_edits.roots_set([own, *lines(roots[:1])], 2, keeper_stays=True)).proposal
    team_list.publish(lead, signed(both, roots[0]), now=LATER)
    ann.install_roster(lead.roster_bytes())
    first, second = (change(ann, team_edits.policy_set(lock_minutes=each)).proposal for each in (6, 7))
    assert team_list.sign_here(lead, first).signers == {own}
    with pytest.raises(BadInput, match="signed another proposal for version"):
        team_list.sign_here(lead, second)
    assert team_list.sign_here(lead, second, instead=True).signers == {own}
    team_list.publish(lead, signed(team_list.sign_here(lead, first, instead=True), roots[0]), now=LATER)
    with pytest.raises(BadInput, match="it is another one"):
        team_list.sign_here(lead, second, instead=True)


def test_a_key_file_never_signs_an_older_version(team: Vaults, roots: list[RootKey]) -> None:
    lead = team["lead"]
    offline(lead, roots)
    proposal = change(lead, team_edits.policy_set(lock_minutes=6)).proposal
    key = roots[0].remember(proposal.after.inspection, 50, "f" * 64)
    with pytest.raises(BadInput, match="signed version 50 already"):
        proposals.sign_with_file(proposal, key, instead=True)


def test_who_comes_back_has_no_last_day_and_the_last_lead_goes_with_a_word(team: Vaults) -> None:
    lead, ben = team["lead"], team["ben"].identity.person
    change(lead, team_edits.departure("ben", LATER))
    change(lead, team_edits.reinstatement("ben"), team_edits.roles_changed("ben", begin=["inspector"]))
    person = roster_of(lead).person(ben)
    assert person is not None
    assert person.valid_until == ""
    gone = change(lead, team_edits.roles_changed("lead", end=["lead"])).proposal
    assert any(
        one.startswith("Nobody leads the team any more") for one in team_words.proposal_sentences(gone)
    )


def test_a_day_that_was_chosen_is_kept_by_later_changes(team: Vaults) -> None:
    lead, until = team["lead"], LATER + timedelta(days=20)
    change(lead, team_edits.expiry_set(until, LATER))
    said = team_words.proposal_sentences(change(lead, team_edits.policy_set(lock_minutes=9)).proposal)
    assert roster_of(lead).expires == until.isoformat()
    assert not any("serves until" in one for one in said)
    after = team_list.change(lead, [team_edits.policy_set(lock_minutes=8)], now=until + timedelta(days=1))
    assert after.proposal.after.expires > (until + timedelta(days=360)).isoformat()
