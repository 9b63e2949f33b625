"""A whole check of one vault: pages, journal, records, search, attachments, anchor, keys, leftovers.

Each part is looked at whatever the others show: a damaged page spoils one answer, not all of them.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from fieldinspect.domain.durability import CheckReport, Finding, Part
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.roster import Roster
from fieldinspect.i18n import _, ngettext
from fieldinspect.journal.chain import BrokenLink, Fork, Gap
from fieldinspect.store import heads, schema, slot_files
from fieldinspect.store.anchor import Anchor, Copy, State
from fieldinspect.store.backup import blobs_in
from fieldinspect.store.blobs import BlobFolder
from fieldinspect.store.engine import DatabaseDamaged
from fieldinspect.store.faults import as_families
from fieldinspect.store.identity import load_identity
from fieldinspect.store.keyring import load_keys
from fieldinspect.store.verifying import (
    JournalTally,
    RecordTally,
    Refolding,
    file_digest,
    search_agrees,
    walk_journal,
)

_PIECE: Final = 1 << 20
_STAGING: Final = "staging"


class Check:
    """One run; `differing` and `rubbish` say afterwards what may be mended and swept."""

    def __init__(
        self,
        engine: sa.Engine,
        roster: Roster | None,
        device: str,
        folder: Path,
        blobs: BlobFolder,
        progress: Callable[[int, int], None],
    ) -> None:
        self._engine = engine
        self._roster = roster
        self._device = device
        self._folder = folder
        self._blobs = blobs
        self._progress = progress
        self._done = self._all = 0
        self._findings: list[Finding] = []
        self._journal = JournalTally()
        self._records = RecordTally()
        self._attachments = 0
        self.differing = False
        self.rubbish: list[Path] = []

    def run(self, anchor: Anchor) -> CheckReport:
        """Look at every part in turn; what `progress` raises ends it."""
        with self._part(Part.PAGES) as connection:
            self._all = 4 * heads.read_heads(connection, load_identity(connection)).entries + 1
            self._more(0)
            self._pages(connection)
        with self._part(Part.JOURNAL) as connection:
            self._journal = walk_journal(connection, self._roster, self._more)
            self._tell_journal()
        with self._part(Part.RECORDS) as connection:
            self._records = Refolding(connection, self._roster, self._device, self._more).run()
            self._tell_records()
        with self._part(Part.SEARCH) as connection:
            if not search_agrees(connection, self._more):
                self._search_differs()
        with self._part(Part.ATTACHMENTS) as connection:
            self._look_at_attachments(connection)
        with self._part(Part.ANCHOR) as connection:
            self._look_at_anchor(connection, anchor)
        self._look_at_keys()
        self._look_for_leftovers()
        self._progress(self._all, self._all)
        return CheckReport(
            tuple(self._findings),
            self._journal.entries,
            self._records.records,
            self._attachments,
            self._records.withheld,
        )

    @contextmanager
    def _part(self, part: Part) -> Iterator[sa.Connection]:
        """Lend a transaction that is undone; damage within it becomes a finding of this part."""
        try:
            with as_families(), self._engine.connect() as connection:
                yield connection
                connection.rollback()
        except DatabaseDamaged:
            self._find(
                part, _("A part of the vault's file is damaged and cannot be read. Restore it from a backup")
            )
            self.differing = self.differing or part in {Part.RECORDS, Part.SEARCH}

    def _more(self, count: int) -> None:
        self._done += count
        self._progress(min(self._done, self._all), self._all)

    def _find(self, part: Part, sentence: str, *, harmless: bool = False) -> None:
        self._findings.append(Finding(part, sentence, harmless))

    def _pages(self, connection: sa.Connection) -> None:
        broken = len(connection.exec_driver_sql("PRAGMA cipher_integrity_check").all())
        if broken:
            self._find(
                Part.PAGES,
                ngettext(
                    "{count} page of the vault's file was changed from outside. Restore it from a backup",
                    "{count} pages of the vault's file were changed from outside. Restore it from a backup",
                    broken,
                ).format(count=broken),
            )
        said = connection.exec_driver_sql("PRAGMA integrity_check(10)").scalars().all()
        loose = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if list(said) != ["ok"] or loose:
            self._find(Part.PAGES, _("The vault's file contradicts itself. Restore it from a backup"))

    def _tell_journal(self) -> None:
        tally = self._journal
        if tally.malformed:
            self._find(
                Part.JOURNAL,
                ngettext(
                    "{count} entry is not as it was signed. Restore the vault from a backup",
                    "{count} entries are not as they were signed. Restore the vault from a backup",
                    tally.malformed,
                ).format(count=tally.malformed),
            )
        wrong = tally.forged + tally.strangers
        if wrong:
            self._find(
                Part.JOURNAL,
                ngettext(
                    "{count} entry does not carry the signature of a laptop in the team list. Tell your team lead",
                    "{count} entries do not carry the signature of a laptop in the team list. Tell your team lead",
                    wrong,
                ).format(count=wrong),
            )
        self._tell_links(tally.links)

    def _tell_links(self, links: Iterable[Fork | Gap | BrokenLink]) -> None:
        missing: Counter[str] = Counter()
        forks: Counter[str] = Counter()
        broken: Counter[str] = Counter()
        for link in links:
            if isinstance(link, Gap):
                missing[link.device] += link.sequence - link.after - 1
            elif isinstance(link, Fork):
                forks[link.device] += 1
            else:
                broken[link.device] += 1
        for device, count in sorted(missing.items()):
            self._find(Part.JOURNAL, self._gap_told(device, count))
        for device, count in sorted(forks.items()):
            sentence = ngettext(
                "In {count} place two entries by {name} stand side by side: a laptop was restored or cloned. "
                "Both are kept",
                "In {count} places two entries by {name} stand side by side: a laptop was restored or cloned. "
                "Both are kept",
                count,
            )
            self._find(Part.JOURNAL, sentence.format(count=count, name=self._name(device)), harmless=True)
        for device, count in sorted(broken.items()):
            sentence = ngettext(
                "{count} entry by {name} does not follow the one before it. Restore the vault from a backup",
                "{count} entries by {name} do not follow the ones before them. Restore the vault from a backup",
                count,
            )
            self._find(Part.JOURNAL, sentence.format(count=count, name=self._name(device)))

    def _gap_told(self, device: str, count: int) -> str:
        if device == self._device:
            return ngettext(
                "{count} entry that you wrote is missing. Ask those you sent it to for a bundle of everything",
                "{count} entries that you wrote are missing. Ask those you sent them to for a bundle of everything",
                count,
            ).format(count=count)
        return ngettext(
            "{count} entry by {name} is not here: late, or lost. Ask for a bundle of everything",
            "{count} entries by {name} are not here: late, or lost. Ask for a bundle of everything",
            count,
        ).format(count=count, name=self._name(device))

    def _tell_records(self) -> None:
        tally = self._records
        if tally.differing:
            self.differing = True
            self._find(
                Part.RECORDS,
                ngettext(
                    "{count} thing is shown otherwise than the journal says. Have it written anew",
                    "{count} things are shown otherwise than the journal says. Have them written anew",
                    tally.differing,
                ).format(count=tally.differing),
            )
        if tally.drafts:
            self.differing = True
            self._find(
                Part.RECORDS,
                ngettext(
                    "{count} unfinished text of an erased record is still here. Have it destroyed",
                    "{count} unfinished texts of erased records are still here. Have them destroyed",
                    tally.drafts,
                ).format(count=tally.drafts),
            )
        own = tally.own_missing + tally.own_keyless
        if own:
            self._find(
                Part.RECORDS,
                ngettext(
                    "The text of {count} entry that you wrote is gone. Restore the vault from a backup",
                    "The text of {count} entries that you wrote is gone. Restore the vault from a backup",
                    own,
                ).format(count=own),
            )
        if tally.keyless > tally.own_keyless:
            waiting = tally.keyless - tally.own_keyless
            self._find(
                Part.RECORDS,
                ngettext(
                    "{count} entry of somebody else waits for its key. It may come with a later bundle",
                    "{count} entries of others wait for their key. It may come with a later bundle",
                    waiting,
                ).format(count=waiting),
                harmless=True,
            )

    def _search_differs(self) -> None:
        self.differing = True
        self._find(
            Part.SEARCH, _("The word index does not agree with what was written. Have it written anew")
        )

    def _look_at_attachments(self, connection: sa.Connection) -> None:
        r = schema.record.c
        named = self._records.blobs
        own = sa.select(r.id).where(r.device == self._device)
        mine = set(connection.execute(own).scalars()) if named else set()
        lost = late = changed = 0
        keys = load_keys(connection, set(named.values()))
        for digest, record in named.items():
            if not self._blobs.has(digest):
                lost += record in mine
                late += record not in mine
            elif not self._is_whole(digest, [key.secret for key in keys.of(record)]):
                changed += 1
            self._attachments += 1
            self._more(0)
        doomed = set(connection.execute(sa.select(schema.doomed.c.digest)).scalars())
        if (
            not self._records.keyless and not self._journal.malformed
        ):  # else what cannot be read may name them
            here = (path for path, _size in blobs_in(self._folder / "blobs"))
            self.rubbish += [path for path in here if path.name not in named and path.name not in doomed]
        self._tell_attachments(lost, late, changed)

    def _is_whole(self, digest: str, secrets: Sequence[bytes]) -> bool:
        if file_digest(self._blobs.path(digest)) != digest:
            return False
        if not secrets:
            return True  # its record is not for us to see
        try:
            with self._blobs.open(secrets, digest) as plain:
                while plain.read(_PIECE):
                    self._more(0)
        except BadInput:
            return False
        return True

    def _tell_attachments(self, lost: int, late: int, changed: int) -> None:
        if lost:
            sentence = ngettext(
                "{count} attachment of yours is missing. Restore it from a backup, or attach it again",
                "{count} attachments of yours are missing. Restore them from a backup, or attach them again",
                lost,
            )
            self._find(Part.ATTACHMENTS, sentence.format(count=lost))
        if changed:
            sentence = ngettext(
                "{count} attachment is damaged. Restore it from a backup, or ask for it again",
                "{count} attachments are damaged. Restore them from a backup, or ask for them again",
                changed,
            )
            self._find(Part.ATTACHMENTS, sentence.format(count=changed))
        if late:
            sentence = ngettext(
                "{count} attachment of somebody else is not on this laptop. It may come with a later bundle",
                "{count} attachments of others are not on this laptop. They may come with a later bundle",
                late,
            )
            self._find(Part.ATTACHMENTS, sentence.format(count=late), harmless=True)

    def _look_at_anchor(self, connection: sa.Connection, anchor: Anchor) -> None:
        reached = heads.read_heads(connection, load_identity(connection))
        for copy in anchor.copies():
            if copy.state is not State.READ:
                self._find(Part.ANCHOR, _anchor_told(copy))
            elif copy.heads != reached:
                self._find(
                    Part.ANCHOR,
                    _("The anchor is not up to date. Close the vault and open it again, then check again"),
                )
        if len({copy.state is State.READ for copy in anchor.found}) == 2:
            self._find(
                Part.ANCHOR,
                _(
                    "A copy of the anchor was missing or damaged when the vault was opened. It was written anew"
                ),
                harmless=True,
            )

    def _look_at_keys(self) -> None:
        copies = [path.read_bytes() if path.is_file() else None for path in self._slot_paths()]
        if None in copies or len(set(copies)) != 1:
            self._find(
                Part.KEYS,
                _("The two copies of the key file differ. Lock the vault and unlock it again to mend them"),
            )

    def _slot_paths(self) -> list[Path]:
        return [self._folder / name for name in slot_files.SLOTS]

    def _look_for_leftovers(self) -> None:
        staging = self._folder / _STAGING
        self.rubbish += list(staging.iterdir()) if staging.is_dir() else []
        if self.rubbish:
            sentence = ngettext(
                "{count} file is left over that nothing needs. Have it removed",
                "{count} files are left over that nothing needs. Have them removed",
                len(self.rubbish),
            )
            self._find(Part.LEFTOVERS, sentence.format(count=len(self.rubbish)), harmless=True)

    def _name(self, device: str) -> str:
        found = self._roster.device(device) if self._roster else None
        if found is None or self._roster is None:
            return _("somebody who is not in the team list")
        return self._roster.name_of(found.person)


def _anchor_told(copy: Copy) -> str:
    if copy.state is State.ABSENT:
        return _(
            "A copy of the anchor is missing. Check that the state folder may be written, then write a note"
        )
    if copy.state is State.FOREIGN:
        return _("A copy of the anchor belongs to another vault. Open the vault again to write it anew")
    return _("A copy of the anchor is damaged. Open the vault again to write it anew")


def tidy(rubbish: Iterable[Path]) -> int:
    """Remove what nothing points to; return how much of it went."""
    swept = 0
    for path in rubbish:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        swept += not path.exists()
    return swept
