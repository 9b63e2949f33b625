"""The demonstration, and a sceptic's look at what it left: with stock tools, without our code."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fieldinspect.cli import run

TOOLS = ("age", "ssh-keygen", "sha256sum", "tar")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    assert run(["demo", "--out", str(out)]) == 0
    return out


def verify(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["sh", str(folder / "verify.sh")], capture_output=True, text=True, check=False)


def test_it_leaves_what_it_promises(demo: Path) -> None:
    assert sorted(path.name for path in (demo / "vaults").iterdir()) == ["inspector-a", "inspector-b", "lead"]
    assert len(list((demo / "bundles").glob("*.fib"))) == 4
    assert (demo / "summary.pdf").read_bytes().startswith(b"%PDF")
    names = sorted(path.name for path in (demo / "verify").iterdir())
    assert names == ["README.md", "allowed_signers", "lead-identity.txt", "verify.sh"]


def test_a_sceptic_can_open_and_check_every_bundle(demo: Path) -> None:
    assert all(shutil.which(tool) for tool in TOOLS), "the bootstrap installs these"
    done = verify(demo / "verify")
    assert done.returncode == 0, done.stderr
    assert "4 bundles opened and checked" in done.stdout


@pytest.mark.parametrize("where", [0.02, 0.5, 0.98])
def test_a_sceptic_sees_a_changed_bundle(demo: Path, tmp_path: Path, where: float) -> None:
    shutil.copytree(demo, tmp_path / "copy")
    bundle = sorted((tmp_path / "copy" / "bundles").glob("*.fib"))[0]
    raw = bytearray(bundle.read_bytes())
    raw[int(len(raw) * where)] ^= 1
    bundle.write_bytes(raw)
    assert verify(tmp_path / "copy" / "verify").returncode != 0


def test_the_force_copy_tells_no_name_and_no_time(demo: Path) -> None:
    text = subprocess.run(
        ["pdftotext", "-layout", str(demo / "summary.pdf"), "-"], capture_output=True, text=True, check=True
    )
    for secret in (
        "Rhiannon",
        "Amal",
        "Bryn",
        "20:40",
        "21:",
        "22:",
        "Line of enquiry",
        "lead for domestic abuse",
    ):
        assert secret not in text.stdout


def test_running_it_again_replaces_it_but_never_other_files(demo: Path, tmp_path: Path) -> None:
    assert run(["demo", "--out", str(demo)]) == 0
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    assert run(["demo", "--out", str(tmp_path)]) == 2
    assert (tmp_path / "mine.txt").exists()


def test_the_module_starts_it_from_a_shell(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fieldinspect", "demo", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "summary.pdf" in done.stderr
