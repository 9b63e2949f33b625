"""The depots that a vault knows: naming, changing and trying them."""

import base64
import hashlib
from dataclasses import replace
from pathlib import PurePath
from typing import Final
from urllib.parse import SplitResult, urlsplit

from fieldinspect.domain.depots import Credentials, DepotKind, Destination, QueueState
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_id
from fieldinspect.i18n import _
from fieldinspect.services.depot_ports import DepotMemory, Depots

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SCHEMES: Final = {
    DepotKind.S3: frozenset({"https", "http"}),
    DepotKind.WEBDAV: frozenset({"https", "http"}),
    DepotKind.SFTP: frozenset({"sftp"}),
}


def named(vault: DepotMemory, name: str) -> Destination:
    """Return the destination of this name or id; raise `BadInput`."""
    for one in vault.destinations():
        if name in (one.name, one.id):
            return one
    raise BadInput(_("There is no destination called {name}").format(name=name))


def add(vault: DepotMemory, destination: Destination, credentials: Credentials) -> Destination:
    """Keep a new destination and return it with its id; raise `BadInput` for a name or address that will not do."""
    _must_fit(vault, destination)
    kept = replace(destination, id=new_id())
    vault.keep_destination(kept, credentials)
    return kept


def change(vault: DepotMemory, destination: Destination, credentials: Credentials | None = None) -> None:
    """Keep a destination as it is now, such as with the new key of its server; None leaves the credentials.

    What could not go there before is ready again.
    """
    _must_fit(vault, destination)
    vault.keep_destination(destination, credentials)
    for one in vault.queue():
        if one.destination == destination.id and one.state is QueueState.FAILED:
            vault.keep_queued(replace(one, state=QueueState.READY, attempts=0, next_try=None, reason=""))


def remove(vault: DepotMemory, destination: str) -> None:
    """Forget a destination and its credentials; raise `BadInput` while something waits to go there."""
    if any(one.destination == destination and one.sent is None for one in vault.queue()):
        raise BadInput(
            _("Sealed bundles still wait to go there. Send them first, or take them out of the queue")
        )
    vault.drop_destination(destination)


def fingerprint(host_key: str) -> str:
    """Return the fingerprint of a server's key as OpenSSH tells it, to compare with what its keeper says."""
    try:
        blob = base64.b64decode(host_key.split()[1], validate=True)
    except (IndexError, ValueError):
        raise BadInput(_("This is not the key of a server as OpenSSH writes it")) from None
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def check(depots: Depots, destination: Destination, credentials: Credentials) -> None:
    """Reach a depot and sign in, on any thread; raise `DepotFailed` or `DepotRefused` with what to do about it."""
    with depots.open(destination, credentials) as depot:
        depot.check()


def reach(depots: Depots, destination: Destination, credentials: Credentials) -> Destination:
    """Do as `check`, for somebody who has just chosen it; return the destination as it is to be kept.

    The stick or folder that is there now is the one that was chosen: by its marker no other is taken for it.
    """
    if destination.kind is not DepotKind.FOLDER:
        check(depots, destination, credentials)
        return destination
    chosen = replace(destination, pinned="")
    check(depots, chosen, credentials)
    return replace(chosen, pinned=depots.marker(chosen))


def _must_fit(vault: DepotMemory, destination: Destination) -> None:
    if not destination.name.strip():
        raise BadInput(_("Give the destination a name"))
    if any(one.name == destination.name and one.id != destination.id for one in vault.destinations()):
        raise BadInput(
            _("There is a destination called {name} already. Choose another name").format(
                name=destination.name
            )
        )
    must_make_sense(destination)


def must_make_sense(destination: Destination) -> None:
    """Raise `BadInput` for an address that its kind of depot cannot have."""
    if destination.kind is DepotKind.FOLDER:
        if not PurePath(destination.address).is_absolute():
            raise BadInput(_("Give the whole path of the folder"))
        return
    address = _split(destination.address)
    if address.scheme not in _SCHEMES[destination.kind] or not address.hostname:
        example = "sftp://" if destination.kind is DepotKind.SFTP else "https://"
        raise BadInput(
            _("The address of this destination must begin with {example} and name a server").format(
                example=example
            )
        )
    if address.username or address.password or address.query or address.fragment:
        raise BadInput(_("Leave user name, password and anything after ? or # out of the address"))
    if address.scheme == "http" and address.hostname not in LOOPBACK and not destination.plain:
        raise BadInput(
            _("This address is not encrypted: anybody on the way could read the password. Use https://")
        )
    if destination.kind is DepotKind.S3 and not address.path.strip("/"):
        raise BadInput(_("Name the bucket in the address: https://server/bucket"))


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - it is this that raises for a port that is no number
    except ValueError:
        raise BadInput(_("This is not an address")) from None
    return parts
