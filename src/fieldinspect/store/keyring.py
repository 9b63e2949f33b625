"""Record keys: kept by record and by what they commit to, so that a wrong key beside the right one does no harm."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import sqlalchemy as sa

from fieldinspect.crypto.sealing import RecordKey, commitment_of
from fieldinspect.store import schema
from fieldinspect.store.rows import insert_rows

_BATCH: Final = 500


class Keyring:
    """The keys of some records. A record has one key, unless two writers made one each, or somebody forged one."""

    def __init__(self, keys: Iterable[tuple[str, RecordKey]] = ()) -> None:
        self._keys: dict[str, dict[bytes, RecordKey]] = defaultdict(dict)
        for record, key in keys:
            self._keys[record][key.commitment] = key

    def add(self, record: str, key: RecordKey) -> None:
        self._keys[record][key.commitment] = key

    def for_body(self, record: str, sealed: bytes) -> RecordKey | None:
        """Return the key that a sealed body names, None when it is not here."""
        held = self._keys.get(record)
        return held.get(commitment_of(sealed)) if held else None

    def of(self, record: str) -> tuple[RecordKey, ...]:
        held = self._keys.get(record, {})
        return tuple(held[name] for name in sorted(held))

    def has(self, record: str, key: RecordKey) -> bool:
        return key.commitment in self._keys.get(record, {})

    def secrets(self) -> dict[str, tuple[bytes, ...]]:
        """Return the secret keys by record, as a bundle carries them."""
        return {record: tuple(key.secret for key in self.of(record)) for record in self._keys}


def load_keys(connection: sa.Connection, records: Iterable[str]) -> Keyring:
    keyring = Keyring()
    wanted = list(records)
    k = schema.record_key.c
    for start in range(0, len(wanted), _BATCH):
        query = sa.select(k.record, k.key).where(k.record.in_(wanted[start : start + _BATCH]))
        for record, secret in connection.execute(query):
            keyring.add(record, RecordKey(secret))
    return keyring


def save_keys(connection: sa.Connection, keys: Sequence[tuple[str, RecordKey]]) -> None:
    insert_rows(connection, schema.record_key, [(record, key.commitment, key.secret) for record, key in keys])


def keep_new_keys(connection: sa.Connection, given: Mapping[str, Sequence[RecordKey]]) -> list[str]:
    """Keep the keys that are not here yet; return the records that gained one."""
    here = load_keys(connection, given)
    new = [(record, key) for record, keys in given.items() for key in keys if not here.has(record, key)]
    save_keys(connection, new)
    return list(dict.fromkeys(record for record, _key in new))
