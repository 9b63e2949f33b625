"""The vault that knows depots: destinations with their credentials, the queue, and what was found there."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
import sqlalchemy as sa

from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.domain.custody import PostedBundle
from fieldinspect.domain.depots import Credentials, Destination, Fetched, QueuedBundle, QueueState
from fieldinspect.files import private_folder
from fieldinspect.services.ports import SentBundle
from fieldinspect.store import outgoing, schema, traffic
from fieldinspect.store.chained import ChainedVault
from fieldinspect.store.custodial import CustodialVault
from fieldinspect.store.rows import among, put

OUTGOING: Final = "outgoing"
INCOMING: Final = "incoming"
_SECRET: Final = "secret/"  # noqa: S105 - the beginning of a name
"""Under such names the vault keeps secrets, and a rotation seals them anew."""


class PostingVault(ChainedVault, CustodialVault):
    """Implements services.depot_ports.DepotMemory."""

    _safe: RecordKey

    @property
    def outgoing_folder(self) -> Path:
        return private_folder(self._folder / OUTGOING)

    @property
    def incoming_folder(self) -> Path:
        return private_folder(self._folder / INCOMING)

    def keep_secret(self, name: str, secret: bytes) -> None:
        sealed = self._safe.seal(secret, name.encode())
        with self._transaction() as connection:
            put(connection, schema.meta, {"name": f"{_SECRET}{name}", "value": sealed})

    def secret(self, name: str) -> bytes | None:
        m = schema.meta.c
        with self._transaction() as connection:
            sealed = connection.execute(sa.select(m.value).where(m.name == f"{_SECRET}{name}")).scalar()
        return None if sealed is None else self._safe.open(sealed, name.encode())

    def destinations(self) -> list[Destination]:
        d = schema.destination.c
        with self._transaction() as connection:
            said = connection.execute(sa.select(d.said).order_by(d.name)).scalars()
            return [msgspec.json.decode(one, type=Destination) for one in said]

    def keep_destination(self, destination: Destination, credentials: Credentials | None) -> None:
        said = msgspec.json.encode(destination).decode()
        kept = {"id": destination.id, "name": destination.name, "said": said}
        with self._transaction() as connection:
            put(connection, schema.destination, kept)
            if credentials is not None:
                self._keep_credentials(connection, destination.id, credentials)

    def _keep_credentials(
        self, connection: sa.Connection, destination: str, credentials: Credentials
    ) -> None:
        name = _secret(destination)
        sealed = self._safe.seal(msgspec.json.encode(credentials), name.encode())
        put(connection, schema.meta, {"name": f"{_SECRET}{name}", "value": sealed})

    def drop_destination(self, destination: str) -> None:
        q, f, d, m = schema.queued.c, schema.fetched.c, schema.destination.c, schema.meta.c
        with self._transaction() as connection:
            names = list(connection.execute(sa.select(q.name).where(q.destination == destination)).scalars())
            connection.execute(sa.delete(schema.queued).where(q.destination == destination))
            connection.execute(sa.delete(schema.fetched).where(f.destination == destination))
            connection.execute(sa.delete(schema.destination).where(d.id == destination))
            connection.execute(sa.delete(schema.meta).where(m.name == f"{_SECRET}{_secret(destination)}"))
        for name in names:
            (self.outgoing_folder / name).unlink(missing_ok=True)

    def credentials(self, destination: str) -> Credentials:
        found = self.secret(_secret(destination))
        return msgspec.json.decode(found, type=Credentials) if found else Credentials()

    def record_queued(self, sent: SentBundle, destination: str) -> None:
        queued = QueuedBundle(
            sent.bundle,
            destination,
            Path(sent.path).name,
            sent.size,
            datetime.fromisoformat(sent.created),
            QueueState.READY,
        )
        with self._act() as connection:
            traffic.keep_sent(connection, sent)
            connection.execute(sa.insert(schema.queued).values(_columns(queued)))

    def queue(self) -> list[QueuedBundle]:
        q, s = schema.queued.c, schema.sent.c
        waiting = sa.select(schema.queued).join(schema.sent, q.bundle == s.bundle).order_by(s.sequence)
        with self._transaction() as connection:
            rows = connection.execute(waiting)
            return [_queued(row) for row in rows]

    def keep_queued(self, queued: QueuedBundle) -> None:
        q = schema.queued
        with self._transaction() as connection:
            connection.execute(sa.update(q).where(q.c.bundle == queued.bundle).values(_columns(queued)))

    def holds_barred(self, posted: PostedBundle) -> bool:
        roster = self.roster()
        with self._transaction() as connection:
            return roster is not None and outgoing.holds_barred(connection, roster, posted)

    def drop_queued(self, bundle: str) -> None:
        q = schema.queued.c
        with self._act() as connection:
            name = connection.execute(sa.select(q.name).where(q.bundle == bundle)).scalar()
            connection.execute(sa.delete(schema.queued).where(q.bundle == bundle))
            traffic.unsend(connection, bundle)
        if name:
            (self.outgoing_folder / name).unlink(missing_ok=True)

    def seen(self, destination: str) -> Mapping[str, Fetched]:
        f = schema.fetched.c
        with self._transaction() as connection:
            rows = connection.execute(sa.select(f.name, f.fetched).where(f.destination == destination))
            return {row.name: Fetched(row.fetched) for row in rows}

    def keep_seen(self, destination: str, name: str, fetched: Fetched, when: datetime) -> None:
        said = {"destination": destination, "name": name, "fetched": fetched.value, "at": when.isoformat()}
        with self._transaction() as connection:
            put(connection, schema.fetched, said)

    def forget_seen(self, destination: str, names: frozenset[str]) -> None:
        f = schema.fetched.c
        with self._transaction() as connection:
            gone = sa.and_(f.destination == destination, among(f.name, names))
            connection.execute(sa.delete(schema.fetched).where(gone))


def _secret(destination: str) -> str:
    return f"destination/{destination}"


def _columns(queued: QueuedBundle) -> dict[str, object]:
    return {
        "bundle": queued.bundle,
        "destination": queued.destination,
        "name": queued.name,
        "size": queued.size,
        "queued": queued.queued.isoformat(),
        "state": queued.state.value,
        "attempts": queued.attempts,
        "next_try": queued.next_try.isoformat() if queued.next_try else "",
        "reason": queued.reason,
        "sent": queued.sent.isoformat() if queued.sent else "",
    }


def _queued(row: sa.Row[tuple[object, ...]]) -> QueuedBundle:
    return QueuedBundle(
        row.bundle, row.destination, row.name, row.size, datetime.fromisoformat(row.queued),
        QueueState(row.state), row.attempts, _moment(row.next_try), row.reason, _moment(row.sent),
    )  # fmt: skip


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
