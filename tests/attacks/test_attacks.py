"""Every attack of the catalogue ends as it must, on real vaults; and the tools of the attackers are sharp."""

import pytest

from fieldinspect.crypto.sealing import RecordKey
from tests.attacks.archives import armoured, crafted, forged, in_same_envelope, sshsig_of
from tests.attacks.catalogue import MEMBER, Attack, GotThrough, NoEffect, catalogue, play
from tests.attacks.entries import own_record
from tests.attacks.field import Field, Pen
from tests.exchange.making import archived

ATTACKS = catalogue()


@pytest.mark.parametrize("name", ATTACKS)
def test_attack(name: str, field: Field) -> None:
    play(ATTACKS[name], field)


HONEST = {
    "a bundle of the forger's that is sound": forged,
    "an archive of the same members": lambda field: in_same_envelope(field, archived),
    "a member of the crafter's as it should be": lambda field: in_same_envelope(
        field, lambda members: archived(members[:2], b"") + crafted(*members[2]) + archived(members[3:])
    ),
    "a signature of the signer's as it should be": lambda field: forged(
        field,
        order=lambda members: [
            members[0],
            (members[1][0], armoured(sshsig_of(members[0][1], field.writer().signer)).encode()),
            *members[2:],
        ],
    ),
}


@pytest.mark.parametrize("name", HONEST)
def test_what_the_tools_make_is_taken_when_nothing_is_wrong_with_it(name: str, field: Field) -> None:
    play(Attack(name, MEMBER, NoEffect(), HONEST[name]), field)  # what ben holds is here already


def test_an_entry_of_the_pen_that_nothing_is_wrong_with_is_shown(field: Field) -> None:
    line, keys, record = own_record(field, parent=field.visit)
    field.receive(field.sends(line, keys=keys))
    assert field.ann.record(record).get("text") == "forged"  # type: ignore[union-attr]  # it is here


def test_an_attack_that_changes_what_is_shown_is_caught(field: Field) -> None:
    def prepare(field: Field):  # type: ignore[no-untyped-def]  # as the catalogue has it
        key, pen = RecordKey.generate(), Pen(field.ben)
        record = pen.new_record()
        return field.sends(pen.line(record, key, parent=field.visit), keys={record: (key.secret,)})

    with pytest.raises(GotThrough, match="the vault was changed"):
        play(Attack("shown", MEMBER, NoEffect(), prepare), field)
