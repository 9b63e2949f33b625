"""Check, back up and restore by commands alone; what went missing is said wherever a vault is opened."""

import shutil

import pytest

from tests.cli.test_commands import Shell, shell

__all__ = ["shell"]


@pytest.fixture
def own(shell: Shell) -> Shell:
    shell("create-vault", "--name", "Ann", "--quick", vault="own")
    shell("start-inspection", "--title", "Care", vault="own")
    return shell


def test_checked_backed_up_and_restored(own: Shell) -> None:
    (report,) = own("vault", "check", *at(own, "own"))
    assert report["entries"] == 3  # the beginning of the chain, the inspection, its forms
    assert "Everything is whole." in own.said
    assert "No backup of this vault was made yet" in own.said
    (made,) = own("vault", "backup", own.path("own.backup"), *at(own, "own"))
    assert made["size"] == (own.folder / "own.backup").stat().st_size
    own("vault", "restore", own.path("own.backup"), *at(own, "own"), status=2)
    own("vault", "restore", own.path("own.backup"), *at(own, "again"))
    assert "was restored from the backup of" in own.said
    (account,) = own("vault", "losses", *at(own, "again"))
    assert "was restored from the backup of" in account["account"][0]  # type: ignore[index]
    own("vault", "check", *at(own, "again"))
    (own.folder / "cut.backup").write_bytes((own.folder / "own.backup").read_bytes()[:-600])
    own("vault", "restore", own.path("cut.backup"), *at(own, "third"), status=2)
    assert not (own.folder / "third").exists()


def test_a_vault_that_was_put_back_says_so(own: Shell) -> None:
    shutil.copytree(own.folder / "own", own.folder / "kept")
    own("start-visit", "--station", "Example Road", vault="own")
    shutil.rmtree(own.folder / "own")
    (own.folder / "kept").rename(own.folder / "own")
    own("outbox", vault="own")
    assert "This vault was put back to an earlier state" in own.said
    assert "1 thing you wrote between" in own.said
    own("outbox", vault="own")
    assert "put back" not in own.said
    own("vault", "check", *at(own, "own"))


def test_damage_ends_in_a_finding_and_a_status(own: Shell) -> None:
    path = own.folder / "own" / "vault.db"
    raw = bytearray(path.read_bytes())
    raw[-3000] ^= 1
    path.write_bytes(raw)
    findings = own("vault", "check", *at(own, "own"), status=1)
    assert any("changed from outside" in str(one.get("finding")) for one in findings)
    assert "Not everything is whole" in own.said


def at(shell: Shell, name: str) -> list[str]:
    return ["--vault", shell.path(name)]
