"""The team list by commands alone: root keys in files, proposals, changes, and what outsiders check with."""

import errno
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from fieldinspect.cli.roster import ROOT_PASSPHRASE_VARIABLE
from tests.cli.test_commands import Shell, shell
from tests.cli.test_commands import enrolled as enrolled_anew
from tests.quick import quick_slots
from tests.team import PASSPHRASE

__all__ = ["enrolled_anew", "quick_slots", "shell"]
pytestmark = pytest.mark.usefixtures("quick_slots")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test that needs a lead and Ann leaves them for the others."""
    return tmp_path_factory.mktemp("kept") / "enrolled"


@pytest.fixture
def enrolled(request: pytest.FixtureRequest, shell: Shell, kept: Path) -> Shell:
    if kept.exists():
        shutil.copytree(kept, shell.folder, dirs_exist_ok=True)
        return shell
    made: Shell = request.getfixturevalue("enrolled_anew")
    shutil.copytree(made.folder, kept)
    return made


@pytest.fixture
def roots(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv(ROOT_PASSPHRASE_VARIABLE, PASSPHRASE)
    files = [shell.path(f"{name}.root-key") for name in ("one", "two", "three")]
    for file in files:
        shell("roster", "make-root", file, "--quick")
    return files


def sign(shell: Shell, proposal: str, *files: str) -> dict[str, object]:
    for file in files:
        (facts,) = shell("roster", "sign", proposal, "--key", file, *read(shell, proposal))
    return facts


def read(shell: Shell, proposal: str) -> list[str]:
    """Return the argument that says which proposal was read."""
    (facts,) = shell("roster", "show", proposal)
    return ["--sha256", str(facts["sha256"])]


def on(shell: Shell, vault: str, *arguments: str, status: int = 0) -> list[dict[str, object]]:
    """Run `roster COMMAND --vault VAULT ...`."""
    first, *rest = arguments
    return shell("roster", first, "--vault", shell.path(vault), *rest, status=status)


def test_two_of_three_root_keys_found_an_inspection_and_admit(shell: Shell, roots: list[str]) -> None:
    for name in ("lead", "ann"):
        shell("create-vault", "--name", f"{name} surname", "--quick", vault=name)
    proposal, team = shell.path("first.proposal"), shell.path("team.json")
    named = [argument for file in roots for argument in ("--root", file)]
    begin = ("--title", "Roots", *named, "--threshold", "2")
    shell("start-inspection", *begin, vault="lead", status=2)
    shell("start-inspection", *begin, "--proposal", proposal, vault="lead")
    shell("roster", "show", proposal)
    assert "lead surname takes part, as: Team lead" in shell.said
    assert "2 of 3 root keys sign" in shell.said
    sign(shell, proposal, roots[0])
    shell("roster", "sign", proposal, "--key", roots[0], *read(shell, proposal), status=2)
    on(shell, "lead", "publish", proposal, "--out", team, status=2)
    assert "1 signature is missing" in shell.said
    assert sign(shell, proposal, roots[1])["complete"] is True
    (begun,) = on(shell, "lead", "publish", proposal, "--out", team)

    (asked,) = shell("request", "--out", shell.path("ann.request"), vault="ann")
    second = shell.path("second.proposal")
    admit = (shell.path("ann.request"), "--role", "inspector", "--digits", str(asked["digits"]))
    (made,) = shell("admit", *admit, "--out", second, vault="lead")
    assert made["in_force"] is False
    shell("start-visit", "--station", "Example Road", "--force", "gwent", vault="lead")
    on(shell, "lead", "conflicts", "ann surname", "kent", "--onto", second, "--out", second)
    sign(shell, second, roots[2], roots[1])
    on(shell, "lead", "publish", second, "--out", team)
    shell("join", team, "--digits", str(begun["digits"]), vault="ann")
    people = shell("team", vault="ann")
    assert [one.get("conflicts") for one in people if "person" in one] == [None, ["kent"]]


def test_a_root_key_remembers_what_it_signed(enrolled: Shell, roots: list[str]) -> None:
    shell = enrolled
    first, second = shell.path("1.proposal"), shell.path("2.proposal")
    change = [argument for file in roots[:2] for argument in ("--root", file)]
    (made,) = on(shell, "lead", "roots", *change, "--threshold", "2", "--out", first)
    assert made["in_force"] is False
    sign(shell, first, *roots[:2])
    on(shell, "lead", "publish", first, "--out", shell.path("team.json"))
    on(shell, "lead", "conflicts", "ann surname", "kent", "--out", first)
    on(shell, "lead", "conflicts", "ann surname", "gwent", "--out", second)
    sign(shell, first, roots[0])
    shell("roster", "sign", second, "--key", roots[0], status=2)
    assert "give --sha256" in shell.said
    shell("roster", "sign", second, "--key", roots[0], *read(shell, first), status=2)
    shell("roster", "sign", second, "--key", roots[0], *read(shell, second), status=2)
    assert "another proposal for version" in shell.said
    shell("roster", "sign", second, "--key", roots[2], *read(shell, second), status=2)
    assert "none of the root keys" in shell.said
    shell("roster", "sign", second, "--key", roots[0], "--instead", *read(shell, second))
    on(shell, "lead", "sign-here", second, status=2)


def test_root_key_files_are_private_never_replaced_and_refuse_weak_words(
    shell: Shell, roots: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Path(roots[0]).stat().st_mode & 0o077 == 0
    shell("roster", "make-root", roots[0], "--quick", status=2)
    (shown,) = shell("roster", "show-root", roots[0])
    assert str(shown["public"]).startswith("ssh-ed25519 ")
    monkeypatch.setenv(ROOT_PASSPHRASE_VARIABLE, "password1")
    shell("roster", "make-root", shell.path("weak.root-key"), "--quick", status=2)
    assert not Path(shell.path("weak.root-key")).exists()


def test_a_lost_laptop_is_revoked_at_what_is_here(enrolled: Shell) -> None:
    shell = enrolled
    shell("start-visit", "--station", "Example Road", "--force", "gwent", vault="ann")
    (sealed,) = shell("seal", "--to", "lead surname", "--out", shell.path("stick"), vault="ann")
    shell("receive", str(sealed["path"]), vault="lead")
    lost = ("ann surname", "--reason", "Left on a train")
    team = ("--out", shell.path("team.json"))
    (would,) = on(shell, "lead", "revoke", *lost, "--dry-run", *team)
    assert isinstance(would["kept"], int)
    assert would["kept"] > 1
    assert would["undone"] == 0
    (undone,) = on(shell, "lead", "revoke", *lost, "--lost", "2020-01-01", "--dry-run", *team)
    assert (undone["kept"], undone["undone"]) == (0, would["kept"])
    on(shell, "lead", "revoke", "lead surname", "--reason", "mine", *team, status=2)
    on(shell, "lead", "revoke", *lost, *team)
    (ann,) = [one for one in shell("team", vault="lead") if one.get("name") == "ann surname"]
    assert [laptop["status"] for laptop in ann["laptops"]] == ["revoked"]  # type: ignore[attr-defined]
    on(shell, "lead", "krl", "--out", shell.path("krl"))
    on(shell, "lead", "allowed-signers", "--out", shell.path("signers"))
    roster = json.loads(json.loads(Path(shell.path("team.json")).read_text())[-1])
    document = json.loads(roster["document"])
    revoked = [one for one in document["revocations"] if one["incarnation"]]
    assert [one["sequence"] for one in revoked] == [would["kept"]]
    assert len(revoked[0]["head"]) == 64
    message = Path(shell.path("document"))
    message.write_text(roster["document"])
    Path(shell.path("document.sig")).write_text(roster["signatures"][0])
    verify = ["ssh-keygen", "-Y", "verify", "-f", shell.path("signers"), "-I", "root"]
    verify += ["-n", "fieldinspect-roster@1", "-s", shell.path("document.sig"), "-r", shell.path("krl")]
    assert (
        subprocess.run(verify, input=message.read_bytes(), capture_output=True, check=False).returncode == 0
    )
    key = Path(shell.path("ann.pub"))
    device = next(one for one in document["devices"] if one["status"] == "revoked")
    key.write_text(device["signing"] + "\n")
    asked = subprocess.run(
        ["ssh-keygen", "-Q", "-f", shell.path("krl"), str(key)], capture_output=True, text=True, check=False
    )
    assert asked.returncode == 1
    assert "REVOKED" in asked.stdout
    on(shell, "lead", "reinstate", "ann surname", *team)


def test_nothing_is_put_into_force_whose_file_cannot_be_written(enrolled: Shell) -> None:
    shell = enrolled
    on(shell, "lead", "policy", "--lock-minutes", "6", "--out", shell.path("nowhere/team.json"), status=3)
    assert "no such file or folder" in shell.said
    (first,) = on(shell, "lead", "export", "--out", shell.path("before.json"))
    (made,) = on(shell, "lead", "policy", "--lock-minutes", "6", "--out", shell.path("lost.json"))
    Path(shell.path("lost.json")).unlink()
    (after,) = on(shell, "lead", "export", "--out", shell.path("team.json"))
    assert (after["version"], after["digits"]) == (made["version"], first["digits"])
    (taken,) = on(shell, "ann", "take", shell.path("team.json"))
    assert taken == {"version": made["version"], "newer": True}
    assert "idle minutes until a vault locks, from 5 to 6" in shell.said
    (taken,) = on(shell, "ann", "take", shell.path("before.json"))
    assert taken == {"version": made["version"], "newer": False}
    on(shell, "ann", "take", shell.path("ann.request"), status=2)


def test_every_change_has_a_command(enrolled: Shell) -> None:
    shell = enrolled
    out = ("--out", shell.path("team.json"))
    on(shell, "lead", "team", "North", "--force", "kent", "--person", "ann surname", *out)
    on(shell, "lead", "remove-team", "North", *out)
    on(shell, "lead", "role", "ann surname", "--begin", "auditor", *out)
    on(shell, "lead", "validity", "ann surname", "--since", "2026-01-01", "--until", "2099-01-01", *out)
    on(shell, "lead", "minimum", "app=0.1", "format=1", *out)
    on(shell, "lead", "policy", "--lock-minutes", "3", "--marking", "OFFICIAL", *out)
    assert "idle minutes until a vault locks, from 5 to 3" in shell.said
    on(shell, "lead", "form-signers", "lead surname", *out)
    on(shell, "lead", "renew", "2028-01-01", *out)
    on(shell, "lead", "renew", "tomorrow", *out, status=2)
    (rotated,) = on(shell, "lead", "rotate-root", *out)
    assert rotated["in_force"] is True
    on(shell, "lead", "leave", "ann surname", *out)
    shell("forms", "publish", "--shipped", "--vault", shell.path("lead"), status=0)


def test_a_file_that_is_not_there_or_not_ours_is_told_as_that(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("roster", "show", shell.path("absent"), status=3)
    assert "no such file or folder" in shell.said
    refused = PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    monkeypatch.setattr(Path, "open", lambda *_given, **_named: (_ for _ in ()).throw(refused))
    shell("roster", "show", shell.path("locked"), status=2)
    assert "locked cannot be read: Permission denied" in shell.said


def test_a_proposal_may_come_from_anywhere(shell: Shell) -> None:
    for content in (b"", b"{}", b'{"format":"x"}', b"\xff" * 100):
        Path(shell.path("junk")).write_bytes(content)
        shell("roster", "show", shell.path("junk"), status=2)
