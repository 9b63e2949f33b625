"""Record keys: kept by record and by what they commit to, so that a wrong key beside the right one does no harm."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import sqlalchemy as sa

from fieldinspect.crypto.sealing import RecordKey, commitment_of
from fieldinspect.store import schema
from fieldinspect.store.rows import among, insert_rows


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
        return self.named(record, commitment_of(sealed))

    def named(self, record: str, commitment: bytes) -> RecordKey | None:
        held = self._keys.get(record)
        return held.get(commitment) if held else None

    def of(self, record: str) -> tuple[RecordKey, ...]:
        held = self._keys.get(record, {})
        return tuple(held[name] for name in sorted(held))

    def only(self, records: Iterable[str]) -> "Keyring":
        """Return a keyring of its own with the keys of these records."""
        other = Keyring()
        other._keys.update((record, dict(self._keys[record])) for record in records if record in self._keys)
        return other

    def has(self, record: str, commitment: bytes) -> bool:
        return commitment in self._keys.get(record, ())

    def records(self) -> list[str]:
        return list(self._keys)

    def secrets(self) -> dict[str, tuple[bytes, ...]]:
        """Return the secret keys by record, as a bundle carries them."""
        return {record: tuple(key.secret for key in self.of(record)) for record in self._keys}


NO_KEYS: Final = Keyring()


def load_keys(connection: sa.Connection, records: Iterable[str], given: Keyring = NO_KEYS) -> Keyring:
    """Return the stored keys of the records beside those given; a key that was given is not made again."""
    wanted = list(records)
    keyring = given.only(wanted)
    query = sa.select(schema.record_key).where(among(schema.record_key.c.record, wanted))
    for record, commitment, secret in connection.execute(query):
        if not keyring.has(record, commitment):
            keyring.add(record, RecordKey(secret))
    return keyring


def save_keys(connection: sa.Connection, keys: Sequence[tuple[str, RecordKey]]) -> None:
    insert_rows(connection, schema.record_key, [(record, key.commitment, key.secret) for record, key in keys])


def keep_named_keys(
    connection: sa.Connection, given: Keyring, bodies: Iterable[tuple[str, bytes]]
) -> list[str]:
    """Keep the given keys that these (record, sealed body) pairs ask for; return the records that gained one.

    A key that no body here names is not kept: anybody could send any number of them.
    """
    wanted = {(record, commitment_of(sealed)) for record, sealed in bodies}
    here = load_keys(connection, {record for record, _commitment in wanted})
    new = [
        (record, key)
        for record, commitment in sorted(wanted)
        if not here.has(record, commitment) and (key := given.named(record, commitment)) is not None
    ]
    save_keys(connection, new)
    return list(dict.fromkeys(record for record, _key in new))
