"""What a vault must show after an accident, whatever the accident was."""

import hashlib
from collections.abc import Iterable

import sqlalchemy as sa

from fieldinspect.domain.errors import BadInput, Bug, WorldFailed
from fieldinspect.domain.kinds import Kind
from fieldinspect.store import entries, schema
from fieldinspect.store.vault import StoredVault
from fieldinspect.store.verify import SignatureCheck
from tests.faults import world


class Lost(AssertionError):  # noqa: N818 - says what happened
    """Something that was acknowledged is gone."""


class Corrupt(AssertionError):  # noqa: N818 - says what happened
    """The vault does not open, contradicts itself, or shows what nobody wrote."""


REFUSALS = (BadInput, Bug, WorldFailed, AssertionError, KeyError, ValueError, LookupError, OSError)


def fingerprint(vault: StoredVault, promises: int) -> bytes:
    """Return a digest of all that a judgement rests on: equal for vaults of the very same bytes with as much promised.

    The database recovers by itself first; what it makes of its log is what is compared.
    """
    vault._checkpoint()
    total = hashlib.blake2b(b"%d" % promises)
    for path in (vault._folder / "vault.db", *sorted((vault._folder / "blobs").rglob("*"))):
        total.update(path.relative_to(vault._folder).as_posix().encode())
        total.update(path.read_bytes() if path.is_file() else b"")
    return total.digest()


def require_sound(vault: StoredVault) -> None:
    """Raise `Corrupt` unless chains, signatures and projections hold."""
    roster = vault.roster()
    if roster is None:
        return
    if vault.examine_chains().problems:
        raise Corrupt("a chain has a gap or a fork")
    with vault._transaction() as connection:
        records = list(connection.execute(sa.select(schema.entry.c.record).distinct()).scalars())
        SignatureCheck(roster)(list(entries.of_records(connection, records)))
    if not vault.rebuild():
        raise Corrupt("the projections do not agree with the journal")
    if vault.quarantined():
        raise Corrupt("good entries stand in quarantine")
    report = vault.check()
    if not report.whole:
        raise Corrupt("; ".join(finding.sentence for finding in report.findings if not finding.harmless))


def require_notes(vault: StoredVault, visit: str, promised: Iterable[tuple[str, int]]) -> list[int]:
    """Raise unless every note (id, number) is there with its words; return the numbers of all notes there."""
    found = {view.id: view.get("text") for view in vault.children(visit, [Kind.NOTE])}
    for note, number in promised:
        if note not in found:
            raise Lost(f"note {number} is gone")
        if world.number_of(found[note]) < number:
            raise Lost(f"note {number} has older words")
    return [world.number_of(words) for words in found.values()]


def require_draft(vault: StoredVault, visit: str, notes: list[int], promised: int) -> None:
    """Raise `Lost` unless the words of the last acknowledged draft, or later ones, are a draft or a note."""
    waiting = [world.number_of(draft.value) for draft in vault.drafts(visit)]
    if max([*waiting, *notes], default=-1) < promised:
        raise Lost(f"draft {promised} is gone")


def require_attachments(vault: StoredVault, visit: str, promised: Iterable[tuple[str, int]]) -> None:
    """Raise unless every attachment (id, number) opens; nothing here may be named and not be there."""
    wanted = dict(promised)
    here = {view.id: view for view in vault.children(visit, [Kind.ATTACHMENT])}
    if not wanted.keys() <= here.keys():
        raise Lost("an attachment's entry is gone")
    for view in here.values():
        number = int(view.get("name").partition(".")[0])
        with vault.open_blob(view.id, view.get("blob")) as content:
            if content.read() != world.blob(number):
                raise Corrupt("an attachment has other bytes")
