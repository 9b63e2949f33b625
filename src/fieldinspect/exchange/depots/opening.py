"""Opening depots by what a vault knows of them (services.depot_ports.Depots)."""

from pathlib import Path

from fieldinspect.domain.depots import Credentials, DepotKind, Destination
from fieldinspect.exchange.depots.folder import FolderDepot
from fieldinspect.services.depot_ports import Depot
from fieldinspect.services.destinations import must_make_sense

# The libraries of the network are imported when one is needed: whoever carries sticks never waits for them.


class KnownDepots:
    """Every kind of depot there is."""

    def open(self, destination: Destination, credentials: Credentials) -> Depot:
        must_make_sense(destination)
        if destination.kind is DepotKind.S3:
            from fieldinspect.exchange.depots.s3 import S3Depot

            return S3Depot(destination, credentials)
        if destination.kind is DepotKind.WEBDAV:
            from fieldinspect.exchange.depots.webdav import WebdavDepot

            return WebdavDepot(destination, credentials)
        if destination.kind is DepotKind.SFTP:
            from fieldinspect.exchange.depots.sftp import SftpDepot

            return SftpDepot(destination, credentials)
        return FolderDepot(Path(destination.address), destination.pinned)

    def marker(self, destination: Destination) -> str:
        return FolderDepot(Path(destination.address)).mark()

    def host_key(self, destination: Destination) -> str:
        from fieldinspect.exchange.depots.sftp import host_key

        must_make_sense(destination)
        return host_key(destination)
