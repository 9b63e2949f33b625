"""A depot in a WebDAV folder (RFC 4918): PROPFIND, PUT, MOVE, GET, DELETE.

A file is put beside its name and moved there when all of it has arrived; a server moves over nothing when told not to.
Sending cannot be gone on with where it broke off: the standard has no way to. Fetching can.
"""

import base64
import logging
import re
import ssl
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote, unquote, urlsplit

import urllib3
from lxml import etree
from urllib3 import exceptions as theirs

from fieldinspect.domain.depots import Credentials, Destination
from fieldinspect.exchange.depots import pieces, tls, troubles
from fieldinspect.exchange.depots.retrying import patiently
from fieldinspect.services.care import Progress
from fieldinspect.services.depot_ports import DepotFailed, DepotRefused, silent

_PART: Final = ".part"
_TIMEOUT: Final = urllib3.Timeout(connect=10, read=60)
_LISTING: Final = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b'<propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/></prop></propfind>'
)
_LENGTH: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_MOST_LISTED: Final = 64 * 1024 * 1024
_PLACING: Final = frozenset({"PUT", "MOVE"})
_AGAIN: Final = frozenset({408, 423, 425, 429, 500, 502, 503, 504})
_OK: Final = frozenset({200, 201, 204, 206, 207})


class WebdavDepot:
    """A folder on a WebDAV server, with Basic sign-in."""

    def __init__(self, destination: Destination, credentials: Credentials) -> None:
        logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # it tells addresses
        self._base = destination.address.rstrip("/") + "/"
        self._headers = {"User-Agent": "fieldinspect", "Accept-Encoding": "identity"}
        if credentials.user or credentials.secret:
            said = base64.b64encode(f"{credentials.user}:{credentials.secret}".encode()).decode()
            self._headers["Authorization"] = f"Basic {said}"
        self._pool = _pool(self._base, tls.context(destination.pinned))

    def check(self) -> None:
        self.names()

    def sizes(self) -> Mapping[str, int]:
        return patiently(self._sizes)

    def names(self) -> list[str]:
        return sorted(self.sizes())

    def _sizes(self) -> Mapping[str, int]:
        with self._asked("PROPFIND", "", {"Depth": "1", "Content-Type": "application/xml"}, _LISTING) as said:
            if said.status != 207:
                raise troubles.NotThatServer
            raw = said.read(_MOST_LISTED)
        return pieces.bundles(_listed(raw))

    def head(self, name: str, length: int) -> bytes:
        return patiently(lambda: self._head(name, length))

    def _head(self, name: str, length: int) -> bytes:
        wanted = {"Range": f"bytes=0-{length - 1}"}
        with self._asked("GET", pieces.must_be_name(name), wanted) as said:
            return said.read(length)

    def put(self, source: Path, sha256: str, progress: Progress = silent, *, name: str = "") -> str:
        name = pieces.must_be_name(name or pieces.new_name())
        parts: list[str] = []

        def once() -> None:
            # Under another name each time: a server may still hold what broke off, and refuse a second writer.
            parts.append(f"{name}.{len(parts) + 1}{_PART}")
            self._put(source, sha256, progress, name, parts[-1])

        whole = False
        try:
            patiently(once)
            whole = True
        finally:
            for part in parts[: -1 if whole else None]:
                self._clear(part)
        return name

    def _put(self, source: Path, sha256: str, progress: Progress, name: str, part: str) -> None:
        size = pieces.size_of(source)
        if self._is_there(name, source, size):
            return
        content = pieces.sending(source, sha256, progress)
        with self._asked("PUT", part, {"Content-Length": str(size)}, content):
            pass
        self._must_be_whole(part, size)
        with self._asked("MOVE", part, {"Destination": self._url(name), "Overwrite": "F"}):
            pass

    def _must_be_whole(self, part: str, size: int) -> None:
        if self._size(part) != size:
            raise troubles.NotWhole

    def _clear(self, part: str) -> None:
        """Leave nothing half; a server that is gone is cleared by the next try, which puts under the same name."""
        try:
            self.remove(part, any_name=True)
        except (DepotFailed, DepotRefused):
            return

    def _is_there(self, name: str, source: Path, size: int) -> bool:
        there = self._size(name)
        if there is None:
            return False
        if name not in self._sizes():
            raise troubles.NotThatServer  # the sign-in page of a network says of every name that it is there
        length = min(size, pieces.PIECE)
        with self._asked("GET", name, {"Range": f"bytes={max(0, there - length)}-"}) as said:
            tail = said.read(length) if said.status == 206 else b""
        if there != size or (tail and not pieces.tail_matches(source, tail)):
            raise troubles.NameTaken
        return True

    def get(self, name: str, target: Path, progress: Progress = silent) -> None:
        patiently(lambda: self._get(pieces.must_be_name(name), target, progress))

    def _get(self, name: str, target: Path, progress: Progress) -> None:
        size = self._size(name)
        if size is None:
            raise troubles.NoSuchBundle
        with pieces.fetching(target, size) as out:
            if out.tell() == size:
                return
            with self._asked("GET", name, {"Range": f"bytes={out.tell()}-"}) as said:
                if said.status != 206:
                    out.seek(out.truncate(0))
                pieces.receive(out, said.stream(pieces.PIECE), size, progress)

    def remove(self, name: str, *, any_name: bool = False) -> None:
        try:
            with self._asked("DELETE", name if any_name else pieces.must_be_name(name)):
                pass
        except troubles.NoSuchBundle:
            return

    def close(self) -> None:
        self._pool.clear()

    def _size(self, name: str) -> int | None:
        try:
            with self._asked("HEAD", name) as said:
                length = said.headers.get("Content-Length", "")
        except troubles.NoSuchBundle:
            return None
        if not _LENGTH.fullmatch(length):
            raise troubles.NotThatServer
        return int(length)

    def _url(self, name: str) -> str:
        return self._base + quote(name)

    @contextmanager
    def _asked(
        self,
        method: str,
        name: str,
        headers: Mapping[str, str] = {},
        body: bytes | Iterator[bytes] | None = None,
    ) -> Iterator[urllib3.BaseHTTPResponse]:
        """Lend the answer to a request, for the block to read; what is wrong with it is raised as ours."""
        with _told():
            said = self._pool.request(
                method,
                self._url(name),
                headers={**self._headers, **headers},
                body=body,
                preload_content=False,
                redirect=False,
                retries=False,
                timeout=_TIMEOUT,
            )
            try:
                if said.status not in _OK:
                    raise _answered(said.status, within=bool(name) and method not in _PLACING)
                yield said
            finally:
                said.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


def _pool(base: str, context: ssl.SSLContext) -> urllib3.PoolManager:
    """Return connections to a server, by the proxy that the system names."""
    parts = urlsplit(base)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and parts.hostname and not urllib.request.proxy_bypass(parts.hostname):
        return urllib3.ProxyManager(proxy, ssl_context=context, proxy_ssl_context=context)
    return urllib3.PoolManager(ssl_context=context)


def _listed(raw: bytes) -> Iterator[tuple[str, int]]:
    """Yield the last part of every path that is no folder, and its size; raise `NotThatServer` for no listing."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        raise troubles.NotThatServer from None
    if root.tag != "{DAV:}multistatus":
        raise troubles.NotThatServer
    for response in root.iterfind("{DAV:}response"):
        href = response.findtext("{DAV:}href") or ""
        if response.find(".//{DAV:}collection") is None:
            length = response.findtext(".//{DAV:}getcontentlength") or ""
            with suppress(ValueError):  # no address at all
                name = unquote(urlsplit(href).path.rpartition("/")[2])
                yield name, int(length) if _LENGTH.fullmatch(length) else 0


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the library raises within the block into our own."""
    try:
        yield
    except theirs.SSLError as error:
        raise (troubles.NotTrusted if _is_trust(error) else troubles.Interrupted) from error
    except (
        theirs.NewConnectionError,
        theirs.ConnectTimeoutError,
        theirs.ProxyError,
        theirs.NameResolutionError,
    ) as error:
        raise troubles.NoConnection from error
    except (theirs.LocationParseError, theirs.InvalidChunkLength) as error:
        raise troubles.NotThatServer from error
    except (theirs.HTTPError, OSError) as error:
        raise troubles.Interrupted from error


def _is_trust(error: BaseException) -> bool:
    return "CERTIFICATE_VERIFY_FAILED" in str(error) or isinstance(error.__cause__, ssl.CertificateError)


def _answered(status: int, *, within: bool) -> Exception:
    """Return what a status means; `within` says that it is a bundle that may be absent, and not the folder."""
    if status == 401:
        return troubles.WrongCredentials()
    if status == 403:
        return troubles.NotAllowed()
    if status == 404:
        return troubles.NoSuchBundle() if within else troubles.NoSuchPlace()
    if status == 409:
        return troubles.NoSuchPlace()  # its folder is not there
    if status == 412:
        return troubles.NameTaken()
    if status in (413, 507):
        return troubles.NoSpaceThere()
    if status in _AGAIN:
        return troubles.Interrupted()
    return troubles.NotThatServer()
