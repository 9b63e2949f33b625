"""Destinations, the queue and synchronising by commands: a team whose work goes by a folder and by an SSH server."""

from pathlib import Path

import pytest

from fieldinspect.cli.depots import SECRET_VARIABLE
from fieldinspect.domain.depots import DepotKind
from fieldinspect.services.destinations import fingerprint
from tests.cli.test_commands import Shell, enrolled, shell
from tests.exchange.depots.servers import Wire, need, place, running, sshd_server

__all__ = ["enrolled", "shell"]


def test_from_one_laptop_to_the_other_by_a_folder(enrolled: Shell) -> None:
    shell = enrolled
    share = ("--kind", "folder", "--address", shell.path("stick"))
    for name in ("lead", "ann"):
        (added,) = _depots(shell, name, "add", "Share", *share)
        assert added["id"]
        _depots(shell, name, "check", "Share")
        assert "signing in works" in shell.said
    (listed,) = _depots(shell, "ann", "list")
    assert (listed["name"], listed["kind"]) == ("Share", "folder")
    for path in (shell.folder / "stick").glob("*.fib"):
        path.unlink()
    (begun,) = shell("start-visit", "--station", "Example Road", "--force", "gwent", vault="ann")
    assert begun
    (sealed,) = shell("seal", "--to", "lead surname", "--depot", "Share", vault="ann")
    (queued,) = shell("queue", vault="ann")
    assert (queued["bundle"], queued["state"], queued["destination"]) == (sealed["bundle"], "ready", "Share")
    (report,) = shell("sync", vault="ann")
    assert (report["sent"], report["trouble"]) == (1, "")
    (queued,) = shell("queue", vault="ann")
    assert queued["state"] == "sent"
    (report,) = shell("sync", "--to", "Share", vault="lead")
    assert report["received"] == 1
    _depots(shell, "lead", "remove", "Share")
    assert _depots(shell, "lead", "list") == []


def _depots(shell: Shell, vault: str, what: str, *arguments: str, status: int = 0) -> list[dict[str, object]]:
    return shell("depots", what, "--vault", shell.path(vault), *arguments, status=status)


def test_a_queue_without_a_network_and_one_taken_out(enrolled: Shell) -> None:
    shell = enrolled
    gone = ("--kind", "folder", "--address", shell.path("not plugged in"))
    _depots(shell, "ann", "add", "Stick", *gone, status=3)
    assert "Connect it" in shell.said
    _depots(shell, "ann", "add", "Stick", *gone, "--offline")
    shell("start-visit", "--station", "Example Road", "--force", "gwent", vault="ann")
    (sealed,) = shell("seal", "--to", "lead surname", "--depot", "Stick", vault="ann")
    (report,) = shell("sync", vault="ann", status=1)
    assert (report["sent"], report["waiting"]) == (0, 1)
    assert "Connect it" in str(report["trouble"])
    (queued,) = shell("queue", vault="ann")
    assert (queued["state"], queued["attempts"]) == ("failed", 1)
    _depots(shell, "ann", "remove", "Stick", status=2)
    assert "still wait" in shell.said
    assert shell("queue", "--cancel", str(sealed["bundle"]), vault="ann") == []
    assert "waits to be sealed again" in shell.said
    shell("seal", "--to", "lead surname", "--depot", "Stick", vault="ann")
    _depots(shell, "ann", "check", "Nowhere", status=2)
    assert "no destination called Nowhere" in shell.said


def test_an_ssh_server_is_taken_by_its_fingerprint_alone(
    enrolled: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need(DepotKind.SFTP)
    shell = enrolled
    monkeypatch.setenv(SECRET_VARIABLE, "")
    with running(sshd_server(tmp_path / "ssh")) as server:
        line = Wire(server.port)
        line.start()
        far = place(DepotKind.SFTP, tmp_path, server, line)
        key = tmp_path / "ssh" / "keys" / "user"
        there = ("--kind", "sftp", "--address", far.destination.address, "--user", far.credentials.user)
        _depots(shell, "ann", "add", "Server", *there, "--key-file", str(key), status=2)
        told = fingerprint(far.destination.pinned)
        assert told in shell.said
        wrong = ("--host-key", "SHA256:" + "A" * 43)
        _depots(shell, "ann", "add", "Server", *there, *wrong, "--key-file", str(key), status=2)
        _depots(shell, "ann", "add", "Server", *there, "--host-key", told, "--key-file", str(key))
        _depots(shell, "ann", "check", "Server")
        shell("start-visit", "--station", "Example Road", "--force", "gwent", vault="ann")
        shell("seal", "--to", "lead surname", "--depot", "Server", vault="ann")
        (report,) = shell("sync", vault="ann")
        assert report["sent"] == 1
        assert len(far.files()) == 1
        line.stop()
    with running(sshd_server(tmp_path / "new")) as server:
        far = place(DepotKind.SFTP, tmp_path, server, None)
        key = tmp_path / "new" / "keys" / "user"
        new = ("--address", far.destination.address, "--key-file", str(key))
        shell("start-visit", "--station", "Example Road", "--force", "gwent", vault="ann")
        shell("seal", "--to", "lead surname", "--depot", "Server", vault="ann")
        _depots(shell, "ann", "change", "Server", *new, status=2)
        told = fingerprint(far.destination.pinned)
        assert told in shell.said
        _depots(shell, "ann", "change", "Server", *new, "--host-key", told, "--rename", "New server")
        (report,) = shell("sync", "--to", "New server", vault="ann")
        assert (report["sent"], report["trouble"]) == (1, "")


def test_another_stick_is_not_taken_for_the_one_that_was_chosen(enrolled: Shell) -> None:
    shell = enrolled
    stick, other = shell.folder / "one stick", shell.folder / "other"
    stick.mkdir()
    _depots(shell, "ann", "add", "One", "--kind", "folder", "--address", str(stick))
    (marker,) = stick.iterdir()
    assert (marker.name, len(marker.read_bytes())) == (".depot", 32)
    shell("start-visit", "--station", "Example Road", "--force", "gwent", vault="ann")
    shell("seal", "--to", "lead surname", "--depot", "One", vault="ann")
    stick.rename(other)
    stick.mkdir()
    (report,) = shell("sync", "--to", "One", vault="ann", status=1)
    assert "not the stick or folder you chose" in str(report["trouble"])
    assert list(stick.iterdir()) == []
    _depots(shell, "ann", "change", "One")
    (report,) = shell("sync", "--to", "One", vault="ann")
    assert report["sent"] == 1
    assert len(list(stick.glob("*.fib"))) == 1
