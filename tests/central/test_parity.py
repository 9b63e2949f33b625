"""One journal, two engines: the same bundles give the same projections, byte for byte."""

import io
from pathlib import Path

from fieldinspect.domain.custody import EraseReason
from fieldinspect.domain.kinds import Kind
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import capture, erasure, exchange
from fieldinspect.services.ports import Replica
from fieldinspect.store import projection
from fieldinspect.store.vault import StoredVault
from tests.kept_team import Post
from tests.team import NOW

Team = dict[str, Replica]


def send(sender: Replica, folder: Path, *receivers: Replica) -> None:
    """Seal one bundle for all of them, and have each receive it."""
    people = [receiver.identity.person for receiver in receivers]
    envelope = BundleEnvelope()
    sealed = exchange.seal_bundle(sender, envelope, people, folder, everything=True)
    for receiver in receivers:
        exchange.receive_bundle(receiver, envelope, Path(sealed.path), now=NOW)


def dump(vault: Replica) -> dict[str, list[tuple[object, ...]]]:
    assert isinstance(vault, StoredVault)
    with vault._transaction() as connection:
        return projection.dump(connection)


def test_the_same_bundles_give_the_same_rows_on_both_engines(kept: Team, visit: str, tmp_path: Path) -> None:
    lead, ann, ben, centre, twin = (kept[name] for name in ("lead", "ann", "ben", "centre", "twin"))
    note = capture.add_note(ann, visit, "Zażółć gęślą: \0 and 🙂 ‘kept’\n", happened=NOW)
    capture.correct(ann, note, "text", "said again", reason="typing", happened=NOW)
    capture.add_record(
        ann,
        Kind.CONTACT,
        visit,
        happened=NOW,
        fields={"/contact/minutes": "12", "/contact/topics": "repeat calls"},
    )
    poster = io.BytesIO(b"a poster")
    capture.attach(
        ann,
        visit,
        name="poster.jpg",
        media_type="image/jpeg",
        source=poster,
        happened=NOW,
        caption="by the desk",
    )
    send(ann, tmp_path, lead, ben, centre, twin)
    capture.answer(ann, visit, {"/station_visit/arrival/forewarned": "yes"}, happened=NOW)
    capture.answer(ben, visit, {"/station_visit/arrival/forewarned": "no"}, happened=NOW)
    for sender in (ann, ben, lead):
        send(sender, tmp_path, centre, twin)
    rows = centre.dump()  # type: ignore[attr-defined]  # the centre's own
    assert rows == dump(twin)
    assert centre.digest() == twin.digest()  # type: ignore[attr-defined]  # both have one
    assert len(centre.conflicts()) == 1
    assert centre.rebuild()  # type: ignore[attr-defined]  # likewise
    assert centre.examine_chains().problems == ()
    with centre.open_blob(
        *next((one.id, one.get("blob")) for one in centre.of_kind(Kind.ATTACHMENT))
    ) as blob:
        assert blob.read() == b"a poster"


def test_what_is_erased_is_gone_on_both_engines(kept: Team, post: Post, visit: str, tmp_path: Path) -> None:
    lead, ann, centre, twin = (kept[name] for name in ("lead", "ann", "centre", "twin"))
    note = capture.add_note(ann, visit, "to be forgotten", happened=NOW)
    stays = capture.add_note(ann, visit, "to be kept", happened=NOW)
    send(ann, tmp_path, lead, centre, twin)
    asked = erasure.request(
        lead, [note], reason=EraseReason.CONSENT_WITHDRAWN, why="withdrew", basis="article 17", happened=NOW
    )
    send(lead, tmp_path, centre, twin)
    erasure.confirm(centre, asked, happened=NOW)
    send(centre, tmp_path, lead, ann, twin)
    for vault in (lead, ann, centre, twin):
        assert vault.erased() == {note: asked}
        assert vault.record(note) is None
        assert vault.record(stays) is not None
        assert vault.rebuild()  # type: ignore[attr-defined]  # likewise
    assert centre.digest() == twin.digest() == ann.digest()  # type: ignore[attr-defined]  # likewise


def test_a_bundle_merged_twice_changes_nothing(kept: Team, visit: str, tmp_path: Path) -> None:
    ann, centre = kept["ann"], kept["centre"]
    capture.add_note(ann, visit, "once", happened=NOW)
    envelope = BundleEnvelope()
    sealed = exchange.seal_bundle(ann, envelope, [centre.identity.person], tmp_path, everything=True)
    first = exchange.receive_bundle(centre, envelope, Path(sealed.path), now=NOW)
    before = centre.digest()  # type: ignore[attr-defined]  # likewise
    again = exchange.receive_bundle(centre, envelope, Path(sealed.path), now=NOW)
    assert first.new_entries > 0
    assert again.already_received
    assert centre.digest() == before  # type: ignore[attr-defined]  # likewise
