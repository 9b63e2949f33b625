"""The envelope port: bundles as the use cases know them (services.ports.Envelope)."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from fieldinspect.crypto.age.errors import AgeRefused, NoMatch
from fieldinspect.crypto.age.file import open_payload
from fieldinspect.crypto.age.header import read_header
from fieldinspect.crypto.age.recipients import parse_identity, parse_recipient
from fieldinspect.crypto.signing import PublicKey
from fieldinspect.domain.depots import SUFFIX
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_id
from fieldinspect.domain.purposes import Purpose
from fieldinspect.exchange.manifest import Origin
from fieldinspect.exchange.reader import ResolveSigner, open_bundle
from fieldinspect.exchange.writer import write_bundle
from fieldinspect.files import atomic_writer
from fieldinspect.i18n import _
from fieldinspect.services.ports import Outgoing, Parcel, Replica, SentBundle
from fieldinspect.services.standing import roster_of

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class BundleEnvelope:
    """Seals bundles for the devices of people, and opens those that came for us."""

    def __init__(self, now: Callable[[], datetime] = _utc_now) -> None:
        self._now = now

    def seal(
        self,
        replica: Replica,
        outgoing: Outgoing,
        people: Sequence[str],
        folder: Path,
        purpose: str = Purpose.ENTRIES,
    ) -> SentBundle:
        """Write one bundle into the folder; on failure nothing stays there and the work is still unsent."""
        roster = roster_of(replica)
        devices = [device for person in people for device in roster.devices_of(person)]
        if len({parse_recipient(device.receiving[0]).is_hybrid for device in devices}) > 1:
            raise BadInput(
                _(
                    "These laptops receive with two kinds of keys. Seal one bundle for each kind, person by person"
                )
            )
        sequence, previous = replica.next_bundle()
        created = self._now().astimezone(UTC).strftime(_TIME)
        me = replica.identity
        origin = Origin(created, me.device, me.incarnation, sequence, previous, roster.version, purpose)
        path = folder / f"{new_id()}{SUFFIX}"
        with atomic_writer(path) as out:
            sealed = write_bundle(
                out,
                origin=origin,
                entries=outgoing.lines(),
                keys=outgoing.keys,
                roster=replica.roster_bytes(),
                blobs=outgoing.blobs,
                recipients=[device.receiving[0] for device in devices],
                sign=replica.sign,
                staging=replica.staging,
            )
        return SentBundle(
            sealed.facts.bundle,
            sequence,
            created,
            tuple(device.id for device in devices),
            outgoing.scopes,
            outgoing.position,
            sealed.facts.entries,
            sealed.sha256,
            str(path),
            sealed.size,
            outgoing.since,
            team_list=roster.version,
        )

    @contextmanager
    def open(self, replica: Replica, path: Path) -> Iterator[Parcel]:
        """Lend a verified bundle; raise a refusal that says why not. What was staged is gone after the block."""
        opened = open_bundle(
            path,
            identities=replica.receiving_identities(),
            resolve_signer=signers(replica),
            staging=replica.staging,
            # A bundle that was received already is opened again and merged to no effect: the account says so.
            seen=lambda _bundle: False,
            accept_roster=replica.install_roster,
            now=self._now(),
        )
        with opened:
            facts = opened.facts
            yield Parcel(
                facts.bundle,
                facts.device,
                facts.sequence,
                facts.previous,
                facts.created,
                opened.sha256,
                opened.entries,
                opened.keys,
                opened.roster,
                opened.blobs,
                facts.purpose,
            )

    def is_for(self, replica: Replica, head: bytes) -> bool:
        """Return False for a bundle that was sealed for others; True as well when it cannot be told."""
        identities = [parse_identity(text) for text in replica.receiving_identities()]
        try:
            source = io.BytesIO(head)
            open_payload(source, read_header(source), identities)
        except NoMatch:
            return False
        except AgeRefused:
            return True  # what is wrong with it is told when it is received
        return True


def signers(replica: Replica) -> ResolveSigner:
    """Return the question "whose key is this" as the replica's roster answers it at the time of asking."""

    def resolve(device: str) -> PublicKey | None:
        roster = replica.roster()
        found = roster.device(device) if roster else None
        # A device that left may still have sent this while it took part: its entries are judged one by one.
        return PublicKey.from_line(found.signing) if found else None

    return resolve
