"""Real servers on loopback: OpenSSH, and rclone as a store of buckets and as WebDAV; and a wire that can be cut."""

import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from getpass import getuser
from pathlib import Path

import pytest

from fieldinspect.domain.depots import Credentials, DepotKind, Destination

SSHD = "/usr/sbin/sshd"
RCLONE = Path(sys.executable).with_name("rclone")
USER, SECRET = "AKIAEXAMPLE", "correct-horse-battery"
PATIENCE_S = 20
PLAIN = ("--config", "/dev/null", "--dir-cache-time", "0s")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Server:
    """A server process that keeps what it is given in a folder."""

    command: list[str]
    port: int
    folder: Path
    process: "subprocess.Popen[bytes] | None" = None
    limit: int = 0
    """The largest file it can write, in bytes; 0 for no limit."""

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert self.process.poll() is None, f"{self.command[0]} ended at once"
                assert time.monotonic() < until
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """End it at once, with all that it started: as when its machine loses power."""
        if self.process is not None:
            for pid in (self.process.pid, *_descendants(self.process.pid)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def _descendants(pid: int) -> list[int]:
    """Return the processes that a process started, and those that they did: sshd gives each a session of its own."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *_descendants(child)]
    return found


@dataclass
class Wire:
    """A connection to a port that counts what goes up and down, and breaks after so many bytes."""

    target: int
    up: int = 0
    down: int = 0
    cut_up_after: int | None = None
    cut_down_after: int | None = None
    cuts: int = 0
    port: int = 0
    _open: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._run(self._accept)

    def _run(self, work, *arguments) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()
                continue
            self._open += [near, far]
            self._run(self._carry, near, far, True)
            self._run(self._carry, far, near, False)

    def _carry(self, source: socket.socket, sink: socket.socket, up: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                if up:
                    self.up += len(piece)
                else:
                    self.down += len(piece)
                if self._is_cut(up):
                    break
                sink.sendall(piece)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                # Both ends learn of it at once: a mere shutdown lets a sender wait for room that never comes.
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RDWR)
                end.close()

    def _is_cut(self, up: bool) -> bool:
        limit, gone = (self.cut_up_after, self.up) if up else (self.cut_down_after, self.down)
        if limit is None or gone < limit:
            return False
        self.cuts += 1
        self.cut_up_after = self.cut_down_after = None  # once
        return True

    def reset(self) -> None:
        self.up = self.down = 0

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(timeout=5)


@dataclass
class Place:
    """A depot to be, over a wire, and the folder in which its server keeps things."""

    destination: Destination
    credentials: Credentials
    server: Server | None
    wire: Wire | None
    folder: Path

    def files(self) -> list[str]:
        """Return what lies there, whatever its name."""
        return sorted(path.name for path in self.folder.iterdir())


def need(kind: DepotKind) -> None:
    if kind in (DepotKind.S3, DepotKind.WEBDAV) and not RCLONE.is_file():
        pytest.skip("rclone is not installed")
    if kind is DepotKind.SFTP and not Path(SSHD).is_file():
        pytest.skip("openssh-server is not installed")


def s3_server(folder: Path) -> Server:
    (folder / "bucket").mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [str(RCLONE), "serve", "s3", "--auth-key", f"{USER},{SECRET}", "--addr", f"127.0.0.1:{port}"]
    return Server([*command, *PLAIN, str(folder)], port, folder / "bucket")


def webdav_server(folder: Path, *more: str) -> Server:
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [
        str(RCLONE),
        "serve",
        "webdav",
        "--user",
        USER,
        "--pass",
        SECRET,
        "--addr",
        f"127.0.0.1:{port}",
    ]
    return Server([*command, *more, *PLAIN, str(folder)], port, folder)


def ssh_keygen(path: Path, passphrase: str = "", kind: str = "ed25519") -> str:
    """Make a key pair; return the public line without its comment."""
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "", "-f", str(path)], check=True)
    return path.with_suffix(".pub").read_text().strip()


def sshd_server(folder: Path) -> Server:
    """Return an sshd of our own: it knows one host key and one user's key, and speaks SFTP alone."""
    keys = folder / "keys"
    keys.mkdir(parents=True)
    keys.chmod(0o700)
    stored = folder / "stored"
    stored.mkdir()
    ssh_keygen(keys / "host")
    (keys / "authorized").write_text(ssh_keygen(keys / "user") + "\n")
    port = free_port()
    (keys / "config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {keys}/host\nAuthorizedKeysFile {keys}/authorized\n"
        f"PidFile {keys}/pid\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nSubsystem sftp internal-sftp\nPermitRootLogin yes\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    return Server([SSHD, "-D", "-e", "-f", str(keys / "config")], port, stored)


SERVERS = {DepotKind.S3: s3_server, DepotKind.WEBDAV: webdav_server, DepotKind.SFTP: sshd_server}


def place(kind: DepotKind, folder: Path, server: Server | None, wire: Wire | None) -> Place:
    """Return how to reach a server, through a wire."""
    port = wire.port if wire else server.port if server else 0
    secret = Credentials(USER, SECRET)
    if kind is DepotKind.FOLDER:
        return Place(Destination("f", "Stick", kind, str(folder)), Credentials(), None, None, folder)
    assert server is not None
    if kind is DepotKind.S3:
        return Place(
            Destination("s", "Bucket", kind, f"http://127.0.0.1:{port}/bucket"),
            secret,
            server,
            wire,
            server.folder,
        )
    if kind is DepotKind.WEBDAV:
        return Place(
            Destination("w", "Dav", kind, f"http://127.0.0.1:{port}/"), secret, server, wire, server.folder
        )
    keys = server.folder.parent / "keys"
    address = f"sftp://127.0.0.1:{port}{server.folder}"
    pinned = (keys / "host.pub").read_text().strip()
    user = Credentials(getuser(), "", (keys / "user").read_text())
    return Place(Destination("t", "Server", kind, address, pinned), user, server, wire, server.folder)


def empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextlib.contextmanager
def running(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.kill()
