"""A party to an inspection, on either engine: it writes, sends and receives (services.ports.Replica).

Rules held here:
1. One thread uses a replica. One transaction is one act: all of it is on disk, or none.
2. Nothing leaves as a row, a session or a key.
3. The pen, the identity and the shelf in memory are those of the last commit; a failure changes none of them.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from fieldinspect.crypto import sshsig
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.roster import Roster
from fieldinspect.domain.views import Changes, Draft, DraftKey, Identity
from fieldinspect.i18n import _
from fieldinspect.journal import roster as rosters
from fieldinspect.journal.acceptance import Gate, rejudged
from fieldinspect.journal.chain import ChainReport, examine
from fieldinspect.services.ports import BlobRef, Merged, Outgoing, Receipt, SentBundle, Write
from fieldinspect.services.standing import NoInspection
from fieldinspect.store import (
    drafts,
    entries,
    erasing,
    heads,
    merging,
    outgoing,
    projection,
    reading,
    rejudging,
    schema,
    traffic,
)
from fieldinspect.store.gates import gate_for
from fieldinspect.store.identity import save_identity
from fieldinspect.store.keyring import load_keys
from fieldinspect.store.outgoing import Choice
from fieldinspect.store.pen import Pen
from fieldinspect.store.posting import PostingVault
from fieldinspect.store.shelf import keep
from fieldinspect.store.verify import SignatureCheck
from fieldinspect.store.writing import Scribe, outgoing_keys, writing_keys


class NotYours(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _("You may not see this: you are not on its team, or have a conflict of interest with its force")
        )


class Party(PostingVault):
    """What a laptop's vault and the centre's replica do alike."""

    _receiving: Sequence[str]
    _recipients: Sequence[str]

    # Writing

    def write(
        self, writes: Sequence[Write], *, promote: Sequence[DraftKey] = (), initiator: str = ""
    ) -> Changes:
        roster = self._need_roster()
        with self._act() as connection:
            touched, pen = self._put_down(connection, roster, writes)
            for key in promote:
                drafts.drop(connection, self._identity.device, key)
            destroys = not merging.DESTROYING.isdisjoint(write.kind for write in writes)
            if destroys:
                merging.settle(connection, Gate(roster), touched, self._identity.device, said_now=True)
            if rejudging.concerns((write.kind, write.changes) for write in writes):
                rejudging.after_writing(connection, roster, touched)
        self._pen = pen
        if destroys:
            self.sweep()
        return Changes(touched, initiator)

    def _put_down(
        self, connection: sa.Connection, roster: Roster, writes: Sequence[Write]
    ) -> tuple[frozenset[str], Pen]:
        """Write entries within a transaction; return the records they touch, and the pen for the next."""
        chains = entries.Chains(connection)
        scribe = Scribe(connection, self._pen, roster)
        if self._pen.sequence == 0:
            scribe.write(chains, [self._chain_start(connection, roster, writes[0].happened)])
        return scribe.write(chains, writes), scribe.pen

    def save_draft(self, draft: Draft) -> None:
        with self._transaction() as connection:
            erasing.require_writable(connection, [draft.key.record, draft.about])
            if erasing.is_at_erased(connection, draft):
                drafts.drop(connection, self._identity.device, draft.key)
            else:
                drafts.save(connection, self._identity.device, draft)

    def drop_draft(self, key: DraftKey) -> None:
        with self._transaction() as connection:
            drafts.drop(connection, self._identity.device, key)

    def add_blob(self, record: str, source: BinaryIO) -> BlobRef:
        with self._transaction() as connection:
            erasing.require_writable(connection, [record])
            key = writing_keys(connection, [record])[record]
        return self._blobs.seal(key.secret, source)

    def open_blob(self, record: str, digest: str) -> AbstractContextManager[BinaryIO]:
        with self._transaction() as connection:
            keys = load_keys(connection, [record]).of(record)
            barred = record in self._barred(connection)
        if barred:
            raise NotYours
        if not keys:
            raise BadInput(_("The key of this attachment is not on this laptop. Ask for the bundle again"))
        return self._blobs.open([key.secret for key in keys], digest)

    # Exchange

    @property
    def staging(self) -> Path:
        return self._folder / "staging"

    def receiving_identities(self) -> Sequence[str]:
        return self._receiving

    def sign(self, message: bytes, namespace: str) -> str:
        return sshsig.sign(message, namespace, self._pen.signer)

    def signing_key_line(self) -> str:
        return self._pen.signer.public.line

    def recipients(self) -> Sequence[str]:
        return self._recipients

    def adopt_roster(self, raw: bytes, begin: Sequence[Write] = ()) -> None:
        if self._shelf.current is not None:
            raise BadInput(_("This vault takes part in an inspection already"))
        more = rosters.read_history(raw)
        self._install(more, self._owner(more[-1][0]), begin)

    def _owner(self, roster: Roster) -> Identity | None:
        """Return whose laptop this is, where the team list gives it to somebody who had another one before."""
        device = roster.device(self._identity.device)
        person = roster.person(device.person) if device is not None else None
        if person is None or person.id == self._identity.person or self._pen.sequence > 0:
            return None
        return replace(self._identity, person=person.id, name=person.name)

    def install_roster(self, raw: bytes) -> bool:
        self._need_roster()
        more = rosters.newer(self._shelf.signed, raw)
        if more:
            self._install(more)
        return bool(more)

    def _install(
        self, more: list[tuple[Roster, bytes]], owner: Identity | None = None, begin: Sequence[Write] = ()
    ) -> None:
        shelf = self._shelf.with_more(more)
        again = rejudged(self._shelf.current, more[-1][0])
        with self._act() as connection:
            keep(connection, more)
            if owner is not None:
                save_identity(connection, owner)
            gate = gate_for(connection, more[-1][0])
            touched = [n for (device, _chain), n in entries.Chains(connection).items() if again(device)]
            e = schema.entry.c
            records = connection.execute(sa.select(e.record).where(e.chain.in_(touched)).distinct()).scalars()
            merging.refold(connection, gate, list(records))
            rejudging.settle(connection, gate, (), (), self._identity.device, anew=True)
            pen = self._put_down(connection, more[-1][0], begin)[1] if begin else self._pen
        self._shelf, self._pen = shelf, pen
        if owner is not None:
            self._identity, self._pen = owner, replace(self._pen, author=owner.person)
        self.sweep()

    def roster_bytes(self) -> bytes:
        self._need_roster()
        return self._shelf.history()

    def examine_chains(self) -> ChainReport:
        with self._transaction() as connection:
            return examine(entries.headers(connection))

    def outgoing(
        self, scopes: frozenset[str], sent: Mapping[str, int], people: Collection[str] = ()
    ) -> Outgoing:
        with self._transaction() as connection:
            question = outgoing.ask(connection, self._shelf.current, scopes, sent, people)
            choice = outgoing.choose(connection, question)
            keys = outgoing_keys(connection, choice.records)
            digests = reading.blobs_of(connection, choice.records, question.whole)
        here = {digest: self._blobs.path(digest) for digest in digests if self._blobs.has(digest)}
        return Outgoing(
            partial(self._lines, choice),
            len(choice.positions),
            keys,
            here,
            scopes,
            choice.top,
            len(digests) - len(here),
            dict(sent),
            choice.withheld,
            choice.regained,
        )

    def waits(self, scopes: frozenset[str], sent: Mapping[str, int], people: Collection[str]) -> bool:
        with self._transaction() as connection:
            roster = self._shelf.current
            if roster is not None and roster.version > sent.get(traffic.TEAM_LIST, 0):
                return True
            return outgoing.waits(connection, outgoing.ask(connection, roster, scopes, sent, people))

    def _lines(self, choice: Choice) -> Iterator[bytes]:
        """Yield entry lines page by page: no transaction is open while somebody else holds the iterator."""
        for start in range(0, len(choice.positions), outgoing.PAGE):
            with self._transaction() as connection:
                lines = outgoing.page(connection, choice, start)
            yield from lines

    def merge(
        self,
        lines: Iterable[bytes],
        keys: Mapping[str, Sequence[bytes]],
        blobs: Mapping[str, Path],
        receipt: Receipt,
    ) -> Merged:
        def keep(connection: sa.Connection, tally: merging.Tally) -> None:
            traffic.keep_receipt(connection, receipt, tally.new + tally.known, talks=tally.talks)

        return self._merge(lines, keys, blobs, keep)

    def _merge(
        self,
        lines: Iterable[bytes],
        keys: Mapping[str, Sequence[bytes]],
        blobs: Mapping[str, Path],
        keep_receipts: Callable[[sa.Connection, merging.Tally], None],
        *,
        count_gaps: bool = True,
    ) -> Merged:
        roster = self._need_roster()
        # Blobs first: they are named by what they hold, so a failure later leaves files nothing points to yet.
        came = [digest for digest in blobs if not self._blobs.has(digest)]
        for digest in came:
            self._blobs.adopt(digest, blobs[digest])
        with self._act() as connection:
            identity, pen = self._identity, self._pen
            chains = entries.Chains(connection)
            check, known = self._signatures(roster), {place for place, _number in chains.items()}
            gate = gate_for(connection, roster)
            tally = merging.merge(connection, chains, lines, keys, gate, check, pen.horizon())
            rejudging.settle(connection, gate, tally.touched, tally.unsettled, identity.device)
            if tally.refused:
                erasing.doom(connection, came)
            keep_receipts(connection, tally)
            counted = tally.chains if count_gaps else ()  # that looks through whole chains
            gaps, forks = entries.gaps_and_forks(connection, chains, counted)
            for device in {device for device, _chain in tally.chains - known} & {
                device for device, _chain in known
            }:
                traffic.forget(connection, device)
            if (pen.device, pen.incarnation) in tally.chains:
                # Work of our own that we do not have: this vault was restored from a copy (rulings 2).
                account = heads.returned(connection, identity, pen.sequence, self._now())
                identity, pen = self._new_incarnation(connection, account)
        self._identity, self._pen = identity, pen.observing(tally.clock)
        self.sweep()
        return Merged(
            tally.new,
            tally.known,
            dict(tally.new_records),
            tally.changed_records,
            tally.conflicts,
            dict(tally.quarantined),
            frozenset(tally.records),
            gaps,
            forks,
        )

    def receipt(self, digest: str) -> Receipt | None:
        with self._transaction() as connection:
            return traffic.receipt(connection, digest)

    def record_sent(self, sent: SentBundle) -> None:
        with self._act() as connection:
            traffic.keep_sent(connection, sent)

    def sent_to(self, devices: Sequence[str]) -> Mapping[str, int]:
        with self._transaction() as connection:
            return traffic.sent_to_all(connection, devices)

    def next_bundle(self) -> tuple[int, str]:
        with self._transaction() as connection:
            return traffic.next_bundle(connection)

    # Care

    def rebuild(self) -> bool:
        """Fold every record again from the journal; tell whether the stored projections were already the same."""
        with self._transaction() as connection:
            before = projection.dump(connection)
            self._project_again(connection)
            return projection.dump(connection) == before

    def _project_again(self, connection: sa.Connection) -> None:
        everything = list(connection.execute(sa.select(schema.entry.c.record).distinct()).scalars())
        projection.clear(connection)
        plain = Gate(self._shelf.current) if self._shelf.current else None
        merging.refold(connection, plain, everything)
        if plain is not None:
            rejudging.settle(connection, plain, (), (), self._identity.device, anew=True)

    def digest(self) -> str:
        """Return a digest of all projections: equal in two vaults that hold the same entries, bodies and roster."""
        with self._transaction() as connection:
            return hashlib.sha256(repr(projection.dump(connection)).encode()).hexdigest()

    def _signatures(self, roster: Roster) -> merging.Verifier:
        return SignatureCheck(roster)

    def _need_roster(self) -> Roster:
        if self._shelf.current is None:
            raise NoInspection
        return self._shelf.current
