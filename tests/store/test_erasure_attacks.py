"""What nobody can have erased by a changed program: without the role, alone, by trickery, or what must stay."""

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.domain.custody import EraseState
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_id, new_record_id
from fieldinspect.domain.kinds import Kind, Role
from fieldinspect.journal.entry import Body, Change, to_line
from fieldinspect.services import capture, erasure, programme, reading, writing
from fieldinspect.services.ports import Write
from fieldinspect.store.vault import StoredVault
from tests.kept_team import NAMES, Post, Team
from tests.store.test_erasure import ask
from tests.store.test_insider import HAPPENED, Forger
from tests.team import FORMS, NOW

CANARY = "quillwortcanary"


class Schemer:
    """Writes requests and confirmations with the keys of an enrolled laptop, whatever its program would say."""

    def __init__(self, vault: StoredVault, post: Post) -> None:
        self._vault, self._post = vault, post
        self._forger = Forger(vault)

    def request(self, *records: str, clock: int = 0, record: str = "") -> tuple[str, bytes, RecordKey]:
        fields = {"records": "\n".join(records), "category": "other", "why": "x", "basis": "x"}
        return self._write(Kind.ERASURE_REQUEST, fields, clock, record)

    def confirmation(self, request: str, entry: str, clock: int = 1) -> tuple[str, bytes, RecordKey]:
        return self._write(Kind.ERASURE, {"request": request, "entry": entry}, clock, "")

    def _write(
        self, kind: Kind, fields: dict[str, str], clock: int, record: str
    ) -> tuple[str, bytes, RecordKey]:
        inspection = self._vault.roster().inspection  # type: ignore[union-attr]  # it takes part
        record, key = record or new_record_id(self._vault.identity.device), RecordKey.generate()
        line = self._forger.forge(
            record, key, kind=kind, parent=inspection, inspection=inspection, clock=clock, fields=fields
        )
        return record, line, key

    def give(self, vault: StoredVault, *acts: tuple[str, bytes, RecordKey]) -> None:
        keys = {record: (key.secret,) for record, _line, key in acts}
        vault.merge([line for _record, line, _key in acts], keys, {}, self._post.receipt(self._vault))


def entry_of(vault: StoredVault, kind: Kind, record: str) -> str:
    return next(one.entry for one in vault.founded(kind) if one.record == record)


@pytest.fixture
def note(kept: Team, post: Post, visit: str) -> str:
    """A note by ann that everybody holds."""
    note = capture.add_note(kept["ann"], visit, CANARY, happened=NOW)
    post.carry(kept["ann"], *(kept[name] for name in NAMES if name != "ann"))
    return note


def test_an_inspector_forges_a_whole_erasure(kept: Team, post: Post, note: str) -> None:
    ann, ben = kept["ann"], kept["ben"]
    schemer = Schemer(ben, post)
    asked = schemer.request(note)
    schemer.give(ann, asked, schemer.confirmation(asked[0], "0" * 64))
    assert ann.quarantined() == {"role": 2}
    assert ann.record(note) is not None


def test_an_inspector_confirms_what_the_lead_asked(kept: Team, post: Post, note: str) -> None:
    lead, ann, ben, _centre = (kept[name] for name in NAMES)
    asked = ask(lead, note)
    post.carry(lead, ann)
    schemer = Schemer(ben, post)
    schemer.give(ann, schemer.confirmation(asked, entry_of(ann, Kind.ERASURE_REQUEST, asked)))
    assert erasure.erasures(ann)[0].state is EraseState.ASKED
    assert ann.record(note) is not None


def test_the_lead_confirms_alone(kept: Team, post: Post, note: str) -> None:
    lead, ann = kept["lead"], kept["ann"]
    asked = ask(lead, note)
    post.carry(lead, ann)
    schemer = Schemer(lead, post)
    schemer.give(ann, schemer.confirmation(asked, entry_of(ann, Kind.ERASURE_REQUEST, asked)))
    assert ann.quarantined() == {"role": 1}
    assert ann.record(note) is not None


def test_the_centre_asks_and_confirms_alone(kept: Team, post: Post, note: str) -> None:
    ann, centre = kept["ann"], kept["centre"]
    schemer = Schemer(centre, post)
    asked = schemer.request(note)
    schemer.give(ann, asked)
    schemer.give(ann, schemer.confirmation(asked[0], "0" * 64))
    assert ann.quarantined() == {"role": 1}
    assert ann.record(note) is not None


def test_a_request_that_grows_after_it_was_asked_erases_only_what_was_named(
    kept: Team, post: Post, note: str, visit: str
) -> None:
    lead, ann, _ben, centre = (kept[name] for name in NAMES)
    other = capture.add_note(ann, visit, "another", happened=NOW)
    post.carry(ann, lead, centre)
    asked = ask(lead, note)
    post.carry(lead, centre)
    erasure.confirm(centre, asked, happened=NOW)
    post.carry(lead, ann)
    inspection = lead.roster().inspection  # type: ignore[union-attr]  # it takes part
    grown = {"records": f"{note}\n{other}\n{visit}"}
    for lines in (Schemer(lead, post), Schemer(kept["ben"], post)):
        forged = lines._forger.forge(
            asked,
            RecordKey(lead.outgoing(frozenset(s.id for s in lead.roster().scopes), {}).keys[asked][0]),  # type: ignore[union-attr]
            kind=Kind.ERASURE_REQUEST,
            parent=inspection,
            inspection=inspection,
            clock=1,
            fields=grown,
        )
        for vault in (ann, centre):
            vault.merge([forged], {}, {}, post.receipt(lead))
    post.carry(centre, ann)
    assert erasure.erasures(ann)[0].state is EraseState.DONE
    assert ann.record(note) is None
    assert ann.record(other) is not None
    assert ann.record(visit) is not None


def test_a_confirmation_of_other_words_than_were_asked_does_nothing(
    kept: Team, post: Post, note: str
) -> None:
    lead, ann, _ben, centre = (kept[name] for name in NAMES)
    asked = ask(lead, note)
    post.carry(lead, ann)
    schemer = Schemer(centre, post)
    schemer.give(ann, schemer.confirmation(asked, "f" * 64))
    assert erasure.erasures(ann)[0].state is EraseState.ASKED
    assert ann.record(note) is not None


def test_logs_forms_the_inspection_and_erasures_stay_even_when_lead_and_centre_conspire(
    kept: Team, post: Post, note: str
) -> None:
    lead, ann, _ben, centre = (kept[name] for name in NAMES)
    first = ask(lead, note)
    post.carry(lead, centre)
    erasure.confirm(centre, first, happened=NOW)
    post.carry(centre, lead, ann)
    stays = [ann.of_kind(kind)[0].id for kind in (Kind.INSPECTION, Kind.FORM_SET, Kind.CHAIN)]
    stays += [first, ann.founded(Kind.ERASURE)[0].record]
    plot = Schemer(lead, post).request(*stays, clock=1)
    Schemer(lead, post).give(ann, plot)
    confirmed = Schemer(centre, post).confirmation(
        plot[0], entry_of(ann, Kind.ERASURE_REQUEST, plot[0]), clock=2
    )
    Schemer(centre, post).give(ann, confirmed)
    assert set(ann.erased()) == {note}
    assert all(ann.record(record) is not None for record in stays)
    # Nor on a laptop to which the plot comes first.
    ben = kept["ben"]
    for act in (plot, confirmed):
        Schemer(lead, post).give(ben, act)
    post.carry(ann, ben)
    assert set(ben.erased()) == {note}
    assert all(ben.record(record) is not None for record in stays)
    assert reading.inspections(ben)
    assert ann.rebuild()
    assert ben.rebuild()


def test_somebody_else_s_attachment_cannot_be_destroyed_by_naming_it(
    kept: Team, post: Post, visit: str
) -> None:
    lead, ann, ben, centre = (kept[name] for name in NAMES)
    victim = capture.attach(
        ann, visit, name="a", media_type="text/plain", source=io.BytesIO(b"x"), happened=NOW
    )
    blob = ann.record(victim).get("blob")  # type: ignore[union-attr]
    post.carry(ann, lead, ben, centre)
    bait = capture.attach(
        ben, visit, name="b", media_type="text/plain", source=io.BytesIO(b"y"), happened=NOW
    )
    writing.change(ben, bait, {"blob": blob}, happened=NOW)
    post.carry(ben, lead, centre, ann)
    asked = ask(lead, bait)
    post.carry(lead, centre)
    erasure.confirm(centre, asked, happened=NOW)
    post.carry(centre, ann)
    assert ann.has_blob(blob)


def test_an_erased_record_comes_back_by_no_bundle_of_an_insider(kept: Team, post: Post, note: str) -> None:
    lead, ann, ben, centre = (kept[name] for name in NAMES)
    kept_aside = ben.outgoing(frozenset(s.id for s in ben.roster().scopes), {})  # type: ignore[union-attr]
    lines, keys = list(kept_aside.lines()), dict(kept_aside.keys)
    asked = ask(lead, note)
    post.carry(lead, centre)
    erasure.confirm(centre, asked, happened=NOW)
    post.carry(centre, ann)
    ann.merge(lines, keys, {}, post.receipt(ben))
    assert ann.record(note) is None
    assert note not in ann.outgoing(frozenset(s.id for s in ann.roster().scopes), {}).keys  # type: ignore[union-attr]
    with pytest.raises(BadInput, match="was erased"):
        capture_again(ann, note)


def capture_again(vault: StoredVault, note: str) -> None:
    inspection = vault.roster().inspection  # type: ignore[union-attr]  # it takes part
    vault.write([Write(note, Kind.NOTE, "", inspection, {"text": CANARY}, NOW)])


def another_kind(author: StoredVault, record: str, key: RecordKey, clock: int | None = None) -> bytes:
    """An entry of a log's kind by somebody's changed program, next in that laptop's own chain."""
    roster, pen = author.roster(), author._pen
    assert roster is not None
    if clock is not None:
        pen = replace(pen, clock=0, now_ms=lambda: clock)
    body = Body(Kind.CONSULTATION, "", roster.inspection, new_id(), HAPPENED, (Change("text", CANARY, ()),))
    entry, _pen = pen.write(body, key=key, record=record, scope=roster.scope_id("team"))
    return to_line(entry)


@pytest.mark.parametrize("clock", [None, 1000])
@pytest.mark.parametrize("who", ["ben", "ann"])
def test_an_entry_of_another_kind_lifts_no_erasure(
    kept: Team, post: Post, visit: str, tmp_path: Path, who: str, clock: int | None
) -> None:
    lead, ann, ben, centre = (kept[name] for name in NAMES)
    attached = capture.attach(
        ann, visit, name=CANARY, media_type="text/plain", source=io.BytesIO(b"x"), happened=NOW
    )
    digest = ann.record(attached).get("blob")  # type: ignore[union-attr]
    post.carry(ann, lead, ben, centre)
    old = ben.outgoing(frozenset(s.id for s in ben.roster().scopes), {})  # type: ignore[union-attr]
    staged = {digest: Path(shutil.copy(old.blobs[digest], tmp_path / digest))}
    lines, keys = list(old.lines()), dict(old.keys)
    asked = ask(lead, attached)
    post.carry(lead, centre)
    erasure.confirm(centre, asked, happened=NOW)
    post.carry(centre, lead)
    key = RecordKey.generate()
    forged = another_kind(kept[who], attached, key, clock)
    plots = [((forged,), {attached: (key.secret,)}, {}), (lines, keys, staged)]
    for vault, order in ((lead, plots), (centre, plots[::-1])):
        for given in order:
            vault.merge(*given, post.receipt(ben))
            assert set(vault.erased()) == {attached}
            assert vault.record(attached) is None
            assert not vault.has_blob(digest)
        assert attached not in vault.outgoing(frozenset(s.id for s in vault.roster().scopes), {}).keys  # type: ignore[union-attr]
        assert vault.search(CANARY) == []
        assert vault.check().findings == ()
        assert vault.rebuild()
    assert lead.digest() == centre.digest()


def test_one_person_who_sets_the_clock_back_still_confirms_nothing_alone(
    make_vault: Callable[[str], StoredVault], post: Post
) -> None:
    lead, ann, centre = (make_vault(name) for name in ("lead", "ann", "centre"))
    programme.found_inspection(lead, "Sample", now=NOW, forms=FORMS, central=True)
    programme.admit(lead, programme.enrolment_request(ann), [Role.INSPECTOR], now=NOW)
    programme.admit(lead, programme.enrolment_request(centre), [Role.CENTRAL, Role.LEAD], now=lead._now())
    for vault in (ann, centre):
        programme.join(vault, lead.roster_bytes(), programme.fingerprint(lead.roster_bytes()))
    post.carry(lead, ann, centre)
    inspection = reading.inspections(ann)[0].id
    visit = capture.start_visit(ann, inspection=inspection, station="S", force="", happened=NOW)
    post.carry(ann, lead, centre)
    asked = ask(lead, visit)
    before = int(NOW.timestamp() * 1000)
    lead._pen = replace(lead._pen, clock=before << 16, now_ms=lambda: before)
    fields: dict[str, str | None] = {"request": asked, "entry": entry_of(lead, Kind.ERASURE_REQUEST, asked)}
    lead.write(
        [Write(new_record_id(lead.identity.device), Kind.ERASURE, inspection, inspection, fields, NOW)]
    )
    post.carry(lead, ann, centre)
    for vault in (lead, ann, centre):
        assert vault.erased() == {}
        assert vault.record(visit) is not None
        assert erasure.erasures(vault)[0].state is EraseState.POWERLESS
