"""Connections that break, servers that die, disks that fill up: nothing is left half, and the next try succeeds."""

import hashlib
import os
import resource
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pytest

from fieldinspect.domain.depots import Credentials, DepotKind, Destination
from fieldinspect.exchange.depots import pieces, s3, troubles
from fieldinspect.exchange.depots.opening import KnownDepots
from fieldinspect.services.depot_ports import Depot, DepotFailed
from tests.exchange.depots.servers import (
    SECRET,
    USER,
    Place,
    Server,
    Wire,
    need,
    place,
    running,
    s3_server,
    ssh_keygen,
    sshd_server,
    webdav_server,
)

MIB = 1 << 20
SIZE = 12 * MIB
CONTENT = os.urandom(MIB) * 12
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = "00112233445566778899aabbccddeeff.fib"
TOLL = 1.1
"""What the wire carries beside the content: headers, encryption, and what is sent again to be sure."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(CONTENT)
    return path


def opened(place: Place) -> Depot:
    return KnownDepots().open(place.destination, place.credentials)


def wire(place: Place) -> Wire:
    assert place.wire is not None
    return place.wire


# Connections that break


def test_a_cut_while_sending_is_mended_at_once(far: Place, source: Path) -> None:
    wire(far).cut_up_after = SIZE // 2
    with opened(far) as depot:
        assert depot.put(source, SHA256, name=NAME) == NAME
    assert wire(far).cuts == 1
    assert far.files() == [NAME]
    assert hashlib.sha256((far.folder / NAME).read_bytes()).hexdigest() == SHA256


def test_a_cut_while_fetching_is_mended_where_it_was(far: Place, tmp_path: Path) -> None:
    (far.folder / NAME).write_bytes(CONTENT)
    wire(far).cut_down_after = SIZE // 2
    with opened(far) as depot:
        depot.get(NAME, tmp_path / "got")
    assert wire(far).cuts == 1
    assert hashlib.sha256((tmp_path / "got").read_bytes()).hexdigest() == SHA256
    # At most what was under way is fetched twice: SSH has about 4 MiB under way.
    assert wire(far).down < SIZE * TOLL + 4 * MIB


def test_a_part_that_is_longer_than_the_file_is_none_of_it(
    places: dict[DepotKind, Place], tmp_path: Path
) -> None:
    far = places[DepotKind.SFTP]
    small = tmp_path / "small"
    small.write_bytes(b"small")
    (far.folder / f"{NAME}.part").write_bytes(b"longer than that")
    with opened(far) as depot:
        depot.put(small, hashlib.sha256(b"small").hexdigest(), name=NAME)
    assert (far.folder / NAME).read_bytes() == b"small"
    assert far.files() == [NAME]


# Servers that die


def test_a_server_killed_while_receiving(far: Place, source: Path) -> None:
    assert far.server is not None
    server = far.server

    def kill(done: int, size: int) -> None:
        if done > size // 2 and server.process is not None:
            server.kill()

    with opened(far) as depot, pytest.raises(DepotFailed):
        depot.put(source, SHA256, kill, name=NAME)
    assert NAME not in far.files()
    with opened(far) as depot, pytest.raises(DepotFailed):
        depot.check()
    server.start()
    with opened(far) as depot:
        assert depot.put(source, SHA256, name=NAME) == NAME
        assert depot.names() == [NAME]
    assert hashlib.sha256((far.folder / NAME).read_bytes()).hexdigest() == SHA256


@pytest.mark.parametrize("kind", [DepotKind.S3, DepotKind.WEBDAV, DepotKind.SFTP])
def test_nobody_answers(kind: DepotKind, tmp_path: Path) -> None:
    need(kind)
    ssh_keygen(tmp_path / "host")
    address = {
        DepotKind.S3: "http://127.0.0.1:9/bucket",
        DepotKind.WEBDAV: "http://127.0.0.1:9/",
        DepotKind.SFTP: "sftp://127.0.0.1:9/x",
    }[kind]
    pinned = (tmp_path / "host.pub").read_text().strip() if kind is DepotKind.SFTP else ""
    there = Destination("", "x", kind, address, pinned)
    with (
        KnownDepots().open(there, Credentials("u", "s")) as depot,
        pytest.raises(troubles.NoConnection, match="cannot be reached"),
    ):
        depot.check()


# Disks that fill up


def small_files_only() -> None:
    """Let the process write no file beyond 2 MiB: to whoever asks, a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * MIB, 2 * MIB))


def test_an_ssh_server_without_room(tmp_path: Path, source: Path) -> None:
    need(DepotKind.SFTP)
    server = sshd_server(tmp_path / "ssh")
    with running_limited(server) as limited:
        line = Wire(limited.port)
        line.start()
        try:
            far = place(DepotKind.SFTP, tmp_path, limited, line)
            with opened(far) as depot:
                with pytest.raises(troubles.NotStored, match="may be full"):
                    depot.put(source, SHA256, name=NAME)
                assert depot.names() == []
        finally:
            line.stop()


@contextmanager
def running_limited(server: Server) -> Iterator[Server]:
    start = subprocess.Popen

    class Limited(start):  # type: ignore[type-arg, misc, valid-type]
        def __init__(self, *arguments, **options) -> None:
            super().__init__(*arguments, **options, preexec_fn=small_files_only, restore_signals=False)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.exchange.depots.servers.subprocess.Popen", Limited)
        server.start()
    try:
        yield server
    finally:
        server.kill()


def test_a_full_stick(places: dict[DepotKind, Place], source: Path) -> None:
    stick = places[DepotKind.FOLDER]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * MIB, before[1]))
    try:
        with opened(stick) as depot, pytest.raises(troubles.NoSpaceThere, match="no space left there"):
            depot.put(source, SHA256, name=NAME)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert stick.files() == []
    with opened(stick) as depot:
        assert depot.put(source, SHA256, name=NAME) == NAME


NOTHING: Mapping[str, str] = {}


@contextmanager
def answering(status: int, body: bytes = b"", headers: Mapping[str, str] = NOTHING) -> Iterator[int]:
    """Answer every request alike, as a full server or the sign-in page of a network does; lend the port."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            there = self.command == "HEAD" and status >= 300
            self.send_response(404 if there else status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(0 if there else len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_arguments) -> None:
            """Say nothing."""

    for method in ("GET", "HEAD", "PUT", "POST", "DELETE", "PROPFIND", "MOVE"):
        setattr(Answer, f"do_{method}", Answer.do)
    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def at(port: int, kind: DepotKind) -> Depot:
    address = f"http://127.0.0.1:{port}/bucket"
    return KnownDepots().open(Destination("", "x", kind, address), Credentials(USER, SECRET))


QUOTA = b"<Error><Code>QuotaExceeded</Code><Message>Full</Message></Error>"


@pytest.mark.parametrize(
    ("kind", "status", "body", "raised"),
    [
        (DepotKind.WEBDAV, 507, b"", troubles.NoSpaceThere),
        (DepotKind.WEBDAV, 413, b"", troubles.NoSpaceThere),
        (DepotKind.WEBDAV, 403, b"", troubles.NotAllowed),
        (DepotKind.WEBDAV, 409, b"", troubles.NoSuchPlace),
        (DepotKind.WEBDAV, 503, b"", troubles.Interrupted),
        (DepotKind.S3, 403, QUOTA, troubles.NoSpaceThere),
        (DepotKind.S3, 403, b"<Error><Code>AccessDenied</Code></Error>", troubles.NotAllowed),
        (DepotKind.S3, 412, b"<Error><Code>PreconditionFailed</Code></Error>", troubles.NameTaken),
        (DepotKind.S3, 503, b"<Error><Code>SlowDown</Code></Error>", troubles.Interrupted),
    ],
)
def test_what_servers_answer(
    kind: DepotKind, status: int, body: bytes, raised: type[Exception], tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.write_bytes(b"small")
    with answering(status, body) as port, at(port, kind) as depot, pytest.raises(raised):
        depot.put(small, hashlib.sha256(b"small").hexdigest())


@pytest.mark.parametrize("kind", [DepotKind.S3, DepotKind.WEBDAV])
@pytest.mark.parametrize(
    ("status", "headers"), [(200, {}), (302, {"Location": "http://127.0.0.1:9/sign-in"}), (404, {})]
)
def test_the_sign_in_page_of_a_network_is_no_depot(
    kind: DepotKind, status: int, headers: dict[str, str], tmp_path: Path
) -> None:
    page = b"<html><body>Welcome to the train. Please sign in.</body></html>"
    small = tmp_path / "small"
    small.write_bytes(b"small")
    with answering(status, page, headers) as port, at(port, kind) as depot:
        with pytest.raises((troubles.NotThatServer, troubles.NoSuchPlace)):
            depot.names()
        with pytest.raises(
            (
                troubles.NotThatServer,
                troubles.NoSuchPlace,
                troubles.NoSuchBundle,
                troubles.NotWhole,
                troubles.NameTaken,
                troubles.Interrupted,
            )
        ):
            depot.put(small, hashlib.sha256(b"small").hexdigest())


def test_a_sign_in_page_takes_no_name(tmp_path: Path) -> None:
    """It says of every name that something is there: that is no reason to seal anew."""
    small = tmp_path / "small"
    small.write_bytes(b"small")
    with (
        answering(200, b"Please sign in") as port,
        at(port, DepotKind.WEBDAV) as depot,
        pytest.raises(troubles.NotThatServer),
    ):
        depot.put(small, hashlib.sha256(b"small").hexdigest())


LISTING = "<ListBucketResult><Name>bucket</Name>{}</ListBucketResult>"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (307, ""),
        (
            200,
            LISTING.format("<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>"),
        ),
    ],
)
def test_a_listing_that_leads_nowhere_is_no_server(status: int, body: str) -> None:
    headers = {"Location": "http://127.0.0.1:9/x"} if status == 307 else {}
    with (
        answering(status, body.encode(), headers) as port,
        at(port, DepotKind.S3) as depot,
        pytest.raises(troubles.NotThatServer),
    ):
        depot.names()


def test_what_a_store_lists_without_a_name_is_passed_over() -> None:
    said = LISTING.format("<Contents><Size>3</Size></Contents>").encode()
    with answering(200, said) as port, at(port, DepotKind.S3) as depot:
        assert depot.names() == []


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/My Bucket!", "https://-bad-.example_x/b", "https://" + "a" * 70 + ".example/b"],
)
def test_an_address_that_no_store_can_have(address: str) -> None:
    there = Destination("", "x", DepotKind.S3, address)
    with (
        pytest.raises((troubles.NoSuchPlace, troubles.NoConnection)),
        KnownDepots().open(there, Credentials(USER, SECRET)) as depot,
    ):
        depot.names()


def test_a_listing_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MOST_LISTED", 10)
    listed = ((f"{number:032x}.fib", 1) for number in count())
    with pytest.raises(troubles.TooMuchThere):
        pieces.bundles(listed)
    with pytest.raises(troubles.TooMuchThere):
        list(s3._capped({} for _number in count()))


# Servers that are not who they ought to be


def test_a_changed_and_an_unknown_host_key(
    places: dict[DepotKind, Place], tmp_path: Path, source: Path
) -> None:
    far = places[DepotKind.SFTP]
    asked = KnownDepots().host_key(far.destination)
    assert asked == far.destination.pinned
    other = ssh_keygen(tmp_path / "other")
    for pinned, raised in (
        (other, troubles.HostKeyChanged),
        (ssh_keygen(tmp_path / "rsa", kind="rsa"), troubles.HostKeyChanged),
        ("", troubles.HostKeyUnknown),
        ("nonsense", troubles.HostKeyUnknown),
        ("ssh-ed25519 AAAA", troubles.HostKeyUnknown),
        ("ssh-ed25519 !", troubles.HostKeyUnknown),
    ):
        wrong = replace(far, destination=replace(far.destination, pinned=pinned))
        with opened(wrong) as depot, pytest.raises(raised):
            depot.put(source, SHA256, name=NAME)
    assert far.files() == []


def test_a_private_key_with_a_passphrase(places: dict[DepotKind, Place], tmp_path: Path) -> None:
    far = places[DepotKind.SFTP]
    public = ssh_keygen(tmp_path / "locked", "orchid lantern")
    authorized = far.folder.parent / "keys" / "authorized"
    before = authorized.read_text()
    authorized.write_text(before + public + "\n")
    try:
        key = (tmp_path / "locked").read_text()
        for secret, raised in (("orchid lantern", None), ("wrong", troubles.KeyUnusable)):
            said = Credentials(far.credentials.user, secret, key)
            with KnownDepots().open(far.destination, said) as depot:
                if raised is None:
                    depot.check()
                else:
                    with pytest.raises(raised):
                        depot.check()
    finally:
        authorized.write_text(before)


def certificate(folder: Path, host: str = "127.0.0.1") -> tuple[Path, Path]:
    """Make a certificate that signs itself; return it and its key."""
    made = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=depot", "-addext", f"subjectAltName=IP:{host}", "-keyout", made[1], "-out", made[0]],
        check=True, capture_output=True,
    )  # fmt: skip
    return made


@pytest.mark.parametrize(("kind", "make"), [(DepotKind.S3, s3_server), (DepotKind.WEBDAV, webdav_server)])
def test_a_certificate_must_be_trusted(
    kind: DepotKind, make: Callable[[Path], Server], tmp_path: Path, source: Path
) -> None:
    need(kind)
    cert, key = certificate(tmp_path)
    server = make(tmp_path / "served")
    server.command[3:3] = ["--cert", str(cert), "--key", str(key)]
    with running(server):
        path = "bucket" if kind is DepotKind.S3 else ""
        there = Destination("", "x", kind, f"https://127.0.0.1:{server.port}/{path}")
        said = Credentials(USER, SECRET)
        with (
            KnownDepots().open(there, said) as depot,
            pytest.raises(troubles.NotTrusted, match="not trusted"),
        ):
            depot.put(source, SHA256, name=NAME)
        with KnownDepots().open(replace(there, pinned=cert.read_text()), said) as depot:
            assert depot.put(source, SHA256, name=NAME) == NAME
            assert depot.names() == [NAME]
        other = tmp_path / "other"
        other.mkdir()
        wrong_name, _key = certificate(other, "127.0.0.2")
        wrong = replace(there, pinned=wrong_name.read_text())
        with KnownDepots().open(wrong, said) as depot, pytest.raises(troubles.NotTrusted):
            depot.check()
