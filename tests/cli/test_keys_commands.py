"""Every way to open a vault and to change what opens it, by commands alone."""

import io
import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest

from fieldinspect.cli import run
from fieldinspect.cli.common import PASSPHRASE_VARIABLE
from fieldinspect.cli.keys import NEW_PASSPHRASE_VARIABLE, RECOVERY_CODE_VARIABLE
from fieldinspect.crypto.age.recipients import generate_identity
from tests.cli.test_commands import Shell, shell
from tests.quick import quick_slots
from tests.team import PASSPHRASE

__all__ = ["quick_slots", "shell"]
pytestmark = pytest.mark.usefixtures("quick_slots")
NEW = "velvet-anchor-pickle-harbour-moth"


class Keys:
    """Runs `fieldinspect vault ...` on one vault."""

    def __init__(self, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shell = shell
        self.vault = str(shell.folder / "own")
        self.give = monkeypatch.setenv
        shell("create-vault", "--name", "Amal", "--nickname", "Field laptop", "--quick", vault="own")

    def __call__(self, command: str, *arguments: str, status: int = 0) -> list[dict[str, object]]:
        return self.shell("vault", command, "--vault", self.vault, *arguments, status=status)

    @property
    def said(self) -> str:
        return self.shell.said


@pytest.fixture
def keys(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Keys:
    return Keys(shell, monkeypatch)


def test_a_passphrase_is_changed_and_the_old_one_refused_with_a_wait(keys: Keys, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.write_text(NEW + "\nnot this line\n")
    keys("change-passphrase", "--quick", "--new-passphrase-file", str(new))
    assert "no longer opens" in keys.said
    for _each in range(5):
        keys("keys", status=2)
    assert run(["vault", "keys", "--vault", keys.vault, "--passphrase-file", str(new)]) == 3


def test_the_wait_is_told_in_seconds(keys: Keys, capsys: pytest.CaptureFixture[str]) -> None:
    keys.give(PASSPHRASE_VARIABLE, NEW)
    for _each in range(5):
        keys("keys", status=2)
    assert run(["vault", "keys", "--vault", keys.vault]) == 3
    assert "Wait " in capsys.readouterr().err


def test_a_recovery_code_on_paper_opens_the_vault(keys: Keys, tmp_path: Path) -> None:
    paper = tmp_path / "paper.pdf"
    assert keys("recovery-code", "--paper", str(paper)) == []
    assert paper.stat().st_mode & 0o077 == 0
    text = pypdf.PdfReader(io.BytesIO(paper.read_bytes())).pages[0].extract_text()
    code = "".join(line for line in text.splitlines() if line.count(" – ") == 2)
    assert "Field laptop" in text
    assert {path.name for path in tmp_path.iterdir()} == {"own", "paper.pdf"}
    keys("recovery-code", "--paper", str(paper), status=2)  # never over a page that somebody may need
    keys.give(RECOVERY_CODE_VARIABLE, code.replace("–", "-"))
    keys.give(NEW_PASSPHRASE_VARIABLE, NEW)
    keys("recover", "--quick")
    keys("keys", status=2)
    keys.give(PASSPHRASE_VARIABLE, NEW)
    assert keys("keys") == [{"recovery_code": True, "escrow": []}]
    assert "Nobody but you" in keys.said


def test_a_mistyped_code_costs_no_try_and_a_wrong_one_does(keys: Keys) -> None:
    ((first,), (second,)) = (keys("recovery-code"), keys("recovery-code"))
    keys.give(NEW_PASSPHRASE_VARIABLE, NEW)
    keys.give(RECOVERY_CODE_VARIABLE, str(second["recovery_code"])[:-1])
    for _each in range(6):
        keys("recover", "--quick", status=2)
    keys.give(RECOVERY_CODE_VARIABLE, str(first["recovery_code"]))
    for _each in range(5):
        keys("recover", "--quick", status=2)
    keys.give(RECOVERY_CODE_VARIABLE, str(second["recovery_code"]))
    keys("recover", "--quick", status=3)


def test_two_holders_open_the_vault_of_somebody_who_is_gone(keys: Keys, tmp_path: Path) -> None:
    keys.shell("start-inspection", "--title", "Escrow", vault="own")
    recipients = []
    for number in range(2):
        (made,) = keys.shell("escrow", "make-key", "--out", str(tmp_path / f"holder{number}"))
        recipients.append(str(made["recipient"]))
    secret, public = generate_identity("x25519")
    (tmp_path / "holder2").write_text(f"# created: 2026-11-23T04:00:00Z\n# public key: {public}\n{secret}\n")
    recipients.append(public)
    roster = ("--out", str(tmp_path / "roster"))
    where = ("--vault", keys.vault)
    keys.shell("escrow", "set", *where, *recipients[:2], *roster, status=2)
    keys.shell("escrow", "set", *where, *recipients[:2], "age1nonsense", *roster, status=2)
    keys.shell("escrow", "set", *where, *recipients, *roster)
    ((state,)) = keys("keys")
    assert [holder["recipient"] for holder in state["escrow"]] == recipients  # type: ignore[attr-defined]
    assert "Any two of these three can open this vault" in keys.said
    slots = [str(tmp_path / "own" / name) for name in ("slots.a", "slots.b")]
    for number in (0, 2):
        share = ("--identity", str(tmp_path / f"holder{number}"), "--out", str(tmp_path / f"share{number}"))
        keys.shell("escrow", "open-share", *share, *slots)
    keys.give(NEW_PASSPHRASE_VARIABLE, NEW)
    shares = [str(tmp_path / f"share{number}") for number in (0, 2)]
    keys("open-with-shares", shares[0], shares[0], "--quick", status=2)
    keys("open-with-shares", *shares, "--quick")
    keys.give(PASSPHRASE_VARIABLE, NEW)
    keys("keys")
    keys.shell("escrow", "set", *where, *roster)
    assert keys("keys") == [{"recovery_code": False, "escrow": []}]


def test_a_file_that_is_no_key_is_told(keys: Keys, tmp_path: Path) -> None:
    for number, content in enumerate((b"", b"# only a comment\n", b"AGE-SECRET-KEY-1NONSENSE\n", b"\xff\n")):
        identity = tmp_path / f"identity{number}"
        identity.write_bytes(content)
        share = ("--identity", str(identity), "--out", str(tmp_path / "share"))
        keys.shell("escrow", "open-share", *share, str(tmp_path / "own" / "slots.a"), status=2)
        assert "age-keygen" in keys.said or not content


@pytest.mark.skipif(shutil.which("age-keygen") is None, reason="age-keygen is not installed")
def test_a_key_of_stock_age_keygen_holds_a_share(keys: Keys, tmp_path: Path) -> None:
    keys.shell("start-inspection", "--title", "Escrow", vault="own")
    subprocess.run(["age-keygen", "-o", str(tmp_path / "stock")], check=True, capture_output=True)
    made = subprocess.run(
        ["age-keygen", "-y", str(tmp_path / "stock")], check=True, capture_output=True, text=True
    )
    others = [generate_identity("x25519")[1] for _each in range(2)]
    out = ("--out", str(tmp_path / "roster"))
    keys.shell("escrow", "set", "--vault", keys.vault, made.stdout.strip(), *others, *out)
    keys("keys")
    share = ("--identity", str(tmp_path / "stock"), "--out", str(tmp_path / "share"))
    keys.shell("escrow", "open-share", *share, str(tmp_path / "own" / "slots.b"))
    assert (tmp_path / "share").read_text().startswith("fieldinspect-share-1")


def test_the_vault_is_encrypted_anew(keys: Keys) -> None:
    keys.shell("start-inspection", "--title", "Rotated", vault="own")
    keys.give(NEW_PASSPHRASE_VARIABLE, NEW)
    ((made,)) = keys("rotate", "--quick")
    assert str(made["recovery_code"]).count("-") == 8
    assert "make a new backup" in keys.said
    keys("keys", status=2)
    keys.give(PASSPHRASE_VARIABLE, NEW)
    keys.shell("check-vault", vault="own")


def test_an_interrupted_change_is_told_at_the_next_command(keys: Keys) -> None:
    (Path(keys.vault) / "rotation").mkdir()
    keys("keys")
    assert "Nothing has changed" in keys.said


def test_what_is_typed_twice_must_agree(
    keys: Keys, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(PASSPHRASE_VARIABLE)
    typed = iter([PASSPHRASE, NEW, NEW + "x"])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    assert run(["vault", "change-passphrase", "--vault", keys.vault, "--quick"]) == 2
    assert "not the same" in capsys.readouterr().err
