"""A depot in a folder that an SSH server shows by SFTP (version 3, as OpenSSH speaks it).

1. The server proves itself by the key that was pinned; no other is ever taken, and none silently.
2. A file is written beside its name, gone on with where a try broke off, and renamed when all of it is there. A plain
   rename: OpenSSH refuses it where the name is taken, and posix-rename would write over.
"""

import io
import logging
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar
from urllib.parse import unquote, urlsplit

import paramiko

from fieldinspect.domain.depots import Credentials, Destination
from fieldinspect.exchange.depots import pieces, troubles
from fieldinspect.exchange.depots.retrying import patiently
from fieldinspect.services.care import Progress
from fieldinspect.services.depot_ports import silent

T = TypeVar("T")

_PART: Final = ".part"
_TIMEOUT_S: Final = 30
_OVERLAP: Final = 1024 * 1024
"""Bytes before the end of a broken try that are sent again: a server that lost power may not have kept them."""
_AHEAD: Final = 32 * 1024 * 1024
"""Bytes asked for at once. Not by the library's own limit: it goes over to one request at a time when that runs dry."""
_KEYS: Final[tuple[type[paramiko.PKey], ...]] = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


class SftpDepot:
    """A folder on an SSH server."""

    def __init__(self, destination: Destination, credentials: Credentials) -> None:
        logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)  # it tells addresses, and tracebacks
        self._host, self._port, folder = _place(destination)
        self._folder = folder or "."
        self._pinned = destination.pinned
        self._credentials = credentials
        self._client: paramiko.SSHClient | None = None
        self._sftp: paramiko.SFTPClient | None = None

    def check(self) -> None:
        self.names()

    def sizes(self) -> Mapping[str, int]:
        def listed(sftp: paramiko.SFTPClient) -> Mapping[str, int]:
            # One request at a time: with more under way, the library loses count of the answers at the end.
            found = sftp.listdir_iter(self._folder, read_aheads=1)
            return pieces.bundles((one.filename, one.st_size or 0) for one in found)

        return self._patiently(listed, absent=troubles.NoSuchPlace)

    def names(self) -> list[str]:
        return sorted(self.sizes())

    def head(self, name: str, length: int) -> bytes:
        path = self._path(name)

        def read(sftp: paramiko.SFTPClient) -> bytes:
            with sftp.open(path, "rb") as file:
                return file.read(length)

        return self._patiently(read)

    def put(self, source: Path, sha256: str, progress: Progress = silent, *, name: str = "") -> str:
        name = name or pieces.new_name()
        self._patiently(
            lambda sftp: self._put(sftp, source, sha256, progress, name), absent=troubles.NoSuchPlace
        )
        return name

    def _put(
        self, sftp: paramiko.SFTPClient, source: Path, sha256: str, progress: Progress, name: str
    ) -> None:
        path, size = self._path(name), pieces.size_of(source)
        there = _size(sftp, path)
        if there is not None:
            if there != size or not pieces.tail_matches(source, _tail(sftp, path, min(size, pieces.PIECE))):
                raise troubles.NameTaken
            return
        part = path + _PART
        begun = _size(sftp, part) or 0
        offset = max(0, begun - _OVERLAP) if begun <= size else 0
        with sftp.open(part, "r+b" if offset else "wb") as file:
            file.seek(offset)
            file.set_pipelined(True)
            for piece in pieces.sending(source, sha256, progress, offset):
                file.write(piece)
        if _size(sftp, part) != size:
            sftp.remove(part)
            raise troubles.NotWhole
        try:
            sftp.rename(part, path)
        except OSError as error:
            if _size(sftp, path) is None:
                raise
            raise troubles.NameTaken from error

    def get(self, name: str, target: Path, progress: Progress = silent) -> None:
        path = self._path(name)
        self._patiently(lambda sftp: self._get(sftp, path, target, progress))

    def _get(self, sftp: paramiko.SFTPClient, path: str, target: Path, progress: Progress) -> None:
        size = _size(sftp, path)
        if size is None:
            raise troubles.NoSuchBundle
        with pieces.fetching(target, size) as out, sftp.open(path, "rb") as file:
            pieces.receive(out, _pieces(file, out.tell(), size), size, progress)

    def remove(self, name: str) -> None:
        path = self._path(name)

        def gone(sftp: paramiko.SFTPClient) -> None:
            if _size(sftp, path) is not None:
                sftp.remove(path)

        self._patiently(gone)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = self._sftp = None

    def _path(self, name: str) -> str:
        return f"{self._folder}/{pieces.must_be_name(name)}"

    def _patiently(
        self,
        work: Callable[[paramiko.SFTPClient], T],
        absent: Callable[[], Exception] = troubles.NoSuchBundle,
    ) -> T:
        """Do it over a connection, a new one when the old one broke."""

        def once() -> T:
            try:
                with _told(absent):
                    return work(self._connected())
            except BaseException:
                self.close()  # whatever is under way in it is not waited for
                raise

        return patiently(once)

    def _connected(self) -> paramiko.SFTPClient:
        if self._sftp is None:
            self._client = client = paramiko.SSHClient()
            client.set_missing_host_key_policy(paramiko.RejectPolicy())
            key = _host_key(self._pinned)
            client.get_host_keys().add(_known_as(self._host, self._port), key.get_name(), key)
            said = self._credentials
            client.connect(
                self._host,
                self._port,
                username=said.user,
                password=None if said.key else said.secret,
                pkey=_private_key(said) if said.key else None,
                timeout=_TIMEOUT_S,
                banner_timeout=_TIMEOUT_S,
                auth_timeout=_TIMEOUT_S,
                allow_agent=False,
                look_for_keys=False,
            )
            self._sftp = client.open_sftp()
            channel = self._sftp.get_channel()
            if channel is not None:
                channel.settimeout(_TIMEOUT_S)
        return self._sftp

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


def host_key(destination: Destination) -> str:
    """Ask a server for its key and return it as OpenSSH writes it; nothing is sent. Raise `DepotFailed`."""
    host, port, _folder = _place(destination)
    with _told(), socket.create_connection((host, port), timeout=_TIMEOUT_S) as sock:
        transport = paramiko.Transport(sock)
        try:
            transport.start_client(timeout=_TIMEOUT_S)
            key = transport.get_remote_server_key()
        finally:
            transport.close()
    return f"{key.get_name()} {key.get_base64()}"


def _place(destination: Destination) -> tuple[str, int, str]:
    address = urlsplit(destination.address)
    return address.hostname or "", address.port or 22, unquote(address.path).rstrip("/")


def _known_as(host: str, port: int) -> str:
    return host if port == 22 else f"[{host}]:{port}"


def _host_key(line: str) -> paramiko.PKey:
    try:
        entry = paramiko.hostkeys.HostKeyEntry.from_line(f"server {line}") if line else None
    except (paramiko.SSHException, ValueError):
        raise troubles.HostKeyUnknown from None
    if entry is None or entry.key is None:
        raise troubles.HostKeyUnknown
    return entry.key


def _private_key(said: Credentials) -> paramiko.PKey:
    for kind in _KEYS:
        try:
            return kind.from_private_key(io.StringIO(said.key), said.secret or None)
        except (paramiko.SSHException, ValueError):
            continue
    raise troubles.KeyUnusable


def _size(sftp: paramiko.SFTPClient, path: str) -> int | None:
    try:
        return sftp.stat(path).st_size
    except FileNotFoundError:
        return None


def _pieces(file: paramiko.SFTPFile, offset: int, size: int) -> Iterator[bytes]:
    """Read a file from an offset on, with many requests under way."""
    for start in range(offset, size, _AHEAD):
        end = min(start + _AHEAD, size)
        file.seek(start)
        file.prefetch(end)
        while start < end:
            piece = file.read(min(pieces.PIECE, end - start))
            if not piece:
                return
            start += len(piece)
            yield piece


def _tail(sftp: paramiko.SFTPClient, path: str, length: int) -> bytes:
    with sftp.open(path, "rb") as file:
        file.seek((_size(sftp, path) or 0) - length)
        return file.read(length)


@contextmanager
def _told(absent: Callable[[], Exception] = troubles.NoSuchBundle) -> Iterator[None]:
    """Turn what the library raises within the block into our own."""
    try:
        yield
    except paramiko.BadHostKeyException as error:
        raise troubles.HostKeyChanged from error
    except paramiko.AuthenticationException as error:
        raise troubles.WrongCredentials from error
    except (paramiko.ssh_exception.NoValidConnectionsError, socket.gaierror, ConnectionRefusedError) as error:
        raise troubles.NoConnection from error
    except (paramiko.SSHException, EOFError, TimeoutError, ConnectionError) as error:
        raise troubles.Interrupted from error
    except UnicodeDecodeError as error:  # the library reads every name of a listing, or none
        raise troubles.NameUnreadable from error
    except FileNotFoundError as error:
        raise absent() from error
    except PermissionError as error:
        raise troubles.NotAllowed from error
    except OSError as error:
        raise (troubles.NotStored if str(error) == "Failure" else troubles.Interrupted) from error
