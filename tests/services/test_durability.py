"""What a person is told about what is missing, and what others are told of it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fieldinspect.domain.durability import BackupState, Cause, Heads, LossReport, MissingEntries
from fieldinspect.files import DiskFull
from fieldinspect.services import capture, durability, reading
from fieldinspect.services.durability import told
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault
from tests.store.test_insider import lose_and_restore
from tests.store.test_vault import send
from tests.team import NOW

FOUND = Heads("SHA256:device", "1" * 32, 3, "e" * 64, 7, 3, 3, 0, 0, 1)
BEHIND = LossReport(
    NOW, Cause.BEHIND, FOUND, replace(FOUND, sequence=17), own=14, since=NOW, until=NOW + timedelta(hours=2)
)

SENTENCES: list[tuple[LossReport, str]] = [
    (BEHIND, "14 things you wrote between 3 February 2014 at "),
    (replace(BEHIND, own=1), "1 thing you wrote between "),
    (replace(BEHIND, own=2, since=None), "2 things you wrote are not here."),
    (replace(BEHIND, received=3), "3 entries that had come from others are not here."),
    (replace(BEHIND, bundles=1), "1 bundle was sealed since, which this vault does not remember"),
    (replace(BEHIND, own=0), "A bundle that was taken in, or a newer team list, is not here any more."),
    (replace(BEHIND, told=("SHA256:x",)), "is still with them: ask them for a bundle of everything"),
    (
        replace(BEHIND, cause=Cause.RETURNED, own=2),
        "2 entries came back that were written with this laptop's key",
    ),
    (
        replace(BEHIND, cause=Cause.RESTORED, made=NOW),
        "This vault was restored from the backup of 3 February 2014.",
    ),
    (replace(BEHIND, cause=Cause.MISSING), "is gone. Whether anything is missing cannot be told"),
    (replace(BEHIND, cause=Cause.DAMAGED), "is damaged. Whether anything is missing cannot be told"),
    (
        replace(BEHIND, cause=Cause.FOREIGN),
        "belongs to another vault. Whether anything is missing cannot be told",
    ),
]


@pytest.mark.parametrize(("account", "words"), SENTENCES, ids=[words[:30] for _account, words in SENTENCES])
def test_the_account_says_it_in_whole_sentences(account: LossReport, words: str) -> None:
    said = told(account, None)
    assert any(words in sentence for sentence in said), said
    assert all(sentence.endswith(".") for sentence in said)


def test_an_anchor_that_could_not_be_written_is_told_with_its_reason() -> None:
    said = durability.anchor_not_kept(DiskFull())
    assert said.startswith("What you wrote is saved.")
    assert "no space left" in said


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (BackupState(), "No backup"),
        (BackupState(NOW), "The last backup was made on 3 February 2014"),
        (BackupState(NOW, NOW + timedelta(days=2)), "is older than an erasure of 5 February 2014"),
        (BackupState(NOW, NOW - timedelta(days=2)), "The last backup was made"),
    ],
)
def test_backups_are_told_against_erasures(state: BackupState, words: str) -> None:
    assert words in durability.backup_told(state)


def test_gaps_are_told_by_device() -> None:
    gaps = [
        MissingEntries("SHA256:a", 4, 5),
        MissingEntries("SHA256:a", 9, 9),
        MissingEntries("SHA256:b", 1, 1),
    ]
    one, other = durability.gaps_told(gaps, None)
    assert one.startswith("3 entries by ")
    assert other.startswith("1 entry by ")


def test_a_cloned_laptop_tells_itself_and_its_team(
    team: dict[str, StoredVault], door: Door, tmp_path: Path
) -> None:
    """Two laptops with one key: the second to meet the team finds work of its own that it never wrote."""
    lead, ann = team["lead"], team["ann"]
    send(lead, ann)
    inspection = reading.inspections(lead)[0].id
    visit = capture.start_visit(ann, inspection=inspection, station="Road", force="", happened=NOW)
    clone = lose_and_restore(ann, lead, visit, door, tmp_path / "clone", 2)
    try:
        assert clone.account is None  # nothing on its own disk can tell
        send(lead, clone, 3)
        (account,) = clone.losses()
        assert (account.cause, account.own) == (Cause.RETURNED, 1)
        capture.add_note(clone, visit, "in the new chain", happened=NOW)
        send(clone, lead, 4)
        ((name, heard),) = durability.told_by_others(lead)
        assert (name, heard.cause) == ("ann", Cause.RETURNED)
    finally:
        clone.close()
