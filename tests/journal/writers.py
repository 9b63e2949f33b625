"""Devices that write entries in memory, for tests of the journal: small, honest, and with real keys.

>>> ann = Writer("a" * 32)
>>> entry = ann.write("f" * 32, {"text": "Posters in the front office"})
>>> ann.read(entry).changes[0].value
'Posters in the front office'
"""

from collections.abc import Mapping

from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.crypto.signing import SigningKey
from fieldinspect.domain.ids import new_id
from fieldinspect.journal.clock import tick
from fieldinspect.journal.entry import Body, Change, Entry, open_body, write_entry

SCOPE = "5" * 32
KEY = RecordKey(b"k" * 32)


class Writer:
    """One device of one person, with its chain; all records share one key, which tests of sealing do not need."""

    def __init__(self, author: str) -> None:
        self.author = author
        self.signer = SigningKey.generate()
        self.incarnation = new_id()
        self.sequence = 0
        self.previous = ""
        self.clock = 0

    def write(
        self,
        record: str,
        values: Mapping[str, str | None],
        *,
        replaces: Mapping[str, tuple[str, ...]] | None = None,
        now_ms: int = 1,
        kind: str = "note",
    ) -> Entry:
        self.clock = tick(self.clock, now_ms)
        old = replaces or {}
        changes = tuple(Change(field, value, old.get(field, ())) for field, value in values.items())
        body = Body(kind, "", "1" * 32, new_id(), "2014-02-03T21:31:00.000+00:00", changes)
        self.sequence += 1
        entry = write_entry(
            body,
            key=KEY,
            signer=self.signer,
            device=self.signer.public.fingerprint,
            incarnation=self.incarnation,
            sequence=self.sequence,
            previous=self.previous,
            clock=self.clock,
            author=self.author,
            record=record,
            scope=SCOPE,
        )
        self.previous = entry.id
        return entry

    @staticmethod
    def read(entry: Entry) -> Body:
        return open_body(entry, KEY)
