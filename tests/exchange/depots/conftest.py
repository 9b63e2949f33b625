"""A place of every kind: its server lives for the module, its wire and its content for the test."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fieldinspect.domain.depots import DepotKind
from fieldinspect.exchange.depots import retrying, s3
from tests.exchange.depots.servers import SERVERS, Place, Server, Wire, empty, need, place, running


@pytest.fixture(autouse=True)
def _small_and_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "WAITS_S", (0.05, 0.1, 0.2))
    monkeypatch.setattr(s3, "PART", 5 << 20)  # the least that stores take


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[DepotKind, Server]]:
    """Lend the servers, each started when it is asked for first."""
    with ExitStack() as stack:

        class Started(dict[DepotKind, Server]):
            def __missing__(self, kind: DepotKind) -> Server:
                need(kind)
                self[kind] = stack.enter_context(running(SERVERS[kind](tmp_path_factory.mktemp(kind))))
                return self[kind]

            def __getitem__(self, kind: DepotKind) -> Server:
                server = super().__getitem__(kind)
                if server.process is None:
                    server.start()
                return server

        yield Started()


@pytest.fixture(params=list(DepotKind))
def somewhere(request: pytest.FixtureRequest, servers: dict[DepotKind, Server], tmp_path: Path) -> Place:
    """Return a place of each kind in turn, empty, without a wire."""
    kind: DepotKind = request.param
    if kind is DepotKind.FOLDER:
        folder = tmp_path / "stick"
        folder.mkdir()
        return place(kind, folder, None, None)
    empty(servers[kind].folder)
    return place(kind, tmp_path, servers[kind], None)


@pytest.fixture
def places(servers: dict[DepotKind, Server], tmp_path: Path) -> Iterator[dict[DepotKind, Place]]:
    """Lend a place of every kind, empty, each with a wire of its own."""
    with ExitStack() as stack:

        class Made(dict[DepotKind, Place]):
            def __missing__(self, kind: DepotKind) -> Place:
                if kind is DepotKind.FOLDER:
                    folder = tmp_path / "stick"
                    folder.mkdir()
                    self[kind] = place(kind, folder, None, None)
                    return self[kind]
                server = servers[kind]
                empty(server.folder)
                wire = Wire(server.port)
                wire.start()
                # rclone goes on for ever, at full speed, with an upload that was cut: it would starve all other tests.
                stack.callback(lambda: server.kill() if wire.cuts else None)
                stack.callback(wire.stop)
                self[kind] = place(kind, tmp_path, server, wire)
                return self[kind]

        yield Made()


@pytest.fixture(params=[DepotKind.S3, DepotKind.WEBDAV, DepotKind.SFTP])
def far(request: pytest.FixtureRequest, places: dict[DepotKind, Place]) -> Place:
    """Return a place behind a network, of each kind in turn."""
    return places[request.param]
