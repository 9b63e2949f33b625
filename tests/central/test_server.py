"""Reaching the server: proved by its certificate over a network, never with a password where others see it."""

from pathlib import Path

import msgspec
import pytest

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.slots import WrongPassphrase
from fieldinspect.domain.errors import BadInput
from fieldinspect.store.central.keyfile import (
    NAME,
    CentralKeys,
    KeyFileDamaged,
    change_passphrase,
    make_key_file,
    new_keys,
    open_key_file,
)
from fieldinspect.store.central.replica import open_replica
from fieldinspect.store.central.server import Server, read_server
from fieldinspect.store.faults import DatabaseAway, DatabaseRefuses
from tests.central.cluster import PASSPHRASE, Cluster, _certified


def over_network(
    keys: CentralKeys, cluster: Cluster, folder: Path, host: str, certificate: str
) -> CentralKeys:
    root = folder / "root.pem"
    root.write_text(certificate)
    server = Server(host, keys.server.database, cluster.port, str(root))
    return msgspec.structs.replace(keys, server=server)


def test_over_a_network_only_the_server_that_proves_its_name_is_used(
    postgresql: Cluster, tmp_path: Path
) -> None:
    keys = postgresql.keys()
    true, other = (postgresql.folder / "certificate").read_text(), _certified("localhost")[1]
    open_replica(over_network(keys, postgresql, tmp_path, "localhost", true), tmp_path / "centre").close()
    for host, certificate in (("localhost", other), ("127.0.0.1", true)):
        with pytest.raises(DatabaseAway):
            open_replica(over_network(keys, postgresql, tmp_path, host, certificate), tmp_path / "centre")


def test_a_key_file_with_another_password_is_not_let_in(postgresql: Cluster, tmp_path: Path) -> None:
    keys = msgspec.structs.replace(postgresql.keys(), merger="0" * 48)
    with pytest.raises((DatabaseRefuses, DatabaseAway)):
        open_replica(keys, tmp_path)


@pytest.mark.parametrize(
    "said",
    [
        "host=db.example dbname=x password=secret",
        "host=db.example dbname=x sslmode=require",
        "host=db.example dbname=x sslmode=disable",
        "host=db.example",
        "dbname=x",
        "host=db.example dbname=x service=y",
        "host='db.example",
    ],
)
def test_what_would_be_unsafe_or_unclear_is_refused(said: str) -> None:
    with pytest.raises(BadInput):
        read_server(said)


def test_over_a_network_the_certificate_is_always_asked_for() -> None:
    parameters = read_server("host=db.example dbname=x sslrootcert=/ca.pem").parameters("merger", "secret")
    assert (parameters["sslmode"], parameters["sslrootcert"]) == ("verify-full", "/ca.pem")
    assert read_server("host=db.example dbname=x").parameters("merger")["sslrootcert"] == "system"
    assert "sslmode" not in read_server("host=/run/postgresql dbname=x").parameters("merger")


def test_a_key_file_opens_with_its_passphrase_alone(tmp_path: Path) -> None:
    keys = new_keys("Central", Server("/nowhere", "x"))
    make_key_file(tmp_path, keys, PASSPHRASE, FLOOR_COST)
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
    raw = (tmp_path / NAME).read_bytes()
    assert b"Central" not in raw
    assert open_key_file(tmp_path, PASSPHRASE) == keys
    with pytest.raises(WrongPassphrase):
        open_key_file(tmp_path, "not " + PASSPHRASE)
    with pytest.raises(BadInput, match="already"):
        make_key_file(tmp_path, keys, PASSPHRASE, FLOOR_COST)
    change_passphrase(tmp_path, PASSPHRASE, "another-" + PASSPHRASE, FLOOR_COST)
    assert open_key_file(tmp_path, "another-" + PASSPHRASE) == keys
    assert "signing" not in repr(keys)


def test_a_damaged_key_file_is_told_and_nothing_of_it_is_used(tmp_path: Path) -> None:
    make_key_file(tmp_path, new_keys("Central", Server("/nowhere", "x")), PASSPHRASE, FLOOR_COST)
    raw = (tmp_path / NAME).read_bytes()
    last = len(raw) - 30
    for damaged in (raw[:-1], raw + b"x\n", raw[:last] + bytes([raw[last] ^ 1]) + raw[last + 1 :], b"\n\n\n"):
        (tmp_path / NAME).write_bytes(damaged)
        with pytest.raises(BadInput):
            open_key_file(tmp_path, PASSPHRASE)
    (tmp_path / NAME).write_bytes(raw.replace(b"\n", b"", 1))
    with pytest.raises(KeyFileDamaged):
        open_key_file(tmp_path, PASSPHRASE)
