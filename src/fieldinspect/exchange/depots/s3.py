"""A depot in a bucket of an S3-compatible store.

1. Nothing is written over: whatever has the name is looked for first, and the store is asked to refuse (If-None-Match),
   which those that know the condition do.
2. Large files go in parts. What an earlier try left there is used: a part whose MD5 the store tells is not sent again.
3. An answer is read by `closing` it: as a context it lends the stream beneath, whose failures the library does not tell
   as its own.
4. Nothing of the account's own AWS settings is read: address, key and trust are those of the destination.
"""

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import botocore.session
from botocore import exceptions as theirs
from botocore.config import Config
from botocore.loaders import Loader
from botocore.parsers import ResponseParserError

from fieldinspect import files
from fieldinspect.domain.depots import Credentials, Destination
from fieldinspect.exchange.depots import pieces, tls, troubles
from fieldinspect.exchange.depots.retrying import patiently
from fieldinspect.services.care import Progress
from fieldinspect.services.depot_ports import silent

PART: Final = 8 * 1024 * 1024
"""Bytes of a part: one is in memory at a time, and one is lost when the connection breaks."""
_MOST_PARTS: Final = 10_000
_MOST_PAGES: Final = 1_000
_CONNECT_S: Final = 10
_READ_S: Final = 60
_SIGN_IN: Final = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken"})
_FULL: Final = frozenset(
    {
        "QuotaExceeded",
        "EntityTooLarge",
        "InsufficientStorage",
        "XMinioStorageFull",
        "ServiceQuotaExceededException",
    }
)
_ABSENT: Final = frozenset({"404", "NoSuchKey", "NotFound"})
_AGAIN: Final = frozenset({408, 429, 500, 502, 503, 504})


class S3Depot:
    """A bucket, or a prefix in one."""

    def __init__(self, destination: Destination, credentials: Credentials) -> None:
        address = urlsplit(destination.address)
        self._bucket, _slash, prefix = address.path.strip("/").partition("/")
        self._prefix = prefix + "/" if prefix else ""
        self._trust = tempfile.TemporaryDirectory(prefix="fieldinspect-")
        trusted = Path(self._trust.name) / "trusted.pem"
        files.atomic_write(trusted, tls.bundle(destination.pinned).encode())
        try:
            self._client = _client(
                destination, credentials, f"{address.scheme}://{address.netloc}", str(trusted)
            )
        except ValueError:  # no server can have that name
            self._trust.cleanup()
            raise troubles.NoSuchPlace from None

    def check(self) -> None:
        with _told():
            said = self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)
            _contents(said, self._bucket)

    def sizes(self) -> Mapping[str, int]:
        return patiently(self._sizes)

    def names(self) -> list[str]:
        return sorted(self.sizes())

    def _sizes(self) -> Mapping[str, int]:
        with _told():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix, Delimiter="/"
            )
            return pieces.bundles(
                (str(one.get("Key", "")).removeprefix(self._prefix), int(one.get("Size", 0)))
                for page in _capped(pages)
                for one in _contents(page, self._bucket)
            )

    def head(self, name: str, length: int) -> bytes:
        return patiently(lambda: self._head(name, length))

    def _head(self, name: str, length: int) -> bytes:
        with _told():
            said = self._client.get_object(**self._at(name), Range=f"bytes=0-{length - 1}")
            with closing(said["Body"]) as body:
                content: bytes = body.read(length)  # a store that knows no ranges sends more
        return content

    def put(self, source: Path, sha256: str, progress: Progress = silent, *, name: str = "") -> str:
        name = name or pieces.new_name()
        return patiently(lambda: self._put(source, sha256, progress, name))

    def _put(self, source: Path, sha256: str, progress: Progress, name: str) -> str:
        size = pieces.size_of(source)
        if self._is_there(name, source, size):
            return name
        with _told():
            if size <= PART:
                whole = b"".join(pieces.sending(source, sha256, silent))
                progress(0, size)
                self._client.put_object(**self._at(name), Body=whole, IfNoneMatch="*")
                progress(size, size)
            else:
                self._put_parts(source, sha256, progress, name)
        if self._size(name) != size:
            raise troubles.NotWhole
        return name

    def _is_there(self, name: str, source: Path, size: int) -> bool:
        there = self._size(name)
        if there is None:
            return False
        length = min(size, pieces.PIECE)
        with _told():
            said = self._client.get_object(**self._at(name), Range=f"bytes={max(0, there - length)}-")
            with closing(said["Body"]) as body:
                tail = body.read(length) if "ContentRange" in said else b""
        if there != size or (tail and not pieces.tail_matches(source, tail)):
            raise troubles.NameTaken
        return True

    def _put_parts(self, source: Path, sha256: str, progress: Progress, name: str) -> None:
        size = pieces.size_of(source)
        part = max(PART, -(-size // _MOST_PARTS))
        upload, sent = self._begun(name)
        told, done = [], 0
        for number, content in enumerate(_parts(pieces.sending(source, sha256, silent), part), 1):
            progress(done, size)
            tag = hashlib.md5(content, usedforsecurity=False).hexdigest()
            if sent.get(number) != tag:
                said = self._client.upload_part(
                    **self._at(name), UploadId=upload, PartNumber=number, Body=content
                )
                tag = said["ETag"].strip('"')
            told.append({"PartNumber": number, "ETag": f'"{tag}"'})
            done += len(content)
        self._complete(name, upload, told)
        progress(size, size)

    def _complete(self, name: str, upload: str, parts: list[dict[str, Any]]) -> None:
        try:
            self._client.complete_multipart_upload(
                **self._at(name), UploadId=upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
            )
        except theirs.ClientError as error:
            if isinstance(_answered(error), troubles.NameTaken):
                self._client.abort_multipart_upload(**self._at(name), UploadId=upload)
            raise

    def _begun(self, name: str) -> tuple[str, dict[int, str]]:
        """Return the upload that an earlier try began, with the MD5 (hex) of each of its parts, or a new one."""
        key = self._at(name)["Key"]
        for one in self._uploads(key):
            if one["Key"] == key:
                upload: str = one["UploadId"]
                pages = self._client.get_paginator("list_parts").paginate(**self._at(name), UploadId=upload)
                return upload, {
                    part["PartNumber"]: part["ETag"].strip('"')
                    for page in pages
                    for part in page.get("Parts", ())
                }
        begun: str = self._client.create_multipart_upload(**self._at(name))["UploadId"]
        return begun, {}

    def _uploads(self, key: str) -> list[dict[str, Any]]:
        try:
            said = self._client.list_multipart_uploads(Bucket=self._bucket, Prefix=key)
        except theirs.ClientError as error:
            if _status(error) in (404, 501):  # there are none; or the store does not tell
                return []
            raise
        return list(said.get("Uploads", ()))

    def get(self, name: str, target: Path, progress: Progress = silent) -> None:
        patiently(lambda: self._get(name, target, progress))

    def _get(self, name: str, target: Path, progress: Progress) -> None:
        size = self._size(name)
        if size is None:
            raise troubles.NoSuchBundle
        with pieces.fetching(target, size) as out:
            if out.tell() == size:
                return
            with _told():
                said = self._client.get_object(**self._at(name), Range=f"bytes={out.tell()}-")
                if "ContentRange" not in said:
                    out.seek(out.truncate(0))
                with closing(said["Body"]) as body:
                    pieces.receive(out, iter(lambda: body.read(pieces.PIECE), b""), size, progress)

    def remove(self, name: str) -> None:
        with _told():
            self._client.delete_object(**self._at(name))

    def close(self) -> None:
        self._client.close()
        self._trust.cleanup()

    def _size(self, name: str) -> int | None:
        try:
            with _told():
                size: int = self._client.head_object(**self._at(name))["ContentLength"]
        except troubles.NoSuchBundle:
            return None
        return size

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + pieces.must_be_name(name)}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


@cache
def _models() -> Loader:
    """Return the library's description of the service, read once: that takes longer than a small bundle."""
    return Loader(include_default_search_paths=True)


def _client(destination: Destination, credentials: Credentials, endpoint: str, trusted: str) -> Any:
    for name in ("botocore", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # they tell addresses and headers
    nothing = (None, None, os.devnull, None)
    session = botocore.session.Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": nothing,
            "credentials_file": nothing,
            "ca_bundle": (None, None, None, None),
        }
    )
    session.register_component("data_loader", _models())
    return session.create_client(
        "s3",
        region_name=destination.region or "us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id=credentials.user,
        aws_secret_access_key=credentials.secret,
        verify=trusted,
        config=Config(
            signature_version="s3v4",
            # Every part is signed with its SHA-256: a store that stores something else says so.
            s3={"addressing_style": "path", "payload_signing_enabled": True},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            retries={"total_max_attempts": 1},
            connect_timeout=_CONNECT_S,
            read_timeout=_READ_S,
        ),
    )


def _contents(page: dict[str, Any], bucket: str) -> list[dict[str, Any]]:
    """Return what a page lists; the library takes any XML, and a network's sign-in page, for an empty one."""
    if page.get("Name") != bucket:
        raise troubles.NotThatServer
    return list(page.get("Contents", ()))


def _capped(pages: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield no more pages than a listing can need; raise `TooMuchThere`."""
    for number, page in enumerate(pages):
        if number == _MOST_PAGES:
            raise troubles.TooMuchThere
        yield page


def _parts(content: Iterator[bytes], size: int) -> Iterator[bytes]:
    held = bytearray()
    for piece in content:
        held += piece
        while len(held) >= size:
            yield bytes(held[:size])
            del held[:size]
    if held:
        yield bytes(held)


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the library raises within the block into our own."""
    try:
        yield
    except theirs.ClientError as error:
        raise _answered(error) from error
    except theirs.SSLError as error:
        raise troubles.NotTrusted from error
    except (theirs.EndpointConnectionError, theirs.ConnectTimeoutError, theirs.ProxyConnectionError) as error:
        raise troubles.NoConnection from error
    except (theirs.HTTPClientError, theirs.IncompleteReadError, OSError) as error:
        raise troubles.Interrupted from error
    except theirs.ParamValidationError as error:  # no bucket can have that name
        raise troubles.NoSuchPlace from error
    except (ResponseParserError, theirs.BotoCoreError, RecursionError) as error:
        # The last: where a redirect leads to itself the library follows without end.
        raise troubles.NotThatServer from error


def _status(error: theirs.ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _answered(error: theirs.ClientError) -> Exception:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = _status(error)
    if code in _FULL or status == 507:
        return troubles.NoSpaceThere()
    if code in _SIGN_IN or status == 401:
        return troubles.WrongCredentials()
    if code == "NoSuchBucket":
        return troubles.NoSuchPlace()
    if code in _ABSENT:
        return troubles.NoSuchBundle()
    if status in (409, 412):
        return troubles.NameTaken()
    if status == 403:
        return troubles.NotAllowed()
    if status in _AGAIN or code == "NoSuchUpload":
        return troubles.Interrupted()
    return troubles.NotThatServer()
