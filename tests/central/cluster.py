"""A PostgreSQL of the tests' own: a cluster in a temporary folder, on a unix socket, stopped and gone at the end."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fieldinspect.store.central.keyfile import CentralKeys, new_keys
from fieldinspect.store.central.making import make_central
from fieldinspect.store.central.server import Server

ADMINISTRATOR = "administrator"
PASSPHRASE = "orchid-lantern-gravel-teapot-bison"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, of the newest version there is."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    found = [path for path in installed if (path / "initdb").exists()]
    if found:
        return found[-1]
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


class Cluster:
    """A running server. Its files are in `data`, its socket in `folder`."""

    def __init__(self, folder: Path, bin_folder: Path) -> None:
        self.folder, self.bin, self.data = folder, bin_folder, folder / "data"
        self.password = secrets.token_hex(16)
        self._user = _somebody()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])

    def run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs as whoever may: initdb and postgres refuse to be root."""
        done = subprocess.run(
            [str(self.bin / program), *arguments], cwd=self.folder, capture_output=True, text=True, check=False,
            env={
                "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
                "PGPASSFILE": str(self.folder / "pgpass"), "PGPORT": str(self.port),
            },
            **self._user,  # type: ignore[call-overload]  # user, group and extra_groups, or nothing
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stderr}"
        return str(done.stdout)

    def start(self, *, settings: str = "") -> None:
        log = self.folder / "log"
        options = f"-c unix_socket_directories={self.folder} -c max_connections=40 -c port={self.port}"
        options += f" -c listen_addresses=localhost -c ssl=on -c ssl_cert_file={self.folder / 'certificate'}"
        options += f" -c ssl_key_file={self.folder / 'key'}"
        options += f" -c shared_buffers=32MB -c fsync=off -c log_min_messages=warning {settings}"
        self.run("pg_ctl", "-D", str(self.data), "-w", "-s", "-l", str(log), "-o", options, "start")

    def make(self) -> None:
        if self._user:
            account = pwd.getpwnam(str(self._user["user"]))
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        key, certificate = _certified("localhost")
        for name, content in (
            ("password", self.password),
            ("pgpass", f"*:*:*:{ADMINISTRATOR}:{self.password}\n"),
            ("key", key),
            ("certificate", certificate),
        ):
            path = self.folder / name
            path.write_text(content)
            path.chmod(0o600)
            if self._user:
                os.chown(path, account.pw_uid, account.pw_gid)
        self.run(
            "initdb", "-D", str(self.data), "-U", ADMINISTRATOR, "-A", "scram-sha-256", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync", f"--pwfile={self.folder / 'password'}",
        )  # fmt: skip

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-s", "stop")

    @property
    def admin(self) -> dict[str, str | int]:
        return {
            "host": str(self.folder),
            "port": self.port,
            "user": ADMINISTRATOR,
            "password": self.password,
            "dbname": "postgres",
        }

    def keys(self, name: str = "Central") -> CentralKeys:
        """Make a database of its own with its roles, and return the keys to it."""
        keys = new_keys(name, Server(str(self.folder), f"inspections_{secrets.token_hex(4)}", self.port))
        make_central(keys, self.admin)
        return keys


def _certified(name: str) -> tuple[str, str]:
    """Return a private key and a certificate of this name that vouches for itself, both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    encoded = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return encoded.decode(), certificate.public_bytes(Encoding.PEM).decode()


def _somebody() -> dict[str, object]:
    """Return who runs the server, for subprocess: ourselves, or an account that is not root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in known else "nobody"
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


@contextmanager
def running(settings: str = "") -> Iterator[Cluster]:
    """Lend a running cluster; skip, saying so, where PostgreSQL is not installed. `settings` are options of it."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed (packaging/bootstrap.sh installs it)")
    with tempfile.TemporaryDirectory(prefix="fi-pg-", dir="/tmp") as name:
        cluster = Cluster(Path(name), found)
        cluster.make()
        cluster.start(settings=settings)
        try:
            yield cluster
        finally:
            cluster.stop()
