"""The whole path by commands alone, as a team would automate it."""

import json
import re
from pathlib import Path

import pytest

from fieldinspect.cli import run
from fieldinspect.cli.common import PASSPHRASE_VARIABLE
from tests.team import PASSPHRASE


class Shell:
    """Runs commands in one folder and reads back what they print."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(
        self, command: str, *arguments: str, vault: str = "", status: int = 0
    ) -> list[dict[str, object]]:
        where = ["--vault", str(self.folder / vault)] if vault else []
        assert run([command, *where, *arguments]) == status, self._capsys.readouterr().err
        printed = self._capsys.readouterr()
        self.said = printed.err
        return [json.loads(line) for line in printed.out.splitlines()]

    def path(self, name: str) -> str:
        return str(self.folder / name)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    return Shell(tmp_path, capsys)


@pytest.fixture
def enrolled(shell: Shell) -> Shell:
    """Two vaults, "lead" and "ann", in one inspection; ann holds its forms."""
    for name in ("lead", "ann"):
        shell("create-vault", "--name", f"{name} surname", "--quick", vault=name)
    (started,) = shell("start-inspection", "--title", "Commands", "--envelope", "x25519", vault="lead")
    (asked,) = shell("request", "--out", shell.path("ann.request"), vault="ann")
    admit = (shell.path("ann.request"), "--role", "inspector", "--out", shell.path("roster.json"))
    shell("admit", *admit, "--digits", "00000 00000 00000 00000", vault="lead", status=2)
    shell("admit", *admit, "--digits", str(asked["digits"]), vault="lead")
    assert str(started["digits"]) in shell.said
    shell("join", shell.path("roster.json"), "--digits", str(started["digits"]), vault="ann")
    (shell.folder / "stick").mkdir()
    (sealed,) = shell("seal", "--to", "ann surname", "--out", shell.path("stick"), vault="lead")
    shell("receive", str(sealed["path"]), vault="ann")
    return shell


def test_from_visit_to_printed_summary(enrolled: Shell) -> None:
    shell = enrolled
    (begun,) = shell("start-visit", "--station", "Example Road", "--force", "gwent", vault="ann")
    visit = str(begun["visit"])
    (note,) = shell("note", visit, "Nine forms wait in the tray", vault="ann")
    (contact,) = shell("record", visit, "contact", "/contact/role_band=constable", vault="ann")
    shell("answer", str(contact["record"]), "/contact/minutes=12", vault="ann")
    matter = (
        "text=Call history was slow to find.",
        "polarity=weakness",
        "stream=station_visit",
        "restricted=false",
    )
    shell("record", visit, "matter", *matter, vault="ann")
    shell(
        "correct",
        str(note["note"]),
        "text",
        "Ten forms wait in the tray",
        "--reason",
        "counted again",
        vault="ann",
    )
    (shell.folder / "policy.txt").write_text("policy", encoding="utf-8")
    shell("attach", visit, shell.path("policy.txt"), vault="ann")
    (outbox,) = shell("outbox", vault="ann")
    assert outbox["entries"] == 7
    (sealed,) = shell("seal", "--to", "lead surname", "--out", shell.path("stick"), vault="ann")
    bundle = str(sealed["path"])
    (outline,) = shell("inspect", bundle)
    assert outline["recipients"] == ["X25519"]
    (facts,) = shell("verify", bundle, vault="lead")
    assert facts["entries"] == sealed["entries"]
    (account,) = shell("receive", bundle, vault="lead")
    assert (account["sender"], account["conflicts"]) == ("ann surname", 0)
    (again,) = shell("receive", bundle, vault="lead")
    assert again["already_received"] is True
    (hit,) = shell("search", "ten forms", vault="lead")
    assert hit["record"] == note["note"]
    assert shell("search", "zebra", vault="lead", status=1) == []
    kinds = [item["kind"] for item in shell("timeline", visit, vault="lead")]
    assert sorted(map(str, kinds)) == ["attachment", "contact", "matter", "note"]
    shell("print", visit, "--out", shell.path("summary.pdf"), vault="lead")
    assert (shell.folder / "summary.pdf").read_bytes().startswith(b"%PDF")
    assert "Copy 1" in shell.said
    shell("check-vault", vault="lead")


@pytest.mark.parametrize(
    ("command", "arguments", "sentence"),
    [
        ("visits", (), "There is no vault in this folder"),
        ("inspect", ("nothing.fib",), "disk could not be read|cannot be read|no such|not there"),
    ],
)
def test_what_is_not_there_is_a_sentence(
    shell: Shell, command: str, arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--vault", shell.path("none")] if not arguments else [shell.path(name) for name in arguments]
    assert run([command, *where]) in (2, 3)
    assert re.search(sentence, capsys.readouterr().err)


def test_a_wrong_passphrase_is_a_sentence(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shell("create-vault", "--name", "Ann", "--quick", vault="ann")
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "not the passphrase of this vault")
    assert run(["visits", "--vault", shell.path("ann")]) == 2
    assert capsys.readouterr().err == "The passphrase does not open this vault\n"


def test_a_weak_passphrase_makes_no_vault(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "password1")
    shell("create-vault", "--name", "Ann", "--quick", vault="ann", status=2)
    assert not (shell.folder / "ann").exists()
