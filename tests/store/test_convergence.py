"""Two laptops and a lead write, send and receive in any order: all end up showing the same, and nothing is lost."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.domain.kinds import Kind
from fieldinspect.services import capture, programme, reading
from fieldinspect.services.ports import Receipt
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault
from tests.team import FORMS, NOW, PASSPHRASE

NAMES = ("lead", "ann", "ben")
FIELDS = ("/station_visit/arrival/forewarned", "/station_visit/arrival/escort")

steps = st.lists(
    st.one_of(
        st.tuples(st.just("note"), st.integers(0, 2), st.text("abc", min_size=1, max_size=3)),
        st.tuples(
            st.just("answer"), st.integers(0, 2), st.tuples(st.sampled_from(FIELDS), st.sampled_from("yn"))
        ),
        st.tuples(st.just("withdraw"), st.integers(0, 2), st.integers(0, 5)),
        st.tuples(st.just("send"), st.integers(0, 2), st.integers(0, 2)),
    ),
    max_size=16,
)


@contextmanager
def three_vaults() -> Iterator[dict[str, StoredVault]]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as closing:
        door = Door(Path(folder) / "vaults", FLOOR_COST)
        vaults = {}
        for name in NAMES:
            vaults[name] = door.create(name, name, PASSPHRASE)
            closing.callback(vaults[name].close)
        lead = vaults["lead"]
        programme.found_inspection(lead, "Converge", now=NOW, forms=FORMS)
        for name in NAMES[1:]:
            programme.admit(lead, programme.enrolment_request(vaults[name]), ["inspector"], now=NOW)
        for name in NAMES[1:]:
            programme.join(vaults[name], lead.roster_bytes(), programme.fingerprint(lead.roster_bytes()))
        yield vaults


class Post:
    """Carries entries without an envelope, each delivery with a receipt of its own."""

    def __init__(self) -> None:
        self._number = 0

    def carry(self, sender: StoredVault, receiver: StoredVault) -> None:
        roster = receiver.roster()
        assert roster is not None
        self._number += 1
        outgoing = sender.outgoing(roster.scopes_for(frozenset({receiver.identity.person})), {})
        when = NOW.isoformat()
        receipt = Receipt(
            f"{self._number:032x}", sender.identity.device, self._number, "", when, when, str(self._number)
        )
        receiver.merge(outgoing.lines(), outgoing.keys, outgoing.blobs, receipt)


def play(
    vaults: dict[str, StoredVault], visit: str, post: Post, script: list[tuple[str, int, object]]
) -> int:
    """Play the script and return how many notes were written."""
    notes: list[str] = []
    for act, who, what in script:
        vault = vaults[NAMES[who]]
        if act == "note":
            notes.append(capture.add_note(vault, visit, str(what), happened=NOW))
        elif act == "answer":
            field, value = what  # type: ignore[misc]  # the strategy pairs them
            capture.answer(vault, visit, {field: value}, happened=NOW)
        elif act == "withdraw" and notes:
            note = notes[int(what) % len(notes)]  # type: ignore[call-overload]  # the strategy gives an integer
            if vault.record(note) is not None:
                capture.withdraw(vault, note, "wrong", happened=NOW)
        elif act == "send" and vaults[NAMES[int(what)]] is not vault:  # type: ignore[call-overload]  # likewise
            post.carry(vault, vaults[NAMES[int(what)]])  # type: ignore[call-overload]  # likewise
    return len(notes)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_all_replicas_converge_and_nothing_is_lost(script: list[tuple[str, int, object]]) -> None:
    with three_vaults() as vaults:
        post = Post()
        lead = vaults["lead"]
        inspection = reading.inspections(lead)[0].id
        visit = capture.start_visit(
            lead, inspection=inspection, station="Example Road", force="", happened=NOW
        )
        for name in NAMES[1:]:
            post.carry(lead, vaults[name])
        notes = play(vaults, visit, post, script)
        for _round in range(2):
            for sender in NAMES:
                for receiver in NAMES:
                    if sender != receiver:
                        post.carry(vaults[sender], vaults[receiver])
        assert len({vault.digest() for vault in vaults.values()}) == 1
        for vault in vaults.values():
            assert len(vault.children(visit, [Kind.NOTE])) == notes
            assert vault.examine_chains().problems == ()
            assert vault.rebuild()
