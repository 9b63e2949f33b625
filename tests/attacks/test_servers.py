"""Depots whose server lies: whatever it answers ends in one of the failures that people are told, within bounds."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fieldinspect.domain.depots import Credentials, DepotKind, Destination
from fieldinspect.domain.errors import WorldFailed
from fieldinspect.exchange.depots import pieces, retrying
from fieldinspect.exchange.depots.webdav import WebdavDepot
from fieldinspect.services.depot_ports import DepotRefused

NAME = "0a" * 16 + ".fib"
TOLD = (WorldFailed, DepotRefused)


@dataclass
class Answer:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    endless: bool = False


class Liar(BaseHTTPRequestHandler):
    """Answers each method as it was told to."""

    answers: dict[str, Answer]
    given = 0
    log_message = lambda *_words: None  # noqa: E731 - it would write to the error output

    def __getattr__(self, name: str) -> Callable[[], None]:
        if not name.startswith("do_"):
            raise AttributeError(name)
        return lambda: self._answer(self.answers.get(name.removeprefix("do_"), Answer(404)))

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for header, value in answer.headers.items():
            self.send_header(header, value)
        self.end_headers()
        try:
            self.wfile.write(answer.body)
            while answer.endless:
                self.wfile.write(bytes(1 << 16))
                type(self).given += 1 << 16
        except OSError:
            return  # the other side had enough
        finally:
            self.close_connection = True


Serve = Callable[[dict[str, Answer]], WebdavDepot]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Return a depot at a server that answers so."""
    monkeypatch.setattr(retrying, "WAITS_S", (0.01,))
    closing: list[Callable[[], None]] = []

    def start(answers: dict[str, Answer]) -> WebdavDepot:
        handler = type("Handler", (Liar,), {"answers": answers, "given": 0})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        address = f"http://127.0.0.1:{server.server_address[1]}/folder"
        depot = WebdavDepot(
            Destination("1" * 32, "liar", DepotKind.WEBDAV, address, plain=True), Credentials()
        )
        depot.liar = handler  # type: ignore[attr-defined]  # to be asked how much it gave
        closing.extend([depot.close, server.shutdown, thread.join, server.server_close])
        return depot

    yield start
    for close in closing:
        close()


def listing(*hrefs: str) -> Answer:
    items = "".join(f"<response><href>{href}</href></response>" for href in hrefs)
    return Answer(207, body=f'<multistatus xmlns="DAV:">{items}</multistatus>'.encode())


BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b']><multistatus xmlns="DAV:"><response><href>&j;</href></response></multistatus>'
)

LISTINGS = {
    "names that climb": listing("/folder/../../etc/passwd", "/folder/..%2f..%2fx.fib", "/f/%00x.fib"),
    "no address": listing("http://[", "//[::", "\ud7ff"),
    "an entity bomb": Answer(207, body=BOMB),
    "a file of ours as an entity": Answer(
        207, body=b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        b'<multistatus xmlns="DAV:"><response><href>/&a;.fib</href></response></multistatus>',
    ),
    "depth": Answer(207, body=b'<multistatus xmlns="DAV:">' + b"<response>" * 100_000),
    "not XML": Answer(207, body=os.urandom(5000)),
    "another document": Answer(207, body=b"<html/>"),
    "a sign-in page": Answer(200, body=b"<html/>"),
    "a way to another server": Answer(302, {"Location": "http://127.0.0.1:9/elsewhere"}),
    "a length that is none": Answer(207, {"Content-Length": "many"}, b"<x/>"),
    "compressed without being asked": Answer(207, {"Content-Encoding": "gzip"}, b"\x1f\x8b" + bytes(50)),
}  # fmt: skip


@pytest.mark.parametrize("said", LISTINGS.values(), ids=LISTINGS.keys())
def test_a_listing_names_bundles_or_is_refused(said: Answer, serve: Serve) -> None:
    try:
        names = serve({"PROPFIND": said}).names()
    except TOLD:
        return
    assert names == []


GETS = {
    "a length that is none": Answer(200, {"Content-Length": "many"}),
    "a length below nothing": Answer(200, {"Content-Length": "-5"}),
    "no length": Answer(200),
    "more digits than a number has": Answer(200, {"Content-Length": "9" * 5000}),
}


@pytest.mark.parametrize("said", GETS.values(), ids=GETS.keys())
def test_a_size_that_cannot_be_is_told(said: Answer, serve: Serve, tmp_path: Path) -> None:
    with pytest.raises(TOLD):
        serve({"HEAD": said, "GET": Answer(200, body=b"x" * 100)}).get(NAME, tmp_path / "got")
    assert not (tmp_path / "got").exists()


def test_a_file_without_end_is_given_up_once_it_is_longer_than_was_said(serve: Serve, tmp_path: Path) -> None:
    depot = serve({"HEAD": Answer(200, {"Content-Length": "1000"}), "GET": Answer(200, endless=True)})
    with pytest.raises(TOLD):
        depot.get(NAME, tmp_path / "got")
    assert depot.liar.given < 64 << 20  # type: ignore[attr-defined]  # see the fixture
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 1000 + pieces.PIECE


def test_a_head_without_end_is_read_no_further(serve: Serve) -> None:
    depot = serve({"GET": Answer(206, endless=True)})
    assert len(depot.head(NAME, 1000)) == 1000
